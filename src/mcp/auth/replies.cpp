// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/replies.h"

#include "base/json.h"

#include <utility>

namespace Mcp::Auth
{

using Base::Json;

Reply jsonReply(int status, std::string body)
{
    return {.status = status,
            .contentType = "application/json",
            .body = std::move(body),
            .fields = {{"Cache-Control", "no-store"}, {"Pragma", "no-cache"}}};
}

Reply errorReply(int status, const char *code, std::string_view description)
{
    return jsonReply(
        status, Base::dumpJson({{"error", code}, {"error_description", std::string(description)}}));
}

Reply tooManyReply(std::string_view what)
{
    Reply reply = errorReply(429, "temporarily_unavailable", what);
    reply.fields.emplace_back("Retry-After", "60");
    return reply;
}

Reply redirectReply(std::string location)
{
    return {.status = 302,
            .fields = {{"Location", std::move(location)},
                       {"Cache-Control", "no-store"},
                       {"Referrer-Policy", "no-referrer"}}};
}

Reply refusalReply(Tokens::Refusal why)
{
    switch (why) {
    case Tokens::Refusal::Audience:
        return errorReply(400, "invalid_target", "The token is for another resource.");
    case Tokens::Refusal::Used:
        return errorReply(400, "invalid_grant",
                          "This was used before, so everything that came from it has been ended.");
    case Tokens::Refusal::Mismatch:
        return errorReply(400, "invalid_grant", "redirect_uri or code_verifier do not fit.");
    case Tokens::Refusal::Unknown:
        break;
    }
    return errorReply(400, "invalid_grant", "It is unknown, has expired, or is another client's.");
}

Reply tokenReply(const TokenPair &pair)
{
    return jsonReply(200,
                     Base::dumpJson({{"access_token", pair.access},
                                     {"token_type", "Bearer"},
                                     {"expires_in", pair.expiresInSeconds},
                                     {"refresh_token", pair.refresh},
                                     {"scope", pair.scope}}));
}

std::string endingText(std::string title, std::string text, std::string location, bool stays)
{
    Json said{{"state", "over"}, {"title", std::move(title)}, {"text", std::move(text)}};
    if (!location.empty()) {
        said["location"] = std::move(location);
        said["stays"] = stays;
    }
    return Base::dumpJson(said);
}

const char *sentenceOf(No why)
{
    switch (why) {
    case No::Said:
        return "You said no in Turso Companion.";
    case No::Unanswered:
        return "Nobody answered in Turso Companion in time.";
    case No::Failed:
        break;
    }
    return "Turso Companion could not do it.";
}

} // namespace Mcp::Auth
