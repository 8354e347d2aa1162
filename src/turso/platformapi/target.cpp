// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/target.h"

#include "turso/sql/utf8.h"

#include <algorithm>

namespace Turso::PlatformApi
{

namespace
{

constexpr std::size_t kMostText = 8192;
constexpr std::size_t kMostSegments = 16;
constexpr std::size_t kMostParameters = 64;

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::optional<std::string> decoded(std::string_view text, bool plusIsSpace)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plusIsSpace) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const int high = i + 2 < text.size() ? hexValue(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

bool isSegment(const std::string &text)
{
    return !text.empty() && text != "." && text != ".." && Sql::isUtf8(text)
        && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == '/' || c == '\\' || c == 0x7f;
           });
}

} // namespace

std::optional<Target> Target::parse(std::string_view text)
{
    if (text.size() > kMostText || !text.starts_with('/'))
        return std::nullopt;
    Target target;
    const std::size_t mark = text.find('?');
    std::string_view path = text.substr(1, mark == std::string_view::npos ? mark : mark - 1);
    std::string_view query = mark == std::string_view::npos ? "" : text.substr(mark + 1);
    for (;;) {
        const std::size_t slash = path.find('/');
        auto segment = decoded(path.substr(0, slash), false);
        if (!segment || !isSegment(*segment) || target.segments.size() == kMostSegments)
            return std::nullopt;
        target.segments.push_back(std::move(*segment));
        if (slash == std::string_view::npos)
            break;
        path.remove_prefix(slash + 1);
    }
    for (std::size_t count = 0; !query.empty(); ++count) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const std::size_t equals = pair.find('=');
        auto name = decoded(pair.substr(0, equals), true);
        auto value = decoded(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
        if (!name || !value || count == kMostParameters)
            return std::nullopt;
        if (!pair.empty())
            target.query.emplace(std::move(*name), std::move(*value));
        if (end == std::string_view::npos)
            break;
        query.remove_prefix(end + 1);
    }
    return target;
}

std::string Target::value(std::string_view name) const
{
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
}

} // namespace Turso::PlatformApi
