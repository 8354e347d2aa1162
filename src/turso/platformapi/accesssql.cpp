// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/access.h"

#include "base/secret.h"

#include <algorithm>
#include <utility>

// The SQL tokens of Access: libsql-server's rules and words.

namespace Turso::PlatformApi
{

using Base::Json;

namespace
{

constexpr std::size_t kMostSeen = 256;

SqlVerdict unauthorized(std::string_view reason)
{
    return {{}, std::string(reason)};
}

} // namespace

Base::Millis Access::validFrom(std::string_view id) const
{
    const auto found = m_validFrom.find(id);
    return found == m_validFrom.end() ? 0 : found->second;
}

std::optional<Access::SqlClaims> Access::sqlClaims(std::string_view token) const
{
    const auto claims = m_key.verified(token);
    if (!claims)
        return std::nullopt;
    const auto issued = Base::integerMember(*claims, "iat");
    const auto id = Base::stringMember(*claims, "id");
    const auto group = Base::stringMember(*claims, "gid");
    // A platform token is signed with the same key.
    if (claims->contains("jti") || !issued || id.has_value() == group.has_value())
        return std::nullopt;
    SqlClaims read{id.value_or(""), group.value_or(""), SqlRight::ReadOnly, *issued, {}};
    if (Base::stringMember(*claims, "a") == "rw")
        read.right = SqlRight::FullAccess;
    if (const auto expires = Base::integerMember(*claims, "exp"))
        read.expires = *expires;
    return read;
}

const Access::SqlClaims *Access::remembered(std::string_view token)
{
    std::string hash = Base::sha256Hex(token);
    if (const auto found = m_seen.find(hash); found != m_seen.end())
        return &found->second;
    auto claims = sqlClaims(token);
    if (!claims)
        return nullptr;
    if (m_seen.size() >= kMostSeen)
        m_seen.clear();
    return &m_seen.emplace(std::move(hash), std::move(*claims)).first->second;
}

std::string Access::mintSql(const SqlSubject &subject, SqlRight right,
                            std::optional<Base::Millis> expiresIn) const
{
    // `iat` counts seconds. A rotation takes the whole second that it is in, so what is minted
    // after it begins with the next.
    const Base::Millis now = m_clock.now() / 1000;
    Json claims
        = {{"iat", std::max(now, m_newest)}, {"a", right == SqlRight::ReadOnly ? "ro" : "rw"}};
    if (subject.databaseId.empty())
        claims["gid"] = subject.groupId;
    else
        claims["id"] = subject.databaseId;
    if (expiresIn)
        claims["exp"] = now + *expiresIn / 1000;
    return m_key.sign(claims);
}

Base::Result<void> Access::rotate(const std::string &databaseOrGroupId)
{
    m_newest = std::max(m_newest, m_clock.now() / 1000) + 1;
    m_validFrom[databaseOrGroupId] = m_newest;
    return save();
}

bool Access::isSqlToken(std::string_view text) const
{
    return sqlClaims(text).has_value();
}

SqlVerdict Access::authorizeSql(std::string_view bearer, std::string_view databaseId,
                                std::string_view groupId)
{
    if (bearer.empty())
        return unauthorized("Expected authorization header but none given");
    const SqlClaims *claims = remembered(bearer);
    if (!claims) {
        const auto platform = byText(bearer);
        return platform && !platform->isGroupScoped() ? SqlVerdict{SqlRight::FullAccess, {}}
                                                      : unauthorized("The JWT is invalid");
    }
    if (claims->expires && *claims->expires <= m_clock.now() / 1000)
        return unauthorized("The JWT has expired");
    const bool isIts
        = claims->groupId.empty() ? claims->databaseId == databaseId : claims->groupId == groupId;
    if (!isIts)
        return {};
    if (claims->issued < std::max(validFrom(databaseId), validFrom(groupId)))
        return unauthorized("unauthorized access attempt on database: invalid JWT token: role was "
                            "invalidated after token was issued");
    return {claims->right, {}};
}

} // namespace Turso::PlatformApi
