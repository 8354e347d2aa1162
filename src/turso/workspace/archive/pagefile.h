// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/workspace/archive/rawfile.h"

#include <cstdint>
#include <string>
#include <vector>

namespace Turso::Embedded::Archived
{

/// A database's file that is being made, and the hash of its state, which follows each change.
class PageFile
{
public:
    PageFile(const std::string &path, std::uint32_t pageSize);

    bool isOpen() const { return m_file.isOpen(); }
    std::uint32_t pages() const { return m_pages; }
    std::uint64_t stateHash() const { return m_hash; }
    /// Pages count from 1. What lies between the end and a page beyond it is zeros.
    bool write(std::uint32_t page, const char *bytes);
    /// `bytes` are whole pages, after the last one.
    bool append(const char *bytes, std::size_t count);
    bool resize(std::uint32_t pages);
    bool sync() { return m_file.sync(); }

private:
    std::int64_t offsetOf(std::uint32_t page) const { return std::int64_t{page - 1} * m_pageSize; }

    RawFile m_file;
    const std::uint32_t m_pageSize;
    std::uint32_t m_pages = 0;
    std::uint64_t m_hash = 0;
    std::vector<char> m_old;
};

} // namespace Turso::Embedded::Archived
