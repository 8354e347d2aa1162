// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/access.h"

#include <algorithm>

// The SQL tokens of Access: libsql-server's rules and words.

namespace Turso::PlatformApi
{

using Base::Json;

namespace
{

tl::unexpected<Answer> unauthorized(std::string_view reason)
{
    return tl::unexpected(
        Answer{401, Base::dumpJson({{"error", "Unauthorized: `" + std::string(reason) + "`"}})});
}

/// nothing: not one of these tokens
bool hasSubject(const Json &claims)
{
    return !claims.contains("jti") && Base::integerMember(claims, "iat")
        && (Base::stringMember(claims, "id").has_value()
            != Base::stringMember(claims, "gid").has_value());
}

} // namespace

Base::Millis Access::validFrom(const std::string &id) const
{
    const auto found = m_validFrom.find(id);
    return found == m_validFrom.end() ? 0 : found->second;
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
    const auto claims = m_key.verified(text);
    return claims && hasSubject(*claims);
}

SqlVerdict Access::authorizeSql(std::string_view authorization, const std::string &databaseName,
                                const std::string &databaseId, const std::string &groupId) const
{
    if (authorization.empty())
        return unauthorized("Expected authorization header but none given");
    const auto text = bearerOf(authorization);
    if (!text)
        return unauthorized(
            authorization.find(' ') == std::string_view::npos
                ? "Auth string does not conform to '<scheme> <token>' form"
                : "The authentication scheme in the `Authorization` HTTP header is not supported");
    if (const auto platform = byText(*text); platform && !platform->isGroupScoped())
        return SqlRight::FullAccess;
    const auto claims = m_key.verified(*text);
    if (!claims || !hasSubject(*claims))
        return unauthorized("The JWT is invalid");
    if (const auto expires = Base::integerMember(*claims, "exp");
        expires && *expires <= m_clock.now() / 1000)
        return unauthorized("The JWT has expired");
    const auto id = Base::stringMember(*claims, "id");
    const auto group = Base::stringMember(*claims, "gid");
    const bool isIts = id ? *id == databaseId : *group == groupId;
    if (!isIts)
        return tl::unexpected(Answer{
            404, Base::dumpJson({{"error", "Namespace `" + databaseName + "` doesn't exist"}})});
    const Base::Millis issued = *Base::integerMember(*claims, "iat");
    if (issued < std::max(validFrom(databaseId), validFrom(groupId)))
        return unauthorized("unauthorized access attempt on database: invalid JWT token: role was "
                            "invalidated after token was issued");
    return Base::stringMember(*claims, "a") == "rw" ? SqlRight::FullAccess : SqlRight::ReadOnly;
}

} // namespace Turso::PlatformApi
