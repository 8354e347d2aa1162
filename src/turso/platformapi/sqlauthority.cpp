// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/sqlauthority.h"

namespace Turso::PlatformApi
{

namespace
{

/// A workspace knows these at once.
template <typename T>
T known(const Base::Pending<T> &pending)
{
    if (!pending.isFinished())
        return {};
    auto result = Base::resultOf(pending);
    return result ? std::move(*result) : T();
}

} // namespace

Hrana::Authorization SqlAuthority::authorize(std::string_view bearer, std::string_view databaseId)
{
    const SqlVerdict verdict = m_access.authorizeSql(bearer, databaseId, groupOf(databaseId));
    if (!verdict.right)
        return {Hrana::Access::None, verdict.reason};
    const bool mayWrite = *verdict.right == SqlRight::FullAccess && !m_isReadOnly;
    return {mayWrite ? Hrana::Access::FullAccess : Hrana::Access::ReadOnly, {}};
}

const std::string &SqlAuthority::groupOf(std::string_view databaseId)
{
    static const std::string kNone;
    auto found = m_groups.find(databaseId);
    if (found == m_groups.end()) {
        learnGroups();
        found = m_groups.find(databaseId);
    }
    return found == m_groups.end() ? kNone : found->second;
}

void SqlAuthority::learnGroups()
{
    std::map<std::string, std::string> ids;
    for (const Group &group : known(m_workspace.groups()))
        ids[group.name] = group.id;
    m_groups.clear();
    for (const Database &database : known(m_workspace.databases({})))
        m_groups[database.id] = ids[database.group];
}

} // namespace Turso::PlatformApi
