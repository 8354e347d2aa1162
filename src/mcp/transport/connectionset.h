// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/transport/agentcount.h"
#include "mcp/transport/connection.h"

#include <unordered_set>
#include <vector>

namespace Mcp
{

/// The connections of one listener: counts them, wakes them at their limits, sees them off.
class ConnectionSet final : public QObject
{
    Q_OBJECT

public:
    /// `transport`: as in ConnectedAgent.
    ConnectionSet(Server &server, const ConnectionLimits &limits, std::string transport);
    /// Ends the connections at once.
    ~ConnectionSet() override;

    /// What each of them is made with.
    ConnectionShared &shared() { return m_shared; }
    bool isFull() const { return m_connections.size() >= m_shared.limits.connections; }
    /// Takes the connection over.
    void add(Connection *connection);
    void closeAll();
    void disconnectPrincipal(std::string_view principalId);

    /// A copy: acting on one may take it out of the set.
    std::vector<Connection *> all() const { return {m_connections.begin(), m_connections.end()}; }
    std::size_t size() const { return m_connections.size(); }
    std::vector<ConnectedAgent> agents() const { return m_agents.agents(); }
    bool hasTimer() const { return m_shared.deadline.isArmed(); }

Q_SIGNALS:
    /// agents() has changed.
    void agentsChanged();

private:
    void forget(Connection *connection);
    SteadyTime sweep(SteadyTime now);
    void shedOutput();

    ConnectionShared m_shared;
    AgentCount m_agents;
    std::unordered_set<Connection *> m_connections;
};

} // namespace Mcp
