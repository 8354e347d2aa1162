// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string>

namespace Mcp
{

/// All four hints are always sent: a host decides by them whether to ask (ToolAnnotations, MCP
/// 2025-03-26 on).
struct ToolAnnotations {
    bool readOnly = false;
    bool destructive = true;
    bool idempotent = false;
    bool openWorld = true;
};

/// What tools/list says of one tool. The schemas are sent as they are; outputSchema may be null.
/// Hosts digest best: names of [a-z0-9_]{1,40}, schemas with an object at their root that are flat
/// and plain (no $ref, anyOf, oneOf) and describe every property.
struct ToolDescription {
    std::string name;
    std::string title;
    std::string description;
    Base::Json inputSchema;
    Base::Json outputSchema;
    ToolAnnotations annotations;
    Base::Json icons = nullptr; ///< Icon[] with data: URIs, or null
};

/// What a call answers. Serialised once, by whoever made it, and copied into the answer as it is.
struct ToolResult {
    /// `structuredContent`: the text of a JSON object, on one line. Always valid against
    /// outputSchema.
    std::string structured;
    /// The one text block for hosts that show only text: plain UTF-8, not yet escaped.
    std::string text;
    /// True where the model should read the answer as a failure.
    bool isError = false;
    /// ContentBlock[] in place of the one text block, or null.
    Base::Json content = nullptr;
};

} // namespace Mcp
