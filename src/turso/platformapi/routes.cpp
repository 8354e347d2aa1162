// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/routes.h"

#include <string_view>
#include <utility>

namespace Turso::PlatformApi
{

namespace
{

using enum Reach;
using enum Effect;

#define ORGANIZATION "/v1/organizations/{organization}"
#define GROUP ORGANIZATION "/groups/{group}"
#define DATABASE ORGANIZATION "/databases/{database}"

constexpr Scope kRead = Scope::Read;

constexpr Route kRoutes[] = {
    {"GET", "/v1/auth/validate", Token, kRead, Look, "", validateToken},
    {"GET", "/v1/user", Token, kRead, Look, "", showUser},
    {"GET", "/v1/current-user", Token, kRead, Look, "", showUser},
    {"GET", "/v1/locations", Token, kRead, Look, "", listLocations},
    {"GET", "/v1/locations/{location}", Token, kRead, Look, "", showLocation},

    {"GET", "/v1/organizations", Organization, kRead, Look, "", listOrganizations},
    {"GET", "/v2/organizations", Organization, kRead, Look, "", listOrganizations},
    {"GET", ORGANIZATION, Organization, kRead, Look, "", showOrganization},
    {"GET", "/v2/organizations/{organization}/locations", Token, kRead, Look, "",
     listPlatformLocations},
    {"GET", ORGANIZATION "/usage", Organization, kRead, Look, "", showOrganizationUsage},
    {"GET", ORGANIZATION "/audit-logs", Organization, kRead, Look, "", refuseAuditLogs},

    {"GET", "/v1/auth/api-tokens", Organization, kRead, Look, "", listOwnTokens},
    {"POST", "/v1/auth/api-tokens/{token}", Organization, kRead, More, "create_api_token",
     createToken},
    {"POST", "/v2/auth/api-tokens/{token}", Organization, kRead, More, "create_api_token",
     createTokenNested},
    {"DELETE", "/v1/auth/api-tokens/{token}", Organization, kRead, Less, "revoke_api_token",
     revokeTokenByName},
    {"GET", ORGANIZATION "/api-tokens", Organization, kRead, Look, "", listTokens},
    {"DELETE", ORGANIZATION "/api-tokens/{token}", Organization, kRead, Less, "revoke_api_token",
     revokeTokenById},

    {"GET", ORGANIZATION "/groups", Inside, kRead, Look, "", listGroups},
    {"POST", ORGANIZATION "/groups", Organization, kRead, More, "create_group", createGroup},
    {"GET", GROUP, Reach::Group, kRead, Look, "", showGroup},
    {"DELETE", GROUP, Organization, kRead, More, "delete_group", deleteGroup},
    {"GET", GROUP "/configuration", Reach::Group, kRead, Look, "", showGroupConfiguration},
    {"PATCH", GROUP "/configuration", Reach::Group, Scope::GroupConfigure, More, "set_group_config",
     configureGroup},
    {"POST", GROUP "/auth/tokens", Reach::Group, Scope::GroupMintToken, More, "create_sql_token",
     mintForGroup},
    {"POST", GROUP "/auth/rotate", Reach::Group, Scope::GroupRotateCreds, Less, "rotate_sql_tokens",
     rotateGroup},
    {"GET", GROUP "/locations/{location}/wait", Reach::Group, kRead, Look, "", waitForLocation},

    {"GET", ORGANIZATION "/databases", Inside, kRead, Look, "", listDatabases},
    {"POST", ORGANIZATION "/databases", Inside, Scope::DbCreate, More, "create_database",
     createDatabase},
    {"GET", DATABASE, Reach::Database, kRead, Look, "", showDatabase},
    {"DELETE", DATABASE, Reach::Database, Scope::DbDelete, More, "delete_database", deleteDatabase},
    {"GET", DATABASE "/configuration", Reach::Database, kRead, Look, "", showConfiguration},
    {"PATCH", DATABASE "/configuration", Reach::Database, Scope::DbConfigure, More,
     "set_database_config", configureDatabase},
    {"POST", DATABASE "/auth/tokens", Reach::Database, Scope::DbMintToken, More, "create_sql_token",
     mintForDatabase},
    {"POST", DATABASE "/auth/rotate", Reach::Database, Scope::DbRotateCreds, Less,
     "rotate_sql_tokens", rotateDatabase},
    {"GET", DATABASE "/instances", Reach::Database, kRead, Look, "", listInstances},
    {"GET", DATABASE "/instances/{instance}", Reach::Database, kRead, Look, "", showInstance},
    {"GET", DATABASE "/usage", Reach::Database, kRead, Look, "", showUsage},
    {"GET", DATABASE "/usage/queries", Reach::Database, kRead, Look, "", listQueries},
    {"GET", DATABASE "/stats", Reach::Database, kRead, Look, "", showStats},
};

#undef DATABASE
#undef GROUP
#undef ORGANIZATION

bool matches(std::string_view pattern, const std::vector<std::string> &segments,
             std::map<std::string, std::string, std::less<>> &parameters)
{
    parameters.clear();
    for (const std::string &segment : segments) {
        if (!pattern.starts_with('/'))
            return false;
        pattern.remove_prefix(1);
        const std::string_view part = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(part.size());
        if (part.starts_with('{'))
            parameters.emplace(part.substr(1, part.size() - 2), segment);
        else if (part != segment)
            return false;
    }
    return pattern.empty();
}

} // namespace

std::span<const Route> routes()
{
    return kRoutes;
}

const Route *findRoute(const std::string &method, std::vector<std::string> segments,
                       std::map<std::string, std::string, std::less<>> &parameters)
{
    const bool isPersonal = segments.size() > 1 && segments[0] == "v1"
        && (segments[1] == "databases" || segments[1] == "groups" || segments[1] == "usage");
    if (isPersonal)
        segments.insert(segments.begin() + 1, {"organizations", "local"});
    for (const Route &route : kRoutes) {
        if (method == route.method && matches(route.pattern, segments, parameters))
            return &route;
    }
    return nullptr;
}

} // namespace Turso::PlatformApi
