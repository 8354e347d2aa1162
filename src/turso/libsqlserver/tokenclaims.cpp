// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/tokenclaims.h"

#include "base/json.h"

#include <QByteArray>

namespace Turso::SelfHosted
{

using Base::Json;

namespace
{

constexpr Base::Millis kSecond = 1000;
constexpr long long kLatestTime = 253'402'300'799; ///< the year 9999

std::optional<Json> payloadOf(std::string_view token)
{
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    const std::string_view part = token.substr(first + 1, second - first - 1);
    const auto bytes = QByteArray::fromBase64Encoding(
        QByteArray(part.data(), static_cast<qsizetype>(part.size())),
        QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals
            | QByteArray::AbortOnBase64DecodingErrors);
    if (!bytes)
        return std::nullopt;
    auto json = Base::parseJson(
        {bytes.decoded.constData(), static_cast<std::size_t>(bytes.decoded.size())});
    if (!json || !json->is_object())
        return std::nullopt;
    return std::move(*json);
}

} // namespace

TokenClaims claimsOf(std::string_view token)
{
    TokenClaims claims;
    const auto payload = payloadOf(token);
    if (!payload)
        return claims;
    if (const auto expires = Base::integerMember(*payload, "exp");
        expires && *expires >= 0 && *expires <= kLatestTime)
        claims.expiresAt = *expires * kSecond;
    // Where there is `p`, sqld looks at nothing else.
    const Json &permissions = Base::member(*payload, "p");
    if (permissions.is_object()) {
        claims.mayWrite = permissions.contains("rw") || permissions.contains("rwa");
        return claims;
    }
    const auto access = Base::stringMember(*payload, "a");
    claims.mayWrite = access != "ro" && access != "roa";
    claims.onlyDatabase = Base::stringMember(*payload, "id");
    return claims;
}

} // namespace Turso::SelfHosted
