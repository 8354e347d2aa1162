// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/apiclient/apiclient.h"
#include "turso/cloud/claims.h"

#include <string>

namespace Turso::CloudApi
{

/// What somebody asks of Turso, for the sentence that says why there is no answer.
struct Asked {
    std::string doing; ///< behind "Turso refused to ": "create the database \"shop\""
    const char *scope = "read"; ///< that a group-scoped token needs for it; empty: none
    bool changes = false; ///< nobody knows what came of it where the answer is lost
    bool creates = false; ///< 422 means that the name cannot be had
    std::string database = {}; ///< or empty: 404 is about it
};

/// The answer's own words: of {"error": any JSON}, of plain text, or nothing. One line, at most 500
/// bytes.
std::string wordsOf(const ApiAnswer &answer);
/// `code` of the body, or empty.
std::string codeOf(const ApiAnswer &answer);

/// Why an answer that is not 200 is what it is, told apart as far as its words go: sign-in, scope,
/// role, protection, plan. `token`: what the token that was sent says of itself.
Base::Error refusalOf(const ApiAnswer &answer, const Asked &asked, const Claims &token);

/// The answer came, and is not what Turso answers.
Base::Error strangeAnswer(const Asked &asked, const std::string &what);

/// details {"outcome": ...}
std::string outcomeOf(const Asked &asked);

} // namespace Turso::CloudApi
