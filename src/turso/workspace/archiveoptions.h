// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

namespace Turso
{

/// How much of what databases were is kept.
struct ArchiveOptions {
    std::chrono::milliseconds keptFor = std::chrono::hours(24);
    std::int64_t keptBytes = 4LL << 30; ///< of one database; beyond it, the oldest goes earlier
    /// When SQLite's log moves into the file, which is the grain in which what is old goes.
    std::int64_t segmentBytes = 4 << 20;
    std::chrono::milliseconds segmentTime = std::chrono::hours(1);
};

} // namespace Turso
