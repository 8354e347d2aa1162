// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace Turso::Embedded::Archived
{

/// A file by its descriptor. Never for a database's own file while SQLite has it open: closing any
/// descriptor of it would let go of the process's locks on it.
class RawFile
{
public:
    enum class Mode {
        Read,
        Update, ///< reads and writes what is there
        Create ///< empty, made if missing
    };

    RawFile() = default;
    RawFile(const std::string &path, Mode mode);
    ~RawFile();
    RawFile(RawFile &&other) noexcept;
    RawFile &operator=(RawFile &&other) noexcept;
    RawFile(const RawFile &) = delete;
    RawFile &operator=(const RawFile &) = delete;

    bool isOpen() const { return m_file >= 0; }
    /// -1 if unknown.
    std::int64_t size() const;
    /// All `count` bytes, or false.
    bool readAt(std::int64_t at, void *bytes, std::size_t count) const;
    bool writeAt(std::int64_t at, const void *bytes, std::size_t count);
    bool resize(std::int64_t size);
    bool sync();

private:
    int m_file = -1;
};

} // namespace Turso::Embedded::Archived
