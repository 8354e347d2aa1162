// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/secret.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Turso
{

namespace CloudApi
{
class Api;
} // namespace CloudApi

/// What a platform token reaches, as Turso answers it. What the token says of itself only tells
/// what to ask.
struct TokenReach {
    std::string organization; ///< slug
    std::string organizationName;
    bool isForGroup = false; ///< one group of it; otherwise the organization
    std::string group = {}; ///< its name, where Turso tells
    std::vector<std::string> scopes = {}; ///< as the token has them; empty: all, or not known
    std::optional<Base::Millis> expiresAt = {}; ///< not set: never

    /// "organization acme", "group shop of acme: read, db:create"
    std::string sentence() const;
};

struct TokenQuestion {
    std::string apiUrl = "https://api.turso.tech";
    std::shared_ptr<const Base::Secret> token;
    std::string organization = {}; ///< slug as somebody typed it, or empty
    /// This app itself had the token made for that organization, with somebody's session: nothing
    /// has to show that it is for no more.
    bool isMadeForIt = false;
};

/// For who adds a connection. Refuses what is not for one organization or one group: a session, a
/// token without scope. Errors: InvalidArgument (details {"argument"}: "api_url"; "organization",
/// which a group's token does not tell and a person must type), Unauthorized (the token is not
/// taken, is for SQL, or unscoped: details {"reason":"unscoped"}), UpstreamError. The gateway
/// thread.
Base::Pending<TokenReach> checkToken(TokenQuestion question);

/// https, or http on this computer; no path, user or query. InvalidArgument (details
/// {"argument":"api_url"}).
Base::Result<void> checkApiUrl(const std::string &url);

namespace CloudApi
{
/// The same through an api that is there, which must outlive the answer.
Base::Pending<TokenReach> reachOf(Api &api, std::string organization, bool isMadeForIt = false);
/// localhost, *.localhost, 127.0.0.0/8, [::1]; with or without a port.
bool isLoopback(std::string_view host);
/// "host:port" of a URL.
std::string_view authorityOf(std::string_view url);
} // namespace CloudApi

} // namespace Turso
