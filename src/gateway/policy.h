// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "gateway/permissions.h"
#include "gateway/values.h"

#include <string>

namespace Gateway
{

/// All that a decision depends on. Time, stores and the network have been asked before.
struct Question {
    Permission permission = Permission::Read;
    Access access = Access::Off;
    bool changes = true; ///< false for tools that only look
    Risk risk = Risk::Irreversible;
    bool asks = true; ///< the tool asks for this by default
    std::string askReason; ///< why, as a sentence
    bool readOnlyMode = false; ///< the panic switch
    std::string rule; ///< id of a remembered answer that covers this call, or empty
};

struct Verdict {
    enum class Kind { Allow, Ask, Refuse };
    Kind kind = Kind::Refuse;
    std::string reason; ///< one sentence, always
    std::string rule; ///< set when a remembered answer allowed it
    Base::Error error = {}; ///< set with Refuse
};

/// What an agent is told that lacks this permission; the same whether the person is offered to add
/// it or not.
Base::Error notGranted(Permission permission);

/// Pure, and the only place where allow, ask or refuse is decided. What is destructive asks,
/// whatever the grant says; a remembered answer may stand in for the person except for what is
/// irreversible.
Verdict decide(const Question &question);

} // namespace Gateway
