// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/access.h"

#include "base/secret.h"

#include <QUuid>

#include <algorithm>
#include <utility>

namespace Turso::PlatformApi
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;

std::string newUuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
}

std::optional<std::string_view> bearerOf(std::string_view authorization)
{
    constexpr std::string_view kScheme = "bearer ";
    const bool isBearer = authorization.size() > kScheme.size()
        && std::equal(kScheme.begin(), kScheme.end(), authorization.begin(), [](char a, char b) {
                              return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
                          });
    if (!isBearer)
        return std::nullopt;
    return authorization.substr(kScheme.size());
}

Access::Access(std::string folder, const Base::Clock &clock, SigningKey key)
    : m_folder(std::move(folder))
    , m_clock(clock)
    , m_key(std::move(key))
{
}

Base::Result<void> Access::setSwitch(Switch wanted)
{
    m_switch = wanted;
    return save();
}

std::optional<ApiToken> Access::byText(std::string_view text) const
{
    const std::string hash = Base::sha256Hex(text);
    std::optional<ApiToken> found;
    for (const ApiToken &token : m_tokens) { // all of them: the time tells nothing
        if (Base::constantTimeEquals(token.hash, hash))
            found = token;
    }
    return found;
}

Base::Result<MintedApiToken> Access::mint(ApiToken draft)
{
    const bool isTaken = std::any_of(m_tokens.begin(), m_tokens.end(), [&](const ApiToken &other) {
        return other.name == draft.name;
    });
    if (isTaken)
        return fail(ErrorKind::AlreadyExists, "token with name " + draft.name + " already exists");
    if (m_tokens.size() >= kMostTokens)
        return fail(ErrorKind::LimitExceeded, "There are 1000 API tokens already.");
    draft.id = newUuid();
    draft.createdAt = m_clock.now();
    // The claims are those of Turso's; what counts here is the list that the token stands in.
    Json claims = {{"jti", draft.id}};
    if (!draft.organization.empty())
        claims["org_id"] = 1;
    if (draft.isGroupScoped()) {
        claims["group_uuid"] = draft.groupId;
        claims["scopes"] = {{"scopes", draft.scopes.names()}};
    }
    MintedApiToken minted{std::move(draft), m_key.sign(claims)};
    minted.token.hash = Base::sha256Hex(minted.secret);
    m_tokens.push_back(minted.token);
    if (auto saved = save(); !saved) {
        m_tokens.pop_back();
        return tl::unexpected(std::move(saved).error());
    }
    return minted;
}

Base::Result<void> Access::revoke(const std::string &id)
{
    if (std::erase_if(m_tokens, [&id](const ApiToken &token) { return token.id == id; }) == 0)
        return fail(ErrorKind::NotFound, "token not found");
    return save();
}

void Access::forgetGroup(const std::string &groupId)
{
    std::erase_if(m_tokens, [&groupId](const ApiToken &token) { return token.groupId == groupId; });
    m_validFrom.erase(groupId);
    (void)save(); // what is kept too long names a group that no longer is
}

void Access::forgetDatabase(const std::string &databaseId)
{
    if (m_validFrom.erase(databaseId) > 0)
        (void)save();
}

} // namespace Turso::PlatformApi
