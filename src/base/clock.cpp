// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <optional>

namespace Base
{

Millis SystemClock::now() const
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string toRfc3339(Millis time)
{
    const std::time_t seconds = static_cast<std::time_t>(time / 1000);
    std::tm parts{};
#ifdef _WIN32
    gmtime_s(&parts, &seconds);
#else
    gmtime_r(&seconds, &parts);
#endif
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                  static_cast<int>(time % 1000));
    return text;
}

namespace
{

/// Exactly so many digits at the start of `rest`, which are taken off it.
std::optional<int> takeDigits(std::string_view &rest, std::size_t count)
{
    if (rest.size() < count
        || !std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count),
                        [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    int value = 0;
    std::from_chars(rest.data(), rest.data() + count, value);
    rest.remove_prefix(count);
    return value;
}

bool takeOneOf(std::string_view &rest, std::string_view characters)
{
    if (rest.empty() || characters.find(rest.front()) == std::string_view::npos)
        return false;
    rest.remove_prefix(1);
    return true;
}

/// ".123456" -> 123; nothing at all is 0.
std::optional<int> takeFraction(std::string_view &rest)
{
    if (!takeOneOf(rest, "."))
        return 0;
    const std::size_t length = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (length == 0)
        return std::nullopt;
    std::string digits(rest.substr(0, std::min<std::size_t>(length, 3)));
    digits.resize(3, '0');
    rest.remove_prefix(length);
    std::string_view all = digits;
    return takeDigits(all, 3);
}

/// "Z" or "+02:00", all that is left: the minutes that this zone is ahead of UTC.
std::optional<int> takeZone(std::string_view &rest)
{
    if (takeOneOf(rest, "Zz"))
        return rest.empty() ? std::optional<int>(0) : std::nullopt;
    const bool isBehind = !rest.empty() && rest.front() == '-';
    if (!takeOneOf(rest, "+-"))
        return std::nullopt;
    const auto hours = takeDigits(rest, 2);
    const bool hasColon = takeOneOf(rest, ":");
    const auto minutes = takeDigits(rest, 2);
    if (!hours || !hasColon || !minutes || !rest.empty() || *hours > 23 || *minutes > 59)
        return std::nullopt;
    return (isBehind ? -1 : 1) * (*hours * 60 + *minutes);
}

std::optional<Millis> readRfc3339(std::string_view rest)
{
    const auto year = takeDigits(rest, 4);
    bool isShaped = takeOneOf(rest, "-");
    const auto month = takeDigits(rest, 2);
    isShaped = isShaped && takeOneOf(rest, "-");
    const auto day = takeDigits(rest, 2);
    isShaped = isShaped && takeOneOf(rest, "Tt");
    const auto hour = takeDigits(rest, 2);
    isShaped = isShaped && takeOneOf(rest, ":");
    const auto minute = takeDigits(rest, 2);
    isShaped = isShaped && takeOneOf(rest, ":");
    const auto second = takeDigits(rest, 2);
    const auto millis = takeFraction(rest);
    const auto zone = takeZone(rest);
    if (!isShaped || !year || !month || !day || !hour || !minute || !second || !millis || !zone)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59)
        return std::nullopt;
    const auto days = std::chrono::sys_days(date).time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(days).count()
        + ((*hour * 60LL + *minute - *zone) * 60 + *second) * 1000 + *millis;
}

} // namespace

Result<Millis> parseRfc3339(std::string_view text)
{
    if (const auto time = readRfc3339(text))
        return *time;
    return fail(ErrorKind::InvalidArgument,
                "A time is written with date, time and zone: 2026-11-22T15:39:35Z or "
                "2026-11-22T16:39:35+01:00.");
}

Result<Millis> parseDuration(std::string_view text)
{
    const auto bad = [] {
        return fail(ErrorKind::InvalidArgument,
                    "A duration is a whole number and a unit: 30s, 15m, 8h or 7d.");
    };
    if (text.size() < 2 || text.size() > 8)
        return bad();
    Millis unit = 0;
    switch (text.back()) {
    case 's':
        unit = 1000;
        break;
    case 'm':
        unit = 60'000;
        break;
    case 'h':
        unit = 3'600'000;
        break;
    case 'd':
        unit = 86'400'000;
        break;
    default:
        return bad();
    }
    Millis count = 0;
    const char *end = text.data() + text.size() - 1;
    const auto [rest, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc() || rest != end || count <= 0)
        return bad();
    return count * unit;
}

} // namespace Base
