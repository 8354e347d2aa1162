// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/claims.h"

#include "base/json.h"
#include "turso/cloud/answers.h"

#include <QByteArray>

namespace Turso::CloudApi
{

using Base::Json;

namespace
{

/// Nothing for what means never: beyond the year 9999.
std::optional<Base::Millis> timeClaim(const Json &claims, const char *name)
{
    constexpr Base::Millis kSecond = 1000;
    const auto seconds = integerField(claims, name);
    if (!seconds || *seconds <= 0 || *seconds >= 253'402'300'800)
        return std::nullopt;
    return *seconds * kSecond;
}

} // namespace

Claims claimsOf(std::string_view token)
{
    constexpr std::size_t kLongest = 16 * 1024;
    Claims claims;
    const std::size_t first = token.find('.');
    const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
    if (second == token.npos || token.size() > kLongest)
        return claims;
    const std::string_view middle = token.substr(first + 1, second - first - 1);
    const auto decoded = QByteArray::fromBase64Encoding(
        QByteArray(middle.data(), static_cast<qsizetype>(middle.size())),
        QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals
            | QByteArray::AbortOnBase64DecodingErrors);
    const auto json
        = decoded ? Base::parseJson(decoded.decoded.toStdString()) : Base::Result<Json>(Json());
    if (!json || !json->is_object())
        return claims;
    claims.isReadable = true;
    claims.id = textField(*json, "jti").value_or("");
    claims.organization = textField(*json, "org_id").value_or("");
    claims.groupId = textField(*json, "group_uuid").value_or("");
    const Json &scopes = field(*json, "scopes");
    claims.scopes = listField(scopes.is_object() ? scopes : *json, "scopes")
                        .value_or(std::vector<std::string>{});
    claims.issuedAt = timeClaim(*json, "iat");
    claims.expiresAt = timeClaim(*json, "exp");
    const bool hasRights = field(*json, "a").is_string() || field(*json, "p").is_object()
        || field(*json, "gid").is_string();
    const bool isOfDatabase = field(*json, "id").is_string() && claims.id.empty();
    claims.isForSql
        = claims.organization.empty() && claims.id.empty() && (hasRights || isOfDatabase);
    return claims;
}

} // namespace Turso::CloudApi
