// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/needs.h"

#include "base/json.h"
#include "gateway/grants/grantstore.h"
#include "gateway/policy.h"

namespace Gateway
{

using Base::ErrorKind;

bool hangsOnGroup(const Needs &needs, const Grant &grant)
{
    return !grant.group.empty() && !needs.database.empty() && !needs.databaseGroup;
}

std::optional<Base::Error> objection(const Needs &needs, const Grant *grant)
{
    if (!grant)
        return grantHasEnded();
    if (grant->paused)
        return grantIsPaused();
    for (const Permission permission : needs.permissions) {
        if (grant->permissions.access(permission) == Access::Off)
            return notGranted(permission);
        const bool makes = permission == Permission::Create || permission == Permission::Branch;
        if (makes && !grant->databases.empty())
            return Base::Error{ErrorKind::NotGranted,
                               "This agent may use certain databases only, so it cannot create "
                               "others.",
                               "The person can widen the grant in Turso Companion.",
                               "{\"permission\":" + Base::quoteJson(permissionName(permission))
                                   + "}"};
    }
    const std::string group = needs.databaseGroup.value_or(grant->group);
    if (!needs.database.empty() && !covers(*grant, needs.database, group))
        return noDatabase(needs.database);
    const bool otherGroup = !needs.group.empty() && !grant->group.empty()
        && needs.group != grant->group && needs.database.empty();
    if (otherGroup)
        return noGroup(needs.group);
    return std::nullopt;
}

Base::Error grantHasEnded()
{
    return {ErrorKind::NotGranted,
            "This agent's grant has ended.",
            "The person can make a new one in Turso Companion.",
            {}};
}

Base::Error grantIsPaused()
{
    return {ErrorKind::NotGranted, "The person has paused this agent's grant.",
            "Nothing works until it is resumed in Turso Companion. Do not try again before the "
            "person says so.",
            "{\"paused\":true}"};
}

Base::Error noDatabase(const std::string &name)
{
    return {ErrorKind::NotFound,
            "There is no database named \"" + name + "\".",
            "list_databases shows the databases that you may use.",
            {}};
}

Base::Error noGroup(const std::string &name)
{
    return {ErrorKind::NotFound, "There is no group named \"" + name + "\".", {}, {}};
}

} // namespace Gateway
