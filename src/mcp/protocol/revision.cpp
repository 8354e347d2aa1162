// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/protocol/revision.h"

#include <array>

namespace Mcp
{

namespace
{

constexpr std::array<std::string_view, 5> kNames{"2024-11-05", "2025-03-26", "2025-06-18",
                                                 "2025-11-25", "2026-07-28"};

} // namespace

std::string_view revisionName(Revision revision)
{
    return kNames[static_cast<std::size_t>(revision)];
}

std::optional<Revision> revisionNamed(std::string_view name)
{
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name)
            return static_cast<Revision>(i);
    }
    return std::nullopt;
}

Era eraOf(const EraSigns &signs)
{
    const auto header = signs.headerVersion ? revisionNamed(*signs.headerVersion) : std::nullopt;
    if (signs.metaNamesVersion || header == kModern)
        return Era::Modern;
    if (signs.hasSession || !signs.headerVersion)
        return Era::Legacy;
    // A version nobody knows is a newer client's: the modern answer tells it what is spoken here.
    return header ? Era::Legacy : Era::Modern;
}

Revision negotiate(std::string_view requested, Revision oldest)
{
    const auto revision = revisionNamed(requested);
    if (!revision || *revision < oldest || *revision > kNewestLegacy)
        return kNewestLegacy;
    return *revision;
}

} // namespace Mcp
