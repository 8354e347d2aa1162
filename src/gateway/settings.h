// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace Gateway
{

/// What a person may tune; the defaults are the product. Read once at start from `settings.json` in
/// the profile.
struct Settings {
    Base::Millis approvalDeadline = 5 * 60'000; ///< an unanswered question means no after this
    Base::Millis approvalHold
        = 45'000; ///< a call without progress is answered `pending_approval` after this
    Base::Millis progressHold = 4 * 60'000; ///< the same for a call that reports progress
    Base::Millis progressEvery = 5'000;
    Base::Millis statementTimeout = 30'000;
    std::size_t maxResultBytes = 256 * 1024; ///< of one result's rows
    std::int64_t askAboveRows = 100; ///< an UPDATE of more rows asks
    std::size_t maxOpenCalls = 1024; ///< beyond this, calls are refused
    std::size_t maxOpenApprovals = 64; ///< beyond this, what would ask is refused
};

/// A missing file gives the defaults. Unknown keys, wrong types and impossible values are errors
/// that name the key: a safety setting that was misspelt must not silently be the default.
Base::Result<Settings> readSettings(const std::string &file);

} // namespace Gateway
