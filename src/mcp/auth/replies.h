// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/auth/authorizationserver.h"

#include <string>
#include <string_view>

/// What the authorization server answers to programs. Nothing of it is kept by anybody on the way
/// (Cache-Control: no-store).
namespace Mcp::Auth
{

Reply jsonReply(int status, std::string body);
/// RFC 6749 section 5.2.
Reply errorReply(int status, const char *code, std::string_view description);
/// 429, in a minute again.
Reply tooManyReply(std::string_view what);
Reply redirectReply(std::string location);
Reply refusalReply(Tokens::Refusal why);
/// RFC 6749 section 5.1.
Reply tokenReply(const TokenPair &pair);

/// How it ended, as JSON for the page's script. `stays`: the page remains where it is, as the
/// location opens an application.
std::string endingText(std::string title, std::string text, std::string location = {},
                       bool stays = false);
/// For the person.
const char *sentenceOf(No why);

} // namespace Mcp::Auth
