// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/walfile.h"

#include <bit>
#include <cstring>

namespace Turso::Embedded::Archived
{

namespace
{

constexpr std::uint32_t kMagic = 0x377F0682; // the lowest bit tells the checksums' byte order
constexpr std::uint32_t kVersion = 3007000;

std::uint32_t bigEndianAt(const char *at)
{
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(at[i]);
    return value;
}

std::uint32_t swapped(std::uint32_t value)
{
    return value >> 24 | (value >> 8 & 0xFF00) | (value << 8 & 0xFF0000) | value << 24;
}

} // namespace

std::optional<WalFile> WalFile::open(const std::string &path, std::uint32_t skipped)
{
    WalFile wal;
    wal.m_file = RawFile(path, RawFile::Mode::Read);
    wal.m_header.resize(kHeaderBytes);
    const char *header = wal.m_header.data();
    if (!wal.m_file.isOpen() || !wal.m_file.readAt(0, wal.m_header.data(), kHeaderBytes))
        return std::nullopt;
    const std::uint32_t magic = bigEndianAt(header);
    wal.m_pageSize = bigEndianAt(header + 8);
    if ((magic & ~1U) != kMagic || bigEndianAt(header + 4) != kVersion || wal.m_pageSize < 512
        || wal.m_pageSize > 65536 || !std::has_single_bit(wal.m_pageSize))
        return std::nullopt;
    wal.m_bigEndian = (magic & 1U) != 0;
    wal.m_salts = {bigEndianAt(header + 16), bigEndianAt(header + 20)};
    wal.sum(wal.m_begin, header, 24);
    if (wal.m_begin.sum1 != bigEndianAt(header + 24)
        || wal.m_begin.sum2 != bigEndianAt(header + 28))
        return std::nullopt;
    wal.m_skipped = skipped;
    wal.m_frame.resize(static_cast<std::size_t>(kFrameHeaderBytes) + wal.m_pageSize);
    return wal;
}

std::int64_t WalFile::offsetOf(std::uint32_t number) const
{
    return kHeaderBytes + std::int64_t{number - 1 - m_skipped} * (kFrameHeaderBytes + m_pageSize);
}

void WalFile::sum(WalPoint &point, const char *bytes, std::size_t count) const
{
    constexpr bool kBigHost = std::endian::native == std::endian::big;
    for (std::size_t at = 0; at < count; at += 8) {
        std::uint32_t words[2];
        std::memcpy(words, bytes + at, sizeof words);
        if (m_bigEndian != kBigHost) {
            words[0] = swapped(words[0]);
            words[1] = swapped(words[1]);
        }
        point.sum1 += words[0] + point.sum2;
        point.sum2 += words[1] + point.sum1;
    }
}

std::optional<WalFrame> WalFile::peek(std::uint32_t number, WalPoint *after) const
{
    char header[kFrameHeaderBytes];
    if (number <= m_skipped || !m_file.readAt(offsetOf(number), header, sizeof header)
        || Salts{bigEndianAt(header + 8), bigEndianAt(header + 12)} != m_salts)
        return std::nullopt;
    if (after != nullptr)
        *after = {number, bigEndianAt(header + 16), bigEndianAt(header + 20)};
    return WalFrame{bigEndianAt(header), bigEndianAt(header + 4)};
}

std::optional<WalFrame> WalFile::next(WalPoint &point)
{
    const std::uint32_t number = point.frames + 1;
    if (number <= m_skipped || !m_file.readAt(offsetOf(number), m_frame.data(), m_frame.size()))
        return std::nullopt;
    const char *header = m_frame.data();
    if (Salts{bigEndianAt(header + 8), bigEndianAt(header + 12)} != m_salts)
        return std::nullopt;
    WalPoint after = point;
    after.frames = number;
    sum(after, header, 8);
    sum(after, page(), m_pageSize);
    const WalFrame frame{bigEndianAt(header), bigEndianAt(header + 4)};
    if (after.sum1 != bigEndianAt(header + 16) || after.sum2 != bigEndianAt(header + 20)
        || frame.page == 0)
        return std::nullopt;
    point = after;
    return frame;
}

} // namespace Turso::Embedded::Archived
