// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Turso
{

/// What a server says of the token that it misses (RFC 6750 section 3, RFC 9728 section 5.1). Empty
/// where it says nothing.
struct Challenge {
    std::string resourceMetadata;
    std::string scope;
    std::string error;
};

/// The Bearer challenge of a WWW-Authenticate field, which may hold several of several schemes.
Challenge bearerChallenge(std::string_view field);

} // namespace Turso
