// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>

struct sqlite3;

namespace Turso::Embedded::Archived
{

/// The bytes of a database's own file as they are, without what its log holds, through the
/// descriptor that SQLite has: see RawFile. As long as `db` lives.
class DatabaseBytes
{
public:
    explicit DatabaseBytes(sqlite3 *db);
    /// -1 if unknown.
    std::int64_t size() const;
    bool readAt(std::int64_t at, void *bytes, std::size_t count) const;

private:
    void *m_file = nullptr;
};

struct FileStamp {
    std::int64_t time = -1; ///< of the last change, nanoseconds
    std::int64_t bytes = -1;
    bool operator==(const FileStamp &) const = default;
};
/// Without opening it.
FileStamp stampOf(const std::string &path);

/// The page size that a database's first bytes name; 0 if they are none.
std::uint32_t pageSizeOf(const DatabaseBytes &bytes);

/// Adds up the hash of the state. False if the file cannot be read.
bool hashState(const DatabaseBytes &bytes, std::uint32_t pageSize, std::uint64_t &hash,
               std::uint32_t &pages);

} // namespace Turso::Embedded::Archived
