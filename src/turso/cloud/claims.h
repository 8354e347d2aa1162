// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::CloudApi
{

/// What a token says of itself. Nobody has checked it: good for sentences and for asking the right
/// question, never for allowing anything.
struct Claims {
    bool isReadable = false; ///< a JWT whose claims are an object
    std::string id; ///< `jti`
    std::string organization; ///< `org_id`, a number on Turso Cloud, not the slug
    std::string groupId; ///< `group_uuid`: for one group only
    std::vector<std::string> scopes;
    std::optional<Base::Millis> issuedAt;
    std::optional<Base::Millis> expiresAt;
    bool isForSql = false; ///< a database's or a group's, for SQL: opens no Platform API
};

Claims claimsOf(std::string_view token);

} // namespace Turso::CloudApi
