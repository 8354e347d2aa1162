// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string>
#include <vector>

namespace Mcp
{

/// An argument that the header Mcp-Param-NAME must repeat (MCP 2026-07-28, `x-mcp-header`).
struct HeaderParameter {
    std::string header; ///< NAME
    std::vector<std::string> path; ///< the keys that lead from the arguments to the value
    enum Type { String, Integer, Boolean } type = String;
};

/// What an input schema declares: only properties reachable through `properties`, of the three
/// types, with names that are header tokens and unique ignoring case. Others are left out.
std::vector<HeaderParameter> headerParametersOf(const Base::Json &inputSchema);

} // namespace Mcp
