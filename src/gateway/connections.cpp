// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/connections.h"

namespace Gateway
{

std::string Connections::nameOf(const std::string &id) const
{
    for (const ConnectionInfo &connection : list()) {
        if (connection.id == id)
            return connection.name;
    }
    return id;
}

std::vector<ConnectionInfo> OneConnection::list() const
{
    ConnectionInfo workspace{kWorkspace, "workspace", "Workspace", "ready"};
    workspace.organization = m_workspace->organization().slug;
    return {workspace};
}

std::shared_ptr<Turso::Platform> OneConnection::find(const std::string &id) const
{
    return id == kWorkspace ? m_workspace : nullptr;
}

void OneConnection::failed(const std::string &, const Base::Error &) { }

} // namespace Gateway
