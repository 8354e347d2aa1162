// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace Control
{

/// What a client must be to use a method.
enum class Need {
    Nothing, ///< look, or less: every process of the user
    Decide, ///< more: our own window, or the operator key
    DecideToWiden, ///< grants.change: Decide where the agent may do more after it than before
    DecideToOpen, ///< workspace.serve: Decide to switch it on
    DecideToLift, ///< read_only.set: Decide where it ends or shortens the read-only time
};

struct Method {
    std::string_view name;
    Need need;
};

/// Every method there is: the one place that says who may do what.
std::span<const Method> methods();

/// Null for names that are not in the table.
const Method *findMethod(std::string_view name);

} // namespace Control
