// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/protocol/headerparameters.h"
#include "mcp/server/responder.h"

#include <string>
#include <vector>

namespace Mcp
{

/// One tools/call, as it left the protocol. `arguments` is always an object.
struct ToolCall : Caller {
    std::string tool = {};
    Base::Json arguments = Base::Json::object();
    Inputs inputs = {};
    bool reportsProgress = false; ///< the request had a progressToken that can be served
};

/// Where the server hands tool calls to. It knows nothing of consent; whoever implements this does.
class ToolGate : public Responder
{
public:
    /// The tools this principal may see, in a stable order.
    virtual std::vector<ToolDescription> tools(const Principal &principal) const = 0;
    virtual bool hasTool(const std::string &name) const = 0;

    /// Takes the call. `reply` runs exactly once, later or before begin() returns; `report` any
    /// number of times before it. After cancel() neither runs any more, and after unheard() nobody
    /// waits for them.
    virtual CallId begin(ToolCall call, Reply reply, Report report) = 0;

    /// The arguments that Mcp-Param headers must repeat; see headerParametersOf().
    virtual std::vector<HeaderParameter> headerParameters(const std::string &tool) const
    {
        static_cast<void>(tool);
        return {};
    }
};

} // namespace Mcp
