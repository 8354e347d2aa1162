// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace Base
{

/// Milliseconds since 1970-01-01 UTC. The one form in which wall-clock time is stored and passed
/// on.
using Millis = long long;

/// Where time comes from, so that a test can be its master. Any thread.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual Millis now() const = 0;
};

/// The machine's own clock.
class SystemClock final : public Clock
{
public:
    Millis now() const override;
};

/// RFC 3339, UTC, milliseconds: "2026-11-22T15:39:35.123Z".
std::string toRfc3339(Millis time);

/// What RFC 3339 calls a date-time, to the millisecond: with a zone, "Z" or an offset such as
/// "+02:00". InvalidArgument with an example otherwise; a date without a time or a zone is refused
/// rather than guessed at.
Result<Millis> parseRfc3339(std::string_view text);

/// A span such as "30s", "15m", "8h", "7d" in milliseconds; InvalidArgument with the accepted forms
/// otherwise.
Result<Millis> parseDuration(std::string_view text);

} // namespace Base
