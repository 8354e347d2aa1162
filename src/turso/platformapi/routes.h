// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platformapi/call.h"

#include <span>

namespace Turso::PlatformApi
{

/// What is looked up, and checked, before a route runs.
enum class Reach {
    Token, ///< any token
    Organization, ///< not for group-scoped tokens
    Inside, ///< the route looks at what the token reaches
    Group, ///< {group}, which must be there and reached
    Database, ///< {database}, the same
};

/// What a route does beyond looking.
enum class Effect {
    Look,
    More, ///< changes something: refused while the app is read-only
    Less, ///< takes a right away: never refused for that
};

struct Route {
    const char *method;
    const char *pattern;
    Reach reach;
    Scope scope; ///< that a group-scoped token needs
    Effect effect;
    /// For a change, how the history calls it: the tool's name where there is one for the same.
    const char *action;
    void (*run)(const Parts &parts, const CallPointer &call);
};

/// Every route, by its path with the organization. `/v1/databases...`, `/v1/groups...` and
/// `/v1/usage` are the same without it, as Turso's command line asks in a personal account.
std::span<const Route> routes();

/// The route for this, and fills `parameters`.
const Route *findRoute(const std::string &method, std::vector<std::string> segments,
                       std::map<std::string, std::string, std::less<>> &parameters);

// accountroutes.cpp
void validateToken(const Parts &parts, const CallPointer &call);
void showUser(const Parts &parts, const CallPointer &call);
void listOrganizations(const Parts &parts, const CallPointer &call);
void showOrganization(const Parts &parts, const CallPointer &call);
void listLocations(const Parts &parts, const CallPointer &call);
void showLocation(const Parts &parts, const CallPointer &call);
void listPlatformLocations(const Parts &parts, const CallPointer &call);
void refuseAuditLogs(const Parts &parts, const CallPointer &call);
// tokenroutes.cpp
void listOwnTokens(const Parts &parts, const CallPointer &call);
void listTokens(const Parts &parts, const CallPointer &call);
void createToken(const Parts &parts, const CallPointer &call);
void createTokenNested(const Parts &parts, const CallPointer &call);
void revokeTokenByName(const Parts &parts, const CallPointer &call);
void revokeTokenById(const Parts &parts, const CallPointer &call);
void mintForDatabase(const Parts &parts, const CallPointer &call);
void mintForGroup(const Parts &parts, const CallPointer &call);
void rotateDatabase(const Parts &parts, const CallPointer &call);
void rotateGroup(const Parts &parts, const CallPointer &call);
// grouproutes.cpp
void listGroups(const Parts &parts, const CallPointer &call);
void createGroup(const Parts &parts, const CallPointer &call);
void showGroup(const Parts &parts, const CallPointer &call);
void deleteGroup(const Parts &parts, const CallPointer &call);
void showGroupConfiguration(const Parts &parts, const CallPointer &call);
void configureGroup(const Parts &parts, const CallPointer &call);
void waitForLocation(const Parts &parts, const CallPointer &call);
// databaseroutes.cpp
void listDatabases(const Parts &parts, const CallPointer &call);
void showDatabase(const Parts &parts, const CallPointer &call);
void deleteDatabase(const Parts &parts, const CallPointer &call);
void showConfiguration(const Parts &parts, const CallPointer &call);
void configureDatabase(const Parts &parts, const CallPointer &call);
void listInstances(const Parts &parts, const CallPointer &call);
void showInstance(const Parts &parts, const CallPointer &call);
// createroute.cpp
void createDatabase(const Parts &parts, const CallPointer &call);
// figureroutes.cpp
void showUsage(const Parts &parts, const CallPointer &call);
void showOrganizationUsage(const Parts &parts, const CallPointer &call);
void listQueries(const Parts &parts, const CallPointer &call);
void showStats(const Parts &parts, const CallPointer &call);

} // namespace Turso::PlatformApi
