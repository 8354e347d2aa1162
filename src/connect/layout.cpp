// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/layout.h"

#include "connect/jsontext.h"

#include <algorithm>

namespace Connect
{

namespace
{

constexpr std::string_view kBlanks = " \t";

} // namespace

Layout Layout::of(std::string_view text)
{
    Layout layout;
    const auto firstEnd = text.find('\n');
    if (firstEnd != std::string_view::npos && firstEnd > 0 && text[firstEnd - 1] == '\r')
        layout.lineEnd = "\r\n";
    const auto last = text.find_last_not_of(" \t\r\n");
    layout.isOneLine = last != std::string_view::npos && firstEnd > last;
    // The smallest indentation of a line that has something on it is one step.
    std::string_view smallest;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        const std::string_view indent = line.substr(0, line.find_first_not_of(kBlanks));
        const bool hasText = indent.size() < line.size() && line[indent.size()] != '\r'
            && line[indent.size()] != '*';
        if (hasText && !indent.empty() && (smallest.empty() || indent.size() < smallest.size()))
            smallest = indent;
        begin = end + 1;
    }
    if (!smallest.empty())
        layout.unit = smallest;
    return layout;
}

std::string_view indentAt(std::string_view text, std::size_t offset)
{
    const auto newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    std::size_t begin
        = newline == std::string_view::npos ? byteOrderMark(text).size() : newline + 1;
    begin = std::min(begin, offset);
    const auto end = std::min(text.find_first_not_of(kBlanks, begin), offset);
    return text.substr(begin, end - begin);
}

} // namespace Connect
