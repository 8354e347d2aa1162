// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/gotime.h"

#include <chrono>

namespace Turso::PlatformApi
{

using Base::ErrorKind;
using Base::fail;

namespace
{

constexpr Base::Millis kDay = 86'400'000;
constexpr Base::Millis kLongest = 36'525 * kDay;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Reads a text from the left, and remembers where it could not go on.
class Reader
{
public:
    explicit Reader(std::string_view text)
        : m_rest(text)
    {
    }

    int number(std::size_t digits, std::string_view element, int least, int most, const char *what)
    {
        if (!m_failed.empty() || !m_outside.empty())
            return 0;
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (i >= m_rest.size() || !isDigit(m_rest[i])) {
                m_failed = element;
                return 0;
            }
            value = value * 10 + (m_rest[i] - '0');
        }
        m_rest.remove_prefix(digits);
        if (value < least || value > most)
            m_outside = what;
        return value;
    }
    void literal(char c, std::string_view element)
    {
        if (!m_failed.empty() || !m_outside.empty())
            return;
        if (m_rest.empty() || m_rest.front() != c)
            m_failed = element;
        else
            m_rest.remove_prefix(1);
    }
    int milliseconds()
    {
        if (!m_failed.empty() || m_rest.size() < 2 || m_rest[0] != '.' || !isDigit(m_rest[1]))
            return 0;
        m_rest.remove_prefix(1);
        int value = 0;
        for (int unit = 100; !m_rest.empty() && isDigit(m_rest.front()); m_rest.remove_prefix(1)) {
            value += (m_rest.front() - '0') * unit;
            unit /= 10;
        }
        return value;
    }
    /// Minutes east of UTC.
    int zone()
    {
        if (!m_failed.empty() || !m_outside.empty())
            return 0;
        if (!m_rest.empty() && m_rest.front() == 'Z') {
            m_rest.remove_prefix(1);
            return 0;
        }
        const bool isZone = m_rest.size() >= 6 && (m_rest[0] == '+' || m_rest[0] == '-')
            && isDigit(m_rest[1]) && isDigit(m_rest[2]) && m_rest[3] == ':' && isDigit(m_rest[4])
            && isDigit(m_rest[5]);
        if (!isZone) {
            m_failed = "Z07:00";
            return 0;
        }
        const int sign = m_rest[0] == '-' ? -1 : 1;
        m_rest.remove_prefix(1);
        const int hours = number(2, "Z07:00", 0, 23, "time zone offset hour");
        literal(':', "Z07:00");
        return sign * (hours * 60 + number(2, "Z07:00", 0, 59, "time zone offset minute"));
    }

    std::string_view rest() const { return m_rest; }
    std::string_view failed() const { return m_failed; }
    std::string_view outside() const { return m_outside; }
    void rejectDay() { m_outside = "day"; }

private:
    std::string_view m_rest;
    std::string_view m_failed;
    std::string_view m_outside;
};

std::string quoted(std::string_view text)
{
    return '"' + std::string(text) + '"';
}

} // namespace

Base::Result<Base::Millis> parseTime(std::string_view text)
{
    using namespace std::chrono;
    Reader reader(text);
    const int year = reader.number(4, "2006", 0, 9999, "year");
    reader.literal('-', "-");
    const int month = reader.number(2, "01", 1, 12, "month");
    reader.literal('-', "-");
    const int day = reader.number(2, "02", 1, 31, "day");
    reader.literal('T', "T");
    const int hour = reader.number(2, "15", 0, 23, "hour");
    reader.literal(':', ":");
    const int minute = reader.number(2, "04", 0, 59, "minute");
    reader.literal(':', ":");
    const int second = reader.number(2, "05", 0, 59, "second");
    const int fraction = reader.milliseconds();
    const int zone = reader.zone();
    const year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                              std::chrono::day(unsigned(day))};
    if (reader.failed().empty() && reader.outside().empty() && !date.ok())
        reader.rejectDay();
    const std::string start = "parsing time " + quoted(text);
    if (!reader.outside().empty())
        return fail(ErrorKind::InvalidArgument,
                    start + ": " + std::string(reader.outside()) + " out of range");
    if (!reader.failed().empty())
        return fail(ErrorKind::InvalidArgument,
                    start + " as \"2006-01-02T15:04:05Z07:00\": cannot parse "
                        + quoted(reader.rest()) + " as " + quoted(reader.failed()));
    if (!reader.rest().empty())
        return fail(ErrorKind::InvalidArgument, start + ": extra text: " + quoted(reader.rest()));
    const auto days = sys_days(date).time_since_epoch().count();
    return Base::Millis{days} * kDay + ((hour * 60LL + minute - zone) * 60 + second) * 1000
        + fraction;
}

Base::Result<std::optional<Base::Millis>> parseExpiration(std::string_view text)
{
    using Never = std::optional<Base::Millis>;
    if (text.empty() || text == "never")
        return Never();
    const auto invalid = fail(ErrorKind::InvalidArgument, "Invalid expiration format");
    Base::Millis sum = 0;
    while (!text.empty()) {
        Base::Millis count = 0;
        std::size_t digits = 0;
        for (; digits < text.size() && digits < 10 && isDigit(text[digits]); ++digits)
            count = count * 10 + (text[digits] - '0');
        if (digits == 0 || digits == text.size())
            return invalid;
        constexpr std::string_view kUnits = "wdhms";
        constexpr Base::Millis kSizes[] = {7 * kDay, kDay, 3'600'000, 60'000, 1000};
        const std::size_t unit = kUnits.find(text[digits]);
        if (unit == std::string_view::npos || count > kLongest / kSizes[unit])
            return invalid;
        sum += count * kSizes[unit];
        if (sum > kLongest)
            return invalid;
        text.remove_prefix(digits + 1);
    }
    if (sum == 0)
        return invalid;
    return Never(sum);
}

Base::Millis monthStart(Base::Millis time)
{
    using namespace std::chrono;
    const year_month_day date{floor<days>(sys_time<milliseconds>(milliseconds(time)))};
    const sys_days first{date.year() / date.month() / day(1)};
    return Base::Millis{first.time_since_epoch().count()} * kDay;
}

std::string dateText(Base::Millis time)
{
    return Base::toRfc3339(time).substr(0, 10);
}

} // namespace Turso::PlatformApi
