// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/connectionset.h"

#include <algorithm>
#include <utility>

namespace Mcp
{

ConnectionSet::ConnectionSet(Server &server, const ConnectionLimits &limits, std::string transport)
    : m_shared{.server = server,
               .limits = limits,
               .deadline = Deadline([this](SteadyTime now) { return sweep(now); }),
               .tooMuchWaits =
                   [this] {
                       shedOutput();
                   }}
    , m_agents(std::move(transport))
{
}

ConnectionSet::~ConnectionSet()
{
    // Here and not in ~QObject: the connections use what is shared.
    const auto all = std::exchange(m_connections, {});
    qDeleteAll(all);
}

void ConnectionSet::add(Connection *connection)
{
    connection->setParent(this);
    m_connections.insert(connection);
    connect(connection, &Connection::closed, this, [this, connection] { forget(connection); });
    connect(connection, &Connection::principalChanged, this,
            [this, connection](const Principal &before) {
                const bool gone = m_agents.remove(before);
                if (m_agents.add(connection->principal()) || gone)
                    Q_EMIT agentsChanged();
            });
}

void ConnectionSet::forget(Connection *connection)
{
    if (m_connections.erase(connection) == 0)
        return;
    connection->deleteLater();
    if (m_agents.remove(connection->principal()))
        Q_EMIT agentsChanged();
    if (m_connections.empty())
        m_shared.deadline.stop();
}

SteadyTime ConnectionSet::sweep(SteadyTime now)
{
    SteadyTime next = SteadyTime::max();
    for (Connection *connection : all())
        next = std::min(next, connection->checkLimits(now));
    return next;
}

// Ends connections until what waits is within the limit: first those that have taken nothing for
// the longest. The last one may have its message, whatever its size.
void ConnectionSet::shedOutput()
{
    std::vector<Connection *> waiting = all();
    std::erase_if(waiting, [](const Connection *c) { return c->output().waiting() == 0; });
    std::sort(waiting.begin(), waiting.end(), [](const Connection *a, const Connection *b) {
        return a->output().lastTaken() < b->output().lastTaken();
    });
    for (std::size_t i = 0;
         i + 1 < waiting.size() && m_shared.waiting > m_shared.limits.waitingBytes; ++i)
        waiting[i]->abort();
}

void ConnectionSet::closeAll()
{
    for (Connection *connection : all())
        connection->close();
}

void ConnectionSet::disconnectPrincipal(std::string_view principalId)
{
    for (Connection *connection : all()) {
        if (connection->principal().id == principalId)
            connection->close();
    }
}

} // namespace Mcp
