// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grant.h"

#include <algorithm>

namespace Gateway
{

namespace
{

bool addsPermission(const Permissions &before, const Permissions &after)
{
    for (int i = 0; i < kPermissionCount; ++i) {
        const auto permission = static_cast<Permission>(i);
        if (after.access(permission) > before.access(permission))
            return true;
    }
    return false;
}

// Which databases there are is not known, and may change: only what holds for any counts.
bool addsDatabase(const Grant &before, const Grant &after)
{
    if (!before.group.empty() && after.group != before.group)
        return true;
    if (before.databases.empty())
        return false;
    const auto had = [&before](const std::string &database) {
        return std::find(before.databases.begin(), before.databases.end(), database)
            != before.databases.end();
    };
    return after.databases.empty()
        || !std::all_of(after.databases.begin(), after.databases.end(), had);
}

bool endsLater(const Grant &before, const Grant &after)
{
    return before.expiresAt && (!after.expiresAt || *after.expiresAt > *before.expiresAt);
}

} // namespace

Grant changed(Grant grant, const GrantChange &change)
{
    if (change.group)
        grant.group = *change.group;
    if (change.databases)
        grant.databases = *change.databases;
    if (change.permissions)
        grant.permissions = *change.permissions;
    if (change.expiry)
        grant.expiresAt = change.expiry->at;
    if (change.paused)
        grant.paused = *change.paused;
    return grant;
}

bool widens(const Grant &before, const Grant &after)
{
    return addsPermission(before.permissions, after.permissions) || addsDatabase(before, after)
        || endsLater(before, after) || (before.paused && !after.paused);
}

} // namespace Gateway
