// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/authenticator.h"
#include "mcp/server/tool.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace Mcp
{

/// One tools/call, as it left the protocol. `arguments` is always an object.
struct ToolCall {
    std::string tool;
    Base::Json arguments;
    Principal principal;
    std::string clientName; ///< clientInfo.name, or empty; the client's own claim
    std::string clientVersion; ///< clientInfo.version, or empty
    std::string sessionId; ///< legacy session, or empty
    bool modern = false; ///< 2026-07-28 or later
    bool reportsProgress = false; ///< the request had a progressToken
};

/// One notifications/progress. `progress` must increase from call to call.
struct Progress {
    double progress = 0;
    std::optional<double> total = {};
    std::string message = {};
};

/// Where the server hands tool calls to. It knows nothing of consent; whoever implements this does.
/// One thread: everything happens on the server's own.
class ToolGate
{
public:
    using CallId = unsigned long long;
    using Reply = std::function<void(ToolResult)>;
    using Report = std::function<void(Progress)>;

    virtual ~ToolGate() = default;

    /// The tools this principal may see, in a stable order.
    virtual std::vector<ToolDescription> tools(const Principal &principal) const = 0;
    virtual bool hasTool(const std::string &name) const = 0;

    /// Takes the call. `reply` runs exactly once, later or before begin() returns; `report` any
    /// number of times before it. After cancel() neither runs any more.
    virtual CallId begin(ToolCall call, Reply reply, Report report) = 0;

    /// The agent no longer wants the answer (modern: it hung up; legacy: notifications/cancelled).
    /// What has not begun must not begin. Unknown and finished ids are ignored.
    virtual void cancel(CallId call) = 0;

    /// Nobody will hear the answer (legacy HTTP: the client hung up, which is not a cancellation).
    /// The call goes on; whoever implements this may keep the answer for a repeated call. `reply`
    /// may still run.
    virtual void unheard(CallId call) { static_cast<void>(call); }
};

} // namespace Mcp
