// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string>
#include <vector>

namespace Mcp
{

/// The part of ClientCapabilities that decides what a server may ask of a client.
struct ClientCapabilities {
    bool elicitation = false; ///< forms; `"elicitation":{}` means this one
    bool elicitationUrl = false;
    bool sampling = false;
    bool roots = false;
    bool tasks = false; ///< the extension io.modelcontextprotocol/tasks; modern only

    static ClientCapabilities from(const Base::Json &capabilities);

    /// The short names that a session id carries, and back. Unknown ones are ignored.
    std::vector<std::string> names() const;
    static ClientCapabilities fromNames(const std::vector<std::string> &names);

    bool operator==(const ClientCapabilities &) const = default;
};

inline constexpr char kTasksExtension[] = "io.modelcontextprotocol/tasks";

} // namespace Mcp
