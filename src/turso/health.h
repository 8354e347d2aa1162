// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <string>
#include <utility>
#include <vector>

namespace Turso
{

/// How a connection is, asked a moment ago.
struct Health {
    enum class State {
        Ready,
        Unreachable, ///< the server does not answer
        SignedOut, ///< there is no token, or the server no longer takes it
        Limited, ///< it answers, but something that tools need is missing (a scope, the admin API)
    };
    State state = State::Ready;
    std::string sentence = {}; ///< what is wrong and what to do; empty when nothing is
    std::vector<std::string> warnings = {}; ///< sentences about what a person should mend
    /// What matters when one works with it: {"Plan", "Scaler"}, {"Point in time", "24 hours"}.
    std::vector<std::pair<std::string, std::string>> facts = {};
};

/// One entry of an organization's own audit list.
struct AuditEntry {
    Base::Millis at = 0;
    std::string code; ///< "db-create"
    std::string message;
    std::string author;
    std::string origin; ///< "cli", "web", or empty
};

struct AuditPage {
    std::vector<AuditEntry> entries = {}; ///< newest first
    int page = 1; ///< from 1
    int pages = 1;
};

} // namespace Turso
