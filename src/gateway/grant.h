// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "gateway/permissions.h"

#include <optional>
#include <string>
#include <vector>

namespace Gateway
{

/// What one agent may do. Scopes narrow: an empty group or database list means all within what
/// stands above it.
struct Grant {
    std::string id;
    std::string agent;
    std::string connection;
    std::string organization;
    std::string group;
    std::vector<std::string> databases;
    Permissions permissions;
    std::string kind; ///< "token" (bearer), "oauth" (signed in) or "bridge" (local program)
    /// bridge: the executable it is bound to, or empty for any program of that name; oauth: the
    /// client's id at the authorization server.
    std::string program;
    Base::Millis createdAt = 0;
    std::optional<Base::Millis> expiresAt = {};
    std::optional<Base::Millis> lastUsedAt = {};
    bool paused = false; ///< the person let it rest: the agent stays signed in and may do nothing

    bool operator==(const Grant &) const = default;
};

/// What a person asks for when making a grant.
struct GrantDraft {
    std::string agent;
    std::string connection = "workspace";
    std::string organization; ///< empty: the connection's own
    std::string group;
    std::vector<std::string> databases;
    Permissions permissions;
    std::optional<Base::Millis> expiresIn = {};
};

struct MintedToken {
    std::string token; ///< a secret, shown this once
    Grant grant;
};

/// When a grant ends from now on.
struct Expiry {
    std::optional<Base::Millis> at = {}; ///< empty: never

    bool operator==(const Expiry &) const = default;
};

/// What a person changes in a grant. What is not set stays as it is; what is set takes the place of
/// what was. Agent, connection, organization and kind never change.
struct GrantChange {
    std::optional<std::string> group = {}; ///< empty text: all groups
    std::optional<std::vector<std::string>> databases = {}; ///< empty list: all of them
    std::optional<Permissions> permissions = {};
    std::optional<Expiry> expiry = {};
    std::optional<bool> paused = {};

    bool operator==(const GrantChange &) const = default;
};

/// The grant as the change makes it. Pure.
Grant changed(Grant grant, const GrantChange &change);

/// True if `after` lets the agent do anything that `before` did not, at any time and with whatever
/// databases there are: a further permission, or one that asks no more; a group or a database
/// beyond; a later end; resumed. Pure, and the only place where that is decided. Both are the same
/// grant. `widens(after, before)` says that something was taken away.
bool widens(const Grant &before, const Grant &after);

/// What would be added to a grant, and nothing else: one permission (on), or one database. Exactly
/// one of the two is set.
struct Offer {
    std::string grantId;
    std::optional<Permission> permission = {};
    std::string database = {};

    bool operator==(const Offer &) const = default;
};

} // namespace Gateway
