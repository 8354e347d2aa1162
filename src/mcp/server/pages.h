// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Mcp
{

/// One page of a list, and the cursor of the next one, or empty.
template <typename Item>
struct Page {
    std::span<const Item> items;
    std::string next;
};

struct PageRange {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string next;
};

/// Which items a `cursor` (a string, or null for the first page) stands for. A cursor is good for
/// the list that it came with: `generation` says which that is. Nothing for any other cursor.
std::optional<PageRange> pageRange(const Base::Json &cursor, std::size_t count,
                                   std::string_view generation);

/// The same for items; `key` gives what identifies one.
template <typename Item, typename Key>
std::optional<Page<Item>> pageOf(const Base::Json &cursor, const std::vector<Item> &items, Key key)
{
    std::string generation;
    for (const Item &item : items) {
        generation += key(item);
        generation += '\n';
    }
    const auto range = pageRange(cursor, items.size(), generation);
    if (!range)
        return std::nullopt;
    return Page<Item>{std::span(items).subspan(range->begin, range->end - range->begin),
                      range->next};
}

} // namespace Mcp
