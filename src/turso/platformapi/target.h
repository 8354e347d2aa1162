// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::PlatformApi
{

/// What a request line names: the path cut at its slashes and then percent-decoded, and the query.
struct Target {
    std::vector<std::string> segments;
    std::map<std::string, std::string, std::less<>> query; ///< the first of each name

    /// Nothing where a segment is empty, "." or "..", is not UTF-8, or holds control characters, a
    /// slash or a backslash after decoding; where a percent sign is not followed by two hex digits;
    /// and where there is more than a path of this API has.
    static std::optional<Target> parse(std::string_view text);
    std::string value(std::string_view name) const;
};

} // namespace Turso::PlatformApi
