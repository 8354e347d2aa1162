// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "turso/platform.h"
#include "turso/sqlclient/answer.h"

#include <string>

/// What a server says when it does not do what it was asked, as errors of the tools' API.
namespace Turso::Remote
{

/// Who was asked for what, for the sentences.
struct Asked {
    std::string database;
    std::string host;
    Privilege privilege = Privilege::Read;
    /// Whether what was sent could have changed something when no answer says so.
    bool mayHaveChanged = false;
};

/// {"outcome":"not_run"} or {"outcome":"unknown"}
std::string outcomeDetails(bool unknown);

/// One statement's.
Base::Error engineError(const EngineError &error);

/// An answer whose status is not 200.
Base::Error statusError(int status, const std::string &body, const Asked &asked);

/// There is no answer. `sentence`: what the server did instead.
Base::Error noAnswer(const std::string &sentence, const Asked &asked);

} // namespace Turso::Remote
