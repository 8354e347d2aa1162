// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/pages.h"

#include "base/secret.h"

#include <algorithm>
#include <charconv>

namespace Mcp
{

namespace
{

// Above what any host takes in one request; so most lists have one page.
constexpr std::size_t kPerPage = 100;

} // namespace

std::optional<PageRange> pageRange(const Base::Json &cursor, std::size_t count,
                                   std::string_view generation)
{
    PageRange range;
    if (cursor.is_null() && count <= kPerPage)
        return PageRange{0, count, {}};
    const std::string mark = Base::sha256Hex(generation).substr(0, 16);
    if (!cursor.is_null()) {
        const std::string text = cursor.is_string() ? cursor.get<std::string>() : std::string();
        const std::size_t dash = text.find('-');
        if (dash == std::string::npos || text.substr(0, dash) != mark)
            return std::nullopt;
        const char *end = text.data() + text.size();
        const auto read = std::from_chars(text.data() + dash + 1, end, range.begin);
        const bool ours = read.ec == std::errc() && read.ptr == end && range.begin > 0
            && range.begin % kPerPage == 0 && range.begin < count;
        if (!ours)
            return std::nullopt;
    }
    range.end = std::min(count, range.begin + kPerPage);
    if (range.end < count)
        range.next = mark + '-' + std::to_string(range.end);
    return range;
}

} // namespace Mcp
