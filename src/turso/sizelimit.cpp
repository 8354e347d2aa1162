// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sizelimit.h"

#include "turso/sql/lexer.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace Turso
{

namespace
{

std::optional<long double> unitFactor(std::string_view unit)
{
    static constexpr std::pair<std::string_view, long double> kUnits[] = {
        {"", 1.0L},
        {"b", 1.0L},
        {"kb", 1e3L},
        {"mb", 1e6L},
        {"gb", 1e9L},
        {"tb", 1e12L},
        {"kib", 1024.0L},
        {"mib", 1048576.0L},
        {"gib", 1073741824.0L},
        {"tib", 1099511627776.0L},
    };
    for (const auto &[name, factor] : kUnits) {
        if (Sql::equalsFolded(name, unit))
            return factor;
    }
    return std::nullopt;
}

} // namespace

Base::Result<std::int64_t> parseSizeLimit(std::string_view text)
{
    const auto invalid = [] {
        return Base::fail(Base::ErrorKind::InvalidArgument,
                          "A size limit is a number of bytes or a number with a unit, such as "
                          "1048576, \"256mb\" or \"1.5 GiB\", and at least 4096 bytes.");
    };
    const std::size_t end = text.find_first_not_of("0123456789.");
    const std::string_view digits = text.substr(0, end);
    std::string_view unit = end == std::string_view::npos ? std::string_view() : text.substr(end);
    if (digits.empty() || digits.front() == '.' || digits.back() == '.')
        return invalid();
    if (unit.starts_with(' ')) {
        unit.remove_prefix(1);
        if (unit.empty())
            return invalid();
    }
    double number = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number,
                                               std::chars_format::fixed);
    const auto factor = unitFactor(unit);
    if (error != std::errc() || stop != digits.data() + digits.size() || !factor)
        return invalid();
    const long double bytes = std::floor(static_cast<long double>(number) * *factor);
    if (bytes < static_cast<long double>(kPageSize) || bytes > 4.0e15L)
        return invalid();
    const auto whole = static_cast<std::int64_t>(bytes);
    return whole - whole % kPageSize;
}

} // namespace Turso
