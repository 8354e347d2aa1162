// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/databasebytes.h"

#include "turso/workspace/archive/checksum.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <vector>

namespace Turso::Embedded::Archived
{

namespace
{

constexpr std::int64_t kPageSizeAt = 16;

sqlite3_file *fileOf(void *file)
{
    return static_cast<sqlite3_file *>(file);
}

} // namespace

DatabaseBytes::DatabaseBytes(sqlite3 *db)
{
    sqlite3_file *file = nullptr;
    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK
        && file != nullptr && file->pMethods != nullptr)
        m_file = file;
}

std::int64_t DatabaseBytes::size() const
{
    sqlite3_int64 size = -1;
    if (m_file == nullptr
        || fileOf(m_file)->pMethods->xFileSize(fileOf(m_file), &size) != SQLITE_OK)
        return -1;
    return size;
}

bool DatabaseBytes::readAt(std::int64_t at, void *bytes, std::size_t count) const
{
    return m_file != nullptr
        && fileOf(m_file)->pMethods->xRead(fileOf(m_file), bytes, static_cast<int>(count), at)
        == SQLITE_OK;
}

FileStamp stampOf(const std::string &path)
{
    struct stat status {
    };
    if (::stat(path.c_str(), &status) != 0)
        return {};
    return {status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec, status.st_size};
}

std::uint32_t pageSizeOf(const DatabaseBytes &bytes)
{
    unsigned char size[2];
    if (!bytes.readAt(kPageSizeAt, size, sizeof size))
        return 0;
    const std::uint32_t value = size[0] << 8 | size[1];
    return value == 1 ? 65536 : value;
}

bool hashState(const DatabaseBytes &bytes, std::uint32_t pageSize, std::uint64_t &hash,
               std::uint32_t &pages)
{
    hash = 0;
    if (pageSize < 512)
        return false;
    pages = static_cast<std::uint32_t>(bytes.size() / pageSize);
    std::vector<char> page(pageSize);
    for (std::uint32_t number = 1; number <= pages; ++number) {
        if (!bytes.readAt(std::int64_t{number - 1} * pageSize, page.data(), pageSize))
            return false;
        hash += pageHash(number, page.data(), pageSize);
    }
    return true;
}

} // namespace Turso::Embedded::Archived
