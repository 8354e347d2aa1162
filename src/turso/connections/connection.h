// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "turso/health.h"
#include "turso/types.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Turso
{

inline constexpr char kLibsqlServer[] = "libsql-server";
inline constexpr char kTursoCloud[] = "turso-cloud";
inline constexpr char kTursoApi[] = "https://api.turso.tech";

/// Where the token of a sign-in with a browser came from: what renews it and ends it. No secret.
struct TokenOrigin {
    std::string issuer = {};
    std::string tokenEndpoint = {};
    std::string revocationEndpoint = {}; ///< empty: it cannot be ended from here
    std::string clientId = {}; ///< empty: there is nothing of all this
    std::string resource = {};
    bool renews = false; ///< there is a refresh token, in the SecretStore
    std::string slot = {}; ///< of its name there: each sign-in has its own
};

/// What is kept of a connection in connections.json: no secret.
struct ConnectionSpec {
    std::string id;
    std::string kind;
    std::string name; ///< unique
    std::string url = {}; ///< of a libsql-server's SQL
    std::string adminUrl = {};
    std::string apiUrl = {}; ///< of Turso Cloud
    std::string organization = {};
    std::string group = {}; ///< of a token that is for one group
    std::string signedInBy = {}; ///< "browser", "token", "cli", or empty: there is no token
    bool hasAdminKey = false;
    TokenOrigin origin = {};
};

/// A connection as it is now.
struct ConnectionView {
    ConnectionSpec spec;
    std::string state; ///< "ready", "checking", "unreachable", "signed-out", "locked", "limited"
    std::string sentence; ///< what is wrong and what to do, or empty
    Health health = {};
    Capabilities capabilities = {};
    std::string tokenKept = {}; ///< "keychain", "memory" or empty
    std::string tokenNote = {};
    std::optional<Base::Millis> checkedAt = {};
};

/// A connection to add. What is not given is empty.
struct ConnectionWish {
    std::string kind;
    std::string name = {};
    std::string url = {};
    std::string adminUrl = {};
    std::string apiUrl = {};
    std::string organization = {};
    std::shared_ptr<const Base::Secret> token = {};
    std::shared_ptr<const Base::Secret> adminKey = {};
    bool fromCli = false;
    bool unchecked = false; ///< keep it although it cannot be reached
};

/// The file of connections. Missing: none. InvalidArgument names the file and what is wrong in it.
Base::Result<std::vector<ConnectionSpec>> readConnections(const std::string &file);
/// As a whole or not at all, for the user alone.
Base::Result<void> writeConnections(const std::string &file,
                                    const std::vector<ConnectionSpec> &connections);

/// http or https, a host, perhaps a port; no user, path, query or fragment. The URL without a slash
/// at its end; InvalidArgument (details {"argument"}) says what is wrong with it.
Base::Result<std::string> checkedServerUrl(const std::string &url, const char *argument);

} // namespace Turso
