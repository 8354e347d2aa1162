// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace Mcp
{

/// One header field: its value without the spaces around it. Several of the same name are joined
/// with ", ".
struct HeaderField {
    std::string text;
    int count = 0;

    bool present() const { return count > 0; }
    void add(std::string_view value)
    {
        if (count++ > 0)
            text += ", ";
        text += value;
    }
    void clear()
    {
        text.clear();
        count = 0;
    }
};

inline constexpr std::string_view kMcpParamPrefix = "mcp-param-";
inline constexpr std::size_t kMostMcpParams = 32;

/// The parts of an HTTP request that matter here. One object serves a connection's requests one
/// after another and keeps its buffers.
struct HttpRequest {
    std::string method;
    std::string target;
    bool http10 = false;
    bool keepAlive = true;
    bool expectsContinue = false;
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
    HeaderField preflightMethod; ///< Access-Control-Request-Method
    HeaderField preflightHeaders; ///< Access-Control-Request-Headers
    /// Every Mcp-Param-* header, by its name without the prefix, in lower case. At most
    /// kMostMcpParams; the parser refuses more.
    std::map<std::string, HeaderField, std::less<>> mcpParams;
    std::string body;

    void clear();
    /// True if `Accept` admits text/event-stream.
    bool acceptsEventStream() const;
};

} // namespace Mcp
