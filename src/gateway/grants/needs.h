// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "gateway/grant.h"

#include <optional>
#include <string>
#include <vector>

namespace Gateway
{

/// What a call needs of a grant, whenever it is looked at again: when it has waited, right before
/// it runs, when its answer is fetched. Pure values and functions.
struct Needs {
    std::vector<Permission> permissions;
    std::string database = {}; ///< or empty
    std::optional<std::string> databaseGroup = {}; ///< once it is known
    std::string group = {}; ///< named by the agent, or empty
};

/// True while the grant cannot be judged: it is for one group, and the database's is not known.
bool hangsOnGroup(const Needs &needs, const Grant &grant);

/// Why the grant as it is now (null: it has ended) does not allow this, or nothing. What hangs on
/// an unknown group is not objected to.
std::optional<Base::Error> objection(const Needs &needs, const Grant *grant);

Base::Error grantHasEnded();
Base::Error grantIsPaused();
/// The same words for what does not exist and for what is outside the grant: an agent learns
/// nothing from them.
Base::Error noDatabase(const std::string &name);
Base::Error noGroup(const std::string &name);

} // namespace Gateway
