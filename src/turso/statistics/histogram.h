// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Turso
{

/// How long something took, in microseconds, counted in buckets that grow with the value: each
/// power of two is cut into 32. Histograms add up without losing anything, so that a percentile of
/// a day is that of all its executions. quantile() is off by at most 1/64 (1.6 %) of the true
/// value, below 64 not at all; sum, least and most are exact.
class Histogram
{
public:
    /// Negative values count as 0; beyond 2^41 (25 days) as that.
    void add(std::int64_t value);
    void merge(const Histogram &other);

    std::int64_t count() const { return m_count; }
    std::int64_t sum() const { return m_sum; }
    std::int64_t least() const { return m_least; }
    std::int64_t most() const { return m_most; }

    /// The smallest value that at least `share` (0 to 1) of all are not above; 0 if there are none.
    double quantile(double share) const;

    /// A compact form for a file. parse() takes nothing else: false, and unchanged.
    std::string bytes() const;
    bool parse(std::string_view bytes);

private:
    using Bucket = std::pair<std::uint32_t, std::int64_t>; ///< its number and its count
    void addTo(std::uint32_t number, std::int64_t count);

    std::vector<Bucket> m_buckets; ///< those that are not empty, by number
    std::int64_t m_count = 0;
    std::int64_t m_sum = 0;
    std::int64_t m_least = 0;
    std::int64_t m_most = 0;
};

} // namespace Turso
