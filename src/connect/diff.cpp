// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/diff.h"

#include <algorithm>
#include <vector>

namespace Connect
{

namespace
{

constexpr std::size_t kContext = 3;

// Lines with their ends.
std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto newline = text.find('\n');
        const std::size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
        lines.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return lines;
}

void appendLine(std::string &out, char mark, std::string_view line)
{
    out += mark;
    const bool ends = line.ends_with('\n');
    if (ends)
        line.remove_suffix(1);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    out += line;
    out += '\n';
    if (!ends)
        out += "\\ No newline at end of file\n";
}

std::string range(std::size_t begin, std::size_t count)
{
    // An empty range names the line before it.
    return std::to_string(count == 0 ? begin : begin + 1) + ',' + std::to_string(count);
}

} // namespace

std::string unifiedDiff(std::string_view before, std::string_view after,
                        std::string_view nameBefore, std::string_view nameAfter)
{
    if (before == after)
        return {};
    const auto old = linesOf(before);
    const auto fresh = linesOf(after);
    const std::size_t shorter = std::min(old.size(), fresh.size());
    std::size_t head = 0;
    while (head < shorter && old[head] == fresh[head])
        ++head;
    std::size_t tail = 0;
    while (tail < shorter - head && old[old.size() - 1 - tail] == fresh[fresh.size() - 1 - tail])
        ++tail;
    const std::size_t begin = head - std::min(head, kContext);
    const std::size_t behind = std::min(tail, kContext);
    const auto name = [](std::string_view given) {
        return given.empty() ? std::string_view("/dev/null") : given;
    };
    std::string out = "--- ";
    out += name(nameBefore);
    out += "\n+++ ";
    out += name(nameAfter);
    out += "\n@@ -" + range(begin, old.size() - tail + behind - begin) + " +"
        + range(begin, fresh.size() - tail + behind - begin) + " @@\n";
    for (std::size_t i = begin; i < head; ++i)
        appendLine(out, ' ', old[i]);
    for (std::size_t i = head; i < old.size() - tail; ++i)
        appendLine(out, '-', old[i]);
    for (std::size_t i = head; i < fresh.size() - tail; ++i)
        appendLine(out, '+', fresh[i]);
    for (std::size_t i = old.size() - tail; i < old.size() - tail + behind; ++i)
        appendLine(out, ' ', old[i]);
    return out;
}

} // namespace Connect
