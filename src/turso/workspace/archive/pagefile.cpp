// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/pagefile.h"

#include "turso/workspace/archive/checksum.h"

#include <algorithm>

namespace Turso::Embedded::Archived
{

PageFile::PageFile(const std::string &path, std::uint32_t pageSize)
    : m_file(path, RawFile::Mode::Create)
    , m_pageSize(pageSize)
    , m_old(pageSize)
{
}

bool PageFile::append(const char *bytes, std::size_t count)
{
    if (!m_file.writeAt(offsetOf(m_pages + 1), bytes, count))
        return false;
    for (std::size_t at = 0; at < count; at += m_pageSize)
        m_hash += pageHash(++m_pages, bytes + at, m_pageSize);
    return true;
}

bool PageFile::write(std::uint32_t page, const char *bytes)
{
    if (page > m_pages && !resize(page))
        return false;
    if (!m_file.readAt(offsetOf(page), m_old.data(), m_pageSize)
        || !m_file.writeAt(offsetOf(page), bytes, m_pageSize))
        return false;
    m_hash -= pageHash(page, m_old.data(), m_pageSize);
    m_hash += pageHash(page, bytes, m_pageSize);
    return true;
}

bool PageFile::resize(std::uint32_t pages)
{
    for (std::uint32_t page = pages + 1; page <= m_pages; ++page) {
        if (!m_file.readAt(offsetOf(page), m_old.data(), m_pageSize))
            return false;
        m_hash -= pageHash(page, m_old.data(), m_pageSize);
    }
    std::fill(m_old.begin(), m_old.end(), '\0');
    for (std::uint32_t page = m_pages + 1; page <= pages; ++page)
        m_hash += pageHash(page, m_old.data(), m_pageSize);
    m_pages = pages;
    return m_file.resize(offsetOf(pages + 1));
}

} // namespace Turso::Embedded::Archived
