// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/checksum.h"

#include <bit>
#include <cstring>
#include <initializer_list>

namespace Turso::Embedded::Archived
{

namespace
{

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9ULL;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63ULL;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5ULL;

template <typename T>
T take(const unsigned char *&at)
{
    T value;
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
}

std::uint64_t mixed(std::uint64_t lane, std::uint64_t input)
{
    return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

std::uint64_t merged(std::uint64_t hash, std::uint64_t lane)
{
    return (hash ^ mixed(0, lane)) * kPrime1 + kPrime4;
}

} // namespace

std::uint64_t hashOf(const void *bytes, std::size_t count, std::uint64_t seed)
{
    const auto *at = static_cast<const unsigned char *>(bytes);
    const unsigned char *end = at + count;
    std::uint64_t hash = seed + kPrime5;
    if (count >= 32) {
        std::uint64_t a = seed + kPrime1 + kPrime2;
        std::uint64_t b = seed + kPrime2;
        std::uint64_t c = seed;
        std::uint64_t d = seed - kPrime1;
        while (end - at >= 32) {
            a = mixed(a, take<std::uint64_t>(at));
            b = mixed(b, take<std::uint64_t>(at));
            c = mixed(c, take<std::uint64_t>(at));
            d = mixed(d, take<std::uint64_t>(at));
        }
        hash = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
        for (const std::uint64_t lane : {a, b, c, d})
            hash = merged(hash, lane);
    }
    hash += count;
    while (end - at >= 8)
        hash = std::rotl(hash ^ mixed(0, take<std::uint64_t>(at)), 27) * kPrime1 + kPrime4;
    if (end - at >= 4)
        hash = std::rotl(hash ^ (take<std::uint32_t>(at) * kPrime1), 23) * kPrime2 + kPrime3;
    while (at < end)
        hash = std::rotl(hash ^ (*at++ * kPrime5), 11) * kPrime1;
    hash = (hash ^ (hash >> 33)) * kPrime2;
    hash = (hash ^ (hash >> 29)) * kPrime3;
    return hash ^ (hash >> 32);
}

} // namespace Turso::Embedded::Archived
