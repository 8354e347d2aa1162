// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/workspace/archive/rawfile.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace Turso::Embedded::Archived
{

/// The pages of a database's file as they were where a segment began, each kept before it is
/// replaced for the first time. Each has its own checksum.
class BeforeImages
{
public:
    /// Reads what is there, as far as it is whole.
    BeforeImages(std::string path, std::uint32_t pageSize);

    bool isEmpty() const { return m_pages.empty(); }
    bool holds(std::uint32_t page) const { return find(page) != nullptr; }
    /// Of a page that it holds.
    std::uint64_t hashOf(std::uint32_t page) const { return find(page)->second; }

    using Read = std::function<bool(std::uint32_t page, char *bytes)>;
    /// Keeps `pages` (ascending, none of them held) as `read` reads them. Durable when it returns
    /// true; otherwise as before.
    bool keep(const std::vector<std::uint32_t> &pages, const Read &read);

    using Take = std::function<bool(std::uint32_t page, const char *bytes)>;
    /// Gives each page to `take`. False if one cannot be read or taken, or is not what was written.
    /// `mayBeCut`: it was being written when the process ended, and what is not whole at its end
    /// was never needed.
    static bool forEach(const std::string &path, std::uint32_t pageSize, bool mayBeCut,
                        const Take &take);

private:
    using Page = std::pair<std::uint32_t, std::uint64_t>;
    const Page *find(std::uint32_t page) const;

    std::string m_path;
    std::uint32_t m_pageSize;
    std::vector<Page> m_pages; ///< ascending
    std::int64_t m_bytes = 0;
};

} // namespace Turso::Embedded::Archived
