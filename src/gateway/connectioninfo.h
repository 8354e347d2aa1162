// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/secret.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Connections as plain values: what windows and the command line see of them, and say. Text is
/// UTF-8, times are Base::Millis.
namespace Gateway
{

/// A place with databases. Holds no secret.
struct ConnectionInfo {
    std::string id;
    std::string kind; ///< "workspace", "libsql-server", "turso-cloud"
    std::string name;
    /// "ready", "checking", "unreachable", "signed-out", "locked" (the keychain is), "limited"
    std::string state;
    std::string sentence = {}; ///< what is wrong and what to do, or empty
    std::string organization = {};
    std::string url = {}; ///< of a libsql-server's SQL
    std::string adminUrl = {};
    std::string apiUrl = {}; ///< of Turso Cloud
    std::vector<std::string> warnings = {}; ///< sentences about what should be mended
    std::vector<std::pair<std::string, std::string>> facts = {}; ///< {"Plan", "Scaler"}
    /// What it can and cannot do, by name: "groups", "create_databases", "branches",
    /// "point_in_time", "configuration", "analytics", "rolled_back_dry_run", "audit_list".
    std::vector<std::pair<std::string, bool>> capabilities = {};
    std::string signedInBy = {}; ///< "browser", "token", "cli", or empty
    std::string tokenKept = {}; ///< "keychain", "memory", or empty
    std::string tokenNote = {}; ///< a sentence: why only in memory
    std::optional<Base::Millis> checkedAt = {};

    bool operator==(const ConnectionInfo &) const = default;
};

/// A connection to add. What is not given is empty.
struct ConnectionDraft {
    std::string kind;
    std::string name = {};
    std::string url = {};
    std::string adminUrl = {};
    std::string apiUrl = {};
    std::string organization = {};
    std::shared_ptr<const Base::Secret> token = {};
    std::shared_ptr<const Base::Secret> adminKey = {};
    bool fromCli = false; ///< with the account of Turso's own command line
    bool unchecked = false; ///< keep it although it cannot be reached
};

/// What to change; what is not set stays.
struct ConnectionChange {
    std::optional<std::string> name = {};
    std::optional<std::string> organization = {};
    std::shared_ptr<const Base::Secret> token = {};
    std::shared_ptr<const Base::Secret> adminKey = {};
};

/// Where the person signs in, until when. No secret.
struct SignInOffer {
    std::string url;
    Base::Millis expiresAt = 0;
};

/// Who is signed in to Turso's own command line on this computer. No secret.
struct CliAccountInfo {
    bool found = false;
    std::string username = {};
    std::string organization = {};
    std::string apiUrl = {};
};

} // namespace Gateway
