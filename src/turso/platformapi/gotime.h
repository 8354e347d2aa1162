// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

/// Times as Turso's Platform API reads and writes them, which is as Go's library does.
namespace Turso::PlatformApi
{

/// RFC 3339 with its mandatory zone, down to milliseconds (finer digits are cut). InvalidArgument
/// in Go's own words: `parsing time "2023" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "-"`.
Base::Result<Base::Millis> parseTime(std::string_view text);

/// An expiration such as "never", "5m" or "2w1d30m" (weeks, days, hours, minutes, seconds, at most
/// a hundred years) in milliseconds; nothing for never, which the empty text is as well.
/// InvalidArgument "Invalid expiration format" otherwise.
Base::Result<std::optional<Base::Millis>> parseExpiration(std::string_view text);

/// The first millisecond of the month in which `time` is (UTC).
Base::Millis monthStart(Base::Millis time);

/// "2026-11-22" (UTC).
std::string dateText(Base::Millis time);

} // namespace Turso::PlatformApi
