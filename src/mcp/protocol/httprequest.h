// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/message.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace Mcp
{

using Http::HeaderField;

inline constexpr std::string_view kMcpParamPrefix = "mcp-param-";
inline constexpr std::size_t kMostMcpParams = 32;

/// The parts of an HTTP request that matter here.
struct HttpRequest final : Http::Message {
    HeaderField host;
    HeaderField origin;
    HeaderField authorization;
    HeaderField contentType;
    HeaderField accept;
    HeaderField session; ///< Mcp-Session-Id
    HeaderField protocolVersion; ///< MCP-Protocol-Version
    HeaderField mcpMethod; ///< Mcp-Method
    HeaderField mcpName; ///< Mcp-Name
    HeaderField lastEventId; ///< Last-Event-ID
    HeaderField fetchDest; ///< Sec-Fetch-Dest
    HeaderField preflightMethod; ///< Access-Control-Request-Method
    HeaderField preflightHeaders; ///< Access-Control-Request-Headers
    /// Every Mcp-Param-* header, by its name without the prefix, in lower case. At most
    /// kMostMcpParams; the parser refuses more.
    std::map<std::string, HeaderField, std::less<>> mcpParams;

    bool addField(std::string_view name, std::string_view value) override;
    void clear() override;
    /// True if `Accept` admits text/event-stream.
    bool acceptsEventStream() const;
};

} // namespace Mcp
