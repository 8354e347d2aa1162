// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/statistics/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

namespace Turso
{

namespace
{

constexpr int kStepBits = 5;
constexpr std::uint64_t kSteps = 1U << kStepBits; ///< buckets of one power of two
constexpr std::int64_t kMost = 1LL << 41;
constexpr char kVersion = 1;

std::uint32_t bucketOf(std::int64_t value)
{
    const auto number = static_cast<std::uint64_t>(value);
    if (number < kSteps)
        return static_cast<std::uint32_t>(number);
    const int shift = static_cast<int>(std::bit_width(number)) - 1 - kStepBits;
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(shift) * kSteps
                                      + (number >> shift));
}

/// The middle of what falls into it.
double middleOf(std::uint32_t number)
{
    if (number < 2 * kSteps)
        return number;
    const auto shift = number / kSteps - 1;
    const auto first = (number - shift * kSteps) << shift;
    const auto last = first + (1ULL << shift) - 1;
    return (static_cast<double>(first) + static_cast<double>(last)) / 2;
}

void appendNumber(std::string &out, std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        out += static_cast<char>(0x80 | (value & 0x7F));
    out += static_cast<char>(value);
}

std::optional<std::uint64_t> takeNumber(std::string_view &bytes)
{
    std::uint64_t value = 0;
    for (int shift = 0; shift < 63 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80)
            return value;
    }
    return std::nullopt;
}

} // namespace

void Histogram::addTo(std::uint32_t number, std::int64_t count)
{
    const auto at = std::lower_bound(
        m_buckets.begin(), m_buckets.end(), number,
        [](const Bucket &bucket, std::uint32_t wanted) { return bucket.first < wanted; });
    if (at != m_buckets.end() && at->first == number)
        at->second += count;
    else
        m_buckets.emplace(at, number, count);
}

void Histogram::add(std::int64_t value)
{
    value = std::clamp<std::int64_t>(value, 0, kMost);
    addTo(bucketOf(value), 1);
    m_least = m_count == 0 ? value : std::min(m_least, value);
    m_most = std::max(m_most, value);
    m_sum += value;
    ++m_count;
}

void Histogram::merge(const Histogram &other)
{
    if (other.m_count == 0)
        return;
    for (const auto &[number, count] : other.m_buckets)
        addTo(number, count);
    m_least = m_count == 0 ? other.m_least : std::min(m_least, other.m_least);
    m_most = std::max(m_most, other.m_most);
    m_sum += other.m_sum;
    m_count += other.m_count;
}

double Histogram::quantile(double share) const
{
    if (m_count == 0)
        return 0;
    const auto rank = std::clamp<std::int64_t>(
        static_cast<std::int64_t>(std::ceil(share * static_cast<double>(m_count))), 1, m_count);
    if (rank == m_count)
        return static_cast<double>(m_most);
    std::int64_t seen = 0;
    for (const auto &[number, count] : m_buckets) {
        seen += count;
        if (seen >= rank)
            return std::clamp(middleOf(number), static_cast<double>(m_least),
                              static_cast<double>(m_most));
    }
    return static_cast<double>(m_most);
}

std::string Histogram::bytes() const
{
    std::string out(1, kVersion);
    appendNumber(out, static_cast<std::uint64_t>(m_sum));
    appendNumber(out, static_cast<std::uint64_t>(m_least));
    appendNumber(out, static_cast<std::uint64_t>(m_most));
    std::uint32_t before = 0;
    for (const auto &[number, count] : m_buckets) {
        appendNumber(out, number - before);
        appendNumber(out, static_cast<std::uint64_t>(count));
        before = number;
    }
    return out;
}

bool Histogram::parse(std::string_view bytes)
{
    if (bytes.empty() || bytes.front() != kVersion)
        return false;
    bytes.remove_prefix(1);
    const auto sum = takeNumber(bytes);
    const auto least = takeNumber(bytes);
    const auto most = takeNumber(bytes);
    if (!sum || !least || !most || *least > *most || *most > static_cast<std::uint64_t>(kMost))
        return false;
    Histogram read;
    std::uint64_t number = 0;
    while (!bytes.empty()) {
        const auto step = takeNumber(bytes);
        const auto count = takeNumber(bytes);
        if (!step || !count || *step > bucketOf(kMost) || *count == 0 || *count > (1ULL << 52)
            || (*step == 0 && !read.m_buckets.empty()))
            return false;
        number += *step;
        if (number > bucketOf(kMost))
            return false;
        read.m_buckets.emplace_back(static_cast<std::uint32_t>(number),
                                    static_cast<std::int64_t>(*count));
        read.m_count += static_cast<std::int64_t>(*count);
    }
    read.m_sum = static_cast<std::int64_t>(*sum);
    read.m_least = static_cast<std::int64_t>(*least);
    read.m_most = static_cast<std::int64_t>(*most);
    *this = std::move(read);
    return true;
}

} // namespace Turso
