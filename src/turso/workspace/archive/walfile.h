// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/workspace/archive/rawfile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Turso::Embedded::Archived
{

/// SQLite's write-ahead log is known by its salts, which change when it begins anew.
struct Salts {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    bool operator==(const Salts &) const = default;
};

/// A place in a log: after so many frames, whose running checksum is this.
struct WalPoint {
    std::uint32_t frames = 0;
    std::uint32_t sum1 = 0;
    std::uint32_t sum2 = 0;
    bool operator==(const WalPoint &) const = default;
};

struct WalFrame {
    std::uint32_t page = 0;
    std::uint32_t pagesAfter = 0; ///< the database's size if this frame ends a commit, else 0
};

/// A log as SQLite writes it (sqlite.org/fileformat2.html#walformat): 32 bytes of header, then
/// frames, each with a checksum over all before it. A copy may leave out the first `skipped`
/// frames.
class WalFile
{
public:
    static constexpr std::int64_t kHeaderBytes = 32;
    static constexpr std::int64_t kFrameHeaderBytes = 24;

    /// None without a file, or if its header is not whole.
    static std::optional<WalFile> open(const std::string &path, std::uint32_t skipped = 0);

    Salts salts() const { return m_salts; }
    std::uint32_t pageSize() const { return m_pageSize; }
    /// Before the first frame.
    WalPoint begin() const { return m_begin; }
    const std::vector<char> &header() const { return m_header; }

    /// What frame `number` (from 1) says of itself, unverified but for its salts.
    std::optional<WalFrame> peek(std::uint32_t number, WalPoint *after) const;
    /// Reads the frame after `point` and moves it; none where no further frame is whole. The page's
    /// bytes are in page(), frame header and page in raw(), until the next call.
    std::optional<WalFrame> next(WalPoint &point);
    const char *page() const { return m_frame.data() + kFrameHeaderBytes; }
    const std::vector<char> &raw() const { return m_frame; }

private:
    WalFile() = default;
    std::int64_t offsetOf(std::uint32_t number) const;
    void sum(WalPoint &point, const char *bytes, std::size_t count) const;

    RawFile m_file;
    std::vector<char> m_header;
    std::vector<char> m_frame;
    Salts m_salts;
    WalPoint m_begin;
    std::uint32_t m_pageSize = 0;
    std::uint32_t m_skipped = 0;
    bool m_bigEndian = false; ///< the checksums' words
};

} // namespace Turso::Embedded::Archived
