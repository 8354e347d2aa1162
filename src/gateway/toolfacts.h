// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/permissions.h"
#include "gateway/values.h"

#include <optional>
#include <span>
#include <string_view>

namespace Gateway
{

/// What grant and policy know of a tool before any arguments: the one table from which the tools
/// take their permission, and windows what a grant means. The words go into sentences: `deed` after
/// "may", the others after "asks before"; empty where there is nothing of the kind to say.
struct ToolFacts {
    std::string_view tool;
    Permission permission;
    bool changes; ///< false for tools that only look
    Risk mildest; ///< the least that a use of it can be ...
    Risk gravest; ///< ... and the most; what is destructive asks, by policy
    std::string_view deed;
    std::string_view deedAsked; ///< any use of it
    std::string_view gravestAsked; ///< the uses that ask though it was granted
    bool makesDatabases = false; ///< refused where the grant names databases
    std::optional<Permission> further = {}; ///< some uses of it need this as well ...
    std::string_view furtherUse = {}; ///< ... namely these
};

/// The twelve, in the order in which they are listed to agents.
std::span<const ToolFacts> toolFacts();

/// Null for approval_wait, which needs nothing, and for what is no tool.
const ToolFacts *findToolFacts(std::string_view tool);

} // namespace Gateway
