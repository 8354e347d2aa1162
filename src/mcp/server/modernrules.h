// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/jsonrpc/message.h"
#include "mcp/protocol/headerparameters.h"
#include "mcp/protocol/httprequest.h"

#include <optional>
#include <vector>

namespace Mcp
{

/// What 2026-07-28 demands of every request's params._meta: protocolVersion (a string, and one that
/// is spoken) and clientCapabilities (an object); logLevel, if there, must be a level. Each refusal
/// is HTTP 400.
std::optional<RpcError> checkModernMeta(const Message &message);

/// The same over HTTP, with the headers that must repeat the body: MCP-Protocol-Version,
/// Mcp-Method, Mcp-Name. In the order of checks that clients expect, since the first failure
/// decides the code.
std::optional<RpcError> checkModernHttp(const HttpRequest &request, const Message &message);

/// The Mcp-Param headers of a tools/call against its arguments: equal where an argument is there,
/// absent where it is not.
std::optional<RpcError> checkHeaderParameters(const HttpRequest &request, const Message &message,
                                              const std::vector<HeaderParameter> &parameters);

/// The HTTP status of an error response: what concerns the whole request is no 200.
int modernStatus(int code);

/// params._meta names a protocol version, of whatever type: the mark of a modern request.
bool namesModernVersion(const Message &message);

} // namespace Mcp
