// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"

#include <charconv>
#include <cstdio>
#include <ctime>

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
