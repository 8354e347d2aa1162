// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/json.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace Window
{

/// A connection as the control API tells it (connections.list). Never holds a token.
struct ConnectionValue {
    std::string id;
    std::string kind; ///< "workspace", "libsql-server" or "turso-cloud"
    std::string name;
    std::string organization;
    std::string url;
    std::string adminUrl;
    std::string apiUrl;
    /// "ready", "checking", "unreachable", "signed-out", "locked" or "limited"
    std::string state;
    std::string sentence; ///< what is wrong and what to do, or empty
    std::vector<std::string> warnings;
    std::vector<std::pair<std::string, std::string>> facts;
    std::vector<std::string> can; ///< by the API's names, in its order
    std::vector<std::string> cannot;
    std::string signedInBy; ///< "browser", "token", "cli" or empty
    std::string tokenKept; ///< "keychain", "memory" or empty
    std::string tokenNote; ///< why it is kept in memory
    std::optional<Base::Millis> checkedAt;

    bool isCloud() const { return kind == "turso-cloud"; }
    bool isWorkspace() const { return kind == "workspace"; }
    bool isReady() const { return state == "ready"; }
    bool isChecking() const { return state == "checking"; }
    /// Signed in to Turso Cloud with a token that does not tell which organization it is for.
    bool lacksOrganization() const;

    /// InvalidArgument if it has no id; what else is missing is empty, so that an app that is a
    /// little older or newer can be looked at.
    static Base::Result<ConnectionValue> from(const Base::Json &json);
    static Base::Result<std::vector<ConnectionValue>> listFrom(const Base::Json &json);
};

} // namespace Window
