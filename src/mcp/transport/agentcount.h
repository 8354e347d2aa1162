// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/authenticator.h"
#include "mcp/transport/httpoptions.h"

#include <map>

namespace Mcp
{

/// Counts connections per principal, so that a listener can say who is connected.
class AgentCount
{
public:
    explicit AgentCount(std::string transport)
        : m_transport(std::move(transport))
    {
    }

    /// True if the set of agents has changed. A principal without an id does not count.
    bool add(const Principal &principal)
    {
        if (principal.id.empty())
            return false;
        Entry &entry = m_entries[principal.id];
        entry.agent = principal.agent;
        return ++entry.connections == 1;
    }
    bool remove(const Principal &principal)
    {
        const auto it = m_entries.find(principal.id);
        if (it == m_entries.end() || --it->second.connections > 0)
            return false;
        m_entries.erase(it);
        return true;
    }
    std::vector<ConnectedAgent> agents() const
    {
        std::vector<ConnectedAgent> list;
        for (const auto &[id, entry] : m_entries)
            list.push_back({id, entry.agent, m_transport});
        return list;
    }

private:
    struct Entry {
        std::string agent;
        int connections = 0;
    };
    std::string m_transport;
    std::map<std::string, Entry> m_entries;
};

} // namespace Mcp
