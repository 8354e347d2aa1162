// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/hrana/access.h"
#include "turso/platformapi/access.h"
#include "turso/workspace/workspace.h"

#include <map>
#include <string>

namespace Turso::PlatformApi
{

/// The tokens of the Platform API, for SQL over HTTP. One thread. Both must outlive it.
class SqlAuthority final : public Hrana::Authorizer
{
public:
    SqlAuthority(Workspace &workspace, Access &access)
        : m_workspace(workspace)
        , m_access(access)
    {
    }

    Hrana::Authorization authorize(std::string_view bearer, std::string_view databaseId) override;
    /// While it is, every token is one to read with.
    void setReadOnly(bool on) { m_isReadOnly = on; }

private:
    const std::string &groupOf(std::string_view databaseId);
    void learnGroups();

    Workspace &m_workspace;
    Access &m_access;
    bool m_isReadOnly = false;
    /// Database's id -> group's id, which stays the same for as long as there is the database.
    std::map<std::string, std::string, std::less<>> m_groups;
};

} // namespace Turso::PlatformApi
