// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/server.h"

#include "http/connection.h"
#include "http/loopbacklistener.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace Http
{

class Server::Private
{
public:
    explicit Private(ServerOptions options)
        : shared{.options = std::move(options),
                 .handlers = {},
                 .deadline = Deadline([this](SteadyTime now) { return sweep(now); }),
                 .tooMuchWaits = [this] { shedOutput(); },
                 .closed =
                     [this](Connection *connection) {
                         forget(connection);
                     }}
        , sockets(
              [this] { return connections.size() >= shared.options.limits.connections; },
              [this](QTcpSocket *socket) { connections.insert(new Connection(socket, shared)); })
    {
    }
    ~Private()
    {
        sockets.close();
        for (Connection *connection : std::exchange(connections, {}))
            delete connection;
    }
    Private(const Private &) = delete;
    Private &operator=(const Private &) = delete;

    /// A copy: acting on one may take it out of the set.
    std::vector<Connection *> all() const { return {connections.begin(), connections.end()}; }
    SteadyTime sweep(SteadyTime now);
    void shedOutput();
    void forget(Connection *connection);

    Shared shared;
    std::unordered_set<Connection *> connections;
    LoopbackListener sockets;
};

SteadyTime Server::Private::sweep(SteadyTime now)
{
    SteadyTime next = SteadyTime::max();
    for (Connection *connection : all())
        next = std::min(next, connection->checkLimits(now));
    return next;
}

// Ends connections until what waits is within the limit: first those that have taken nothing for
// the longest. The last one may have its answer, whatever its size.
void Server::Private::shedOutput()
{
    std::vector<Connection *> waiting = all();
    std::erase_if(waiting, [](const Connection *c) { return c->output().waiting() == 0; });
    std::sort(waiting.begin(), waiting.end(), [](const Connection *a, const Connection *b) {
        return a->output().lastTaken() < b->output().lastTaken();
    });
    for (std::size_t i = 0;
         i + 1 < waiting.size() && shared.waiting > shared.options.limits.waitingBytes; ++i)
        waiting[i]->abort();
}

void Server::Private::forget(Connection *connection)
{
    if (connections.erase(connection) == 0)
        return;
    connection->deleteLater();
    if (connections.empty())
        shared.deadline.stop();
}

Server::Server(ServerOptions options)
    : d(std::make_unique<Private>(std::move(options)))
{
}

Server::~Server() = default;

void Server::add(Handler &handler)
{
    d->shared.handlers.push_back(&handler);
}

Base::Result<std::uint16_t> Server::listen()
{
    auto port = d->sockets.listen(d->shared.options.port, d->shared.options.withIPv6);
    if (port)
        d->shared.port = *port;
    return port;
}

std::uint16_t Server::port() const
{
    return d->shared.port;
}

void Server::close()
{
    d->sockets.close();
    for (Connection *connection : d->all())
        connection->close();
}

std::size_t Server::connectionCount() const
{
    return d->connections.size();
}

bool Server::hasTimer() const
{
    return d->shared.deadline.isArmed();
}

} // namespace Http
