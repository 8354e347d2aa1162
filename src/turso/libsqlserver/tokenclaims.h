// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <optional>
#include <string>
#include <string_view>

namespace Turso::SelfHosted
{

/// What a token says of itself. Nobody has checked its signature: good for telling early what the
/// server would refuse, for nothing else.
struct TokenClaims {
    bool mayWrite = true;
    std::optional<std::string> onlyDatabase = {};
    std::optional<Base::Millis> expiresAt = {};
};

/// Of a JSON Web Token as sqld reads it; the most that can be, if it is something else.
TokenClaims claimsOf(std::string_view token);

} // namespace Turso::SelfHosted
