// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace Mcp
{

/// The protocol revisions that are spoken, oldest first: they compare by age.
enum class Revision { V2024_11_05, V2025_03_26, V2025_06_18, V2025_11_25, V2026_07_28 };

inline constexpr Revision kNewestLegacy = Revision::V2025_11_25;
inline constexpr Revision kModern = Revision::V2026_07_28;

std::string_view revisionName(Revision revision);
std::optional<Revision> revisionNamed(std::string_view name);

/// Legacy: a session that `initialize` opens. Modern: every request stands alone and says its
/// revision.
enum class Era { Legacy, Modern };

/// What an era is chosen by.
struct EraSigns {
    bool hasSession = false; ///< the request carries Mcp-Session-Id
    bool metaNamesVersion = false; ///< params._meta has io.modelcontextprotocol/protocolVersion
    std::optional<std::string_view> headerVersion = {}; ///< MCP-Protocol-Version
};

/// Which era a POST belongs to. Mcp-Method and Mcp-Name are no sign: newer client libraries send
/// them on legacy requests too.
Era eraOf(const EraSigns &signs);

/// The revision that answers `initialize`: the requested one if it is spoken, else the newest
/// legacy one. Only line transports speak `oldest` 2024-11-05.
Revision negotiate(std::string_view requested, Revision oldest);

} // namespace Mcp
