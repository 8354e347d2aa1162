// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/gotime.h"
#include "turso/platformapi/records.h"
#include "turso/platformapi/routes.h"

#include <algorithm>

namespace Turso::PlatformApi
{

using Base::Json;

namespace
{

constexpr std::size_t kLongestName = 255;

void list(const Parts &parts, const CallPointer &call, bool withOwner)
{
    Json tokens = Json::array();
    for (const ApiToken &token : parts.access.tokens()) {
        Json record = tokenRecord(*call, token);
        if (withOwner)
            record["owner"] = {{"username", parts.platform.organization().slug}, {"email", ""}};
        tokens.push_back(std::move(record));
    }
    call->answer({{"tokens", std::move(tokens)}});
}

/// What the body asks for, or nothing when it was refused.
std::optional<ApiToken> draftOf(const Parts &parts, const CallPointer &call)
{
    bool isRight = true;
    const auto organization = call->textField("organization", isRight);
    const auto group = call->textField("group", isRight);
    const auto scopes = call->listField("scopes", isRight);
    if (!isRight)
        return std::nullopt;
    const auto refused = [&call](int status, std::string_view sentence) {
        call->refuse(status, sentence);
        return std::nullopt;
    };
    ApiToken draft;
    draft.name = call->parameter("token");
    if (draft.name.size() > kLongestName)
        return refused(400, "a token's name has at most 255 characters");
    const std::string slug = parts.platform.organization().slug;
    if (organization && !organization->empty()) {
        if (*organization != slug && *organization != parts.access.organizationId())
            return refused(404, "organization not found");
        draft.organization = slug;
    }
    const bool hasGroup = group && !group->empty();
    const bool hasScopes = scopes && !scopes->empty();
    if (hasGroup && draft.organization.empty())
        return refused(400, "group requires organization");
    if (hasGroup != hasScopes)
        return refused(400, hasGroup ? "group requires scopes" : "scopes require group");
    if (!hasGroup)
        return draft;
    const Group *found = call->groupNamed(*group);
    if (!found)
        return refused(404, "group not found");
    const auto parsed = Scopes::parse(*scopes);
    if (!parsed)
        return refused(400, parsed.error().message);
    draft.groupId = found->id;
    draft.scopes = *parsed;
    return draft;
}

std::optional<MintedApiToken> minted(const Parts &parts, const CallPointer &call)
{
    auto draft = draftOf(parts, call);
    if (!draft)
        return std::nullopt;
    auto token = parts.access.mint(std::move(*draft));
    if (token)
        return std::move(*token);
    call->refuse(token.error());
    return std::nullopt;
}

void revoke(const Parts &parts, const CallPointer &call, std::string ApiToken::*key)
{
    const std::string &wanted = call->parameter("token");
    for (const ApiToken &token : parts.access.tokens()) {
        if (token.*key != wanted)
            continue;
        if (const auto done = parts.access.revoke(std::string(token.id)); !done)
            return call->refuse(done.error());
        return call->answer({{"token", wanted}});
    }
    call->refuse(404, "token not found");
}

/// Rights that are narrower than a database cannot be kept here, and must not be wider instead.
bool asksForMore(const CallPointer &call)
{
    const Json &attach
        = Base::member(Base::member(call->field("permissions"), "read_attach"), "databases");
    const bool attaches = !attach.is_null() && !attach.empty();
    const Json &fine = call->field("fine_grained_permissions");
    const bool isFine = !fine.is_null() && !fine.empty();
    if (attaches)
        call->refuse(400, "The workspace has no permission to attach databases.");
    else if (isFine)
        call->refuse(400,
                     "The workspace has no fine-grained permissions; use authorization=read-only.");
    return attaches || isFine;
}

void mintSql(const Parts &parts, const CallPointer &call, const SqlSubject &subject)
{
    const auto expiration = parseExpiration(call->target().value("expiration"));
    if (!expiration)
        return call->refuse(expiration.error());
    const std::string authorization = call->target().value("authorization");
    if (!authorization.empty() && authorization != "full-access" && authorization != "read-only")
        return call->refuse(400, "Invalid authorization: use full-access or read-only");
    if (asksForMore(call))
        return;
    const SqlRight right = authorization == "read-only" ? SqlRight::ReadOnly : SqlRight::FullAccess;
    const std::string token = parts.access.mintSql(subject, right, *expiration);
    if (token.empty())
        return call->refuse(500, "The token could not be signed.");
    call->answer({{"jwt", token}});
}

void rotate(const Parts &parts, const CallPointer &call, const std::string &id)
{
    if (const auto done = parts.access.rotate(id); !done)
        return call->refuse(done.error());
    // Described as no content; Turso's own client reads JSON.
    call->answer(Json::object());
}

} // namespace

void listOwnTokens(const Parts &parts, const CallPointer &call)
{
    list(parts, call, false);
}

void listTokens(const Parts &parts, const CallPointer &call)
{
    list(parts, call, true);
}

void createToken(const Parts &parts, const CallPointer &call)
{
    if (const auto token = minted(parts, call))
        call->answer(
            {{"name", token->token.name}, {"id", token->token.id}, {"token", token->secret}});
}

void createTokenNested(const Parts &parts, const CallPointer &call)
{
    if (const auto token = minted(parts, call))
        call->answer(
            {{"token",
              {{"name", token->token.name}, {"id", token->token.id}, {"value", token->secret}}}});
}

void revokeTokenByName(const Parts &parts, const CallPointer &call)
{
    revoke(parts, call, &ApiToken::name);
}

void revokeTokenById(const Parts &parts, const CallPointer &call)
{
    revoke(parts, call, &ApiToken::id);
}

void mintForDatabase(const Parts &parts, const CallPointer &call)
{
    mintSql(parts, call, {call->database.id, {}});
}

void mintForGroup(const Parts &parts, const CallPointer &call)
{
    mintSql(parts, call, {{}, call->group.id});
}

void rotateDatabase(const Parts &parts, const CallPointer &call)
{
    rotate(parts, call, call->database.id);
}

void rotateGroup(const Parts &parts, const CallPointer &call)
{
    rotate(parts, call, call->group.id);
}

} // namespace Turso::PlatformApi
