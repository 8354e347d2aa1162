// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/records.h"
#include "turso/platformapi/routes.h"

namespace Turso::PlatformApi
{

using Base::Json;

void validateToken(const Parts &, const CallPointer &call)
{
    call->answer({{"exp", -1}}); // platform tokens do not expire
}

void showUser(const Parts &parts, const CallPointer &call)
{
    const Organization organization = parts.platform.organization();
    call->answer({{"user",
                   {{"username", organization.slug},
                    {"name", organization.name},
                    {"email", ""},
                    {"avatarUrl", ""},
                    {"plan", "local"},
                    {"mfa", false},
                    {"has_pending_invites", false}}}});
}

void listOrganizations(const Parts &parts, const CallPointer &call)
{
    // The description of v1 has a bare array; Turso's own client reads this, as v2 has it.
    call->answer({{"organizations", Json::array({organizationRecord(parts)})}});
}

void showOrganization(const Parts &parts, const CallPointer &call)
{
    call->answer({{"organization", organizationRecord(parts)}});
}

void listLocations(const Parts &, const CallPointer &call)
{
    call->answer({{"locations", {{kLocation, kLocationName}}}});
}

void showLocation(const Parts &, const CallPointer &call)
{
    if (call->parameter("location") != kLocation)
        return call->refuse(404, "location not found");
    call->answer(
        {{"location",
          {{"code", kLocation}, {"description", kLocationName}, {"closest", Json::array()}}}});
}

void listPlatformLocations(const Parts &, const CallPointer &call)
{
    call->answer({{"locations", {{kLocation, {{kLocation, kLocationName}}}}}});
}

void refuseAuditLogs(const Parts &, const CallPointer &call)
{
    call->reply({403,
                 Base::dumpJson({{"error",
                                  "The workspace has no audit logs over this API; the app's own "
                                  "history shows what was done."},
                                 {"code", "feature_not_available_for_starter_plan"}})});
}

} // namespace Turso::PlatformApi
