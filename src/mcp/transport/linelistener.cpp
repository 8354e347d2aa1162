// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/linelistener.h"

#include "mcp/transport/agentcount.h"
#include "mcp/transport/lineconnection.h"
#include "mcp/transport/localacceptor.h"
#include "mcp/transport/peerprogram.h"

#include <algorithm>
#include <filesystem>
#include <unordered_set>

namespace Mcp
{

namespace
{

// A local connect succeeds or fails at once; one that is still trying found somebody who is busy.
bool somebodyAnswers(const QString &path)
{
    QLocalSocket probe;
    probe.connectToServer(path);
    return probe.state() != QLocalSocket::UnconnectedState;
}

} // namespace

class LineListener::Private
{
public:
    Private(LineListener *owner, Server &server, Authenticator &authenticator,
            LineOptions &&options)
        : q(owner)
        , shared{.server = server,
                 .authenticator = authenticator,
                 .options = std::move(options),
                 .deadline = Deadline([this](SteadyTime now) { return sweep(now); })}
    {
        connect(&socket, &LocalAcceptor::accepted, q,
                [this](qintptr descriptor) { accept(descriptor); });
    }

    void accept(qintptr descriptor);
    void forget(LineConnection *connection);
    SteadyTime sweep(SteadyTime now);

    LineListener *q;
    LineShared shared;
    LocalAcceptor socket;
    AgentCount agents{"stdio"};
    std::unordered_set<LineConnection *> connections;
};

void LineListener::Private::accept(qintptr descriptor)
{
    auto client = std::make_unique<QLocalSocket>();
    if (!client->setSocketDescriptor(descriptor))
        return;
    auto peer = peerProgram(descriptor);
    if (!peer || peer->uid != ownUserId()
        || connections.size() >= shared.options.limits.connections)
        return; // and the socket closes
    auto *connection = new LineConnection(client.release(), std::move(*peer), shared, q);
    connections.insert(connection);
    connect(connection, &LineConnection::closed, q, [this, connection] { forget(connection); });
    connect(connection, &LineConnection::introduced, q, [this, connection] {
        if (agents.add(connection->principal()))
            Q_EMIT q->agentsChanged();
    });
}

void LineListener::Private::forget(LineConnection *connection)
{
    if (connections.erase(connection) == 0)
        return;
    connection->deleteLater();
    if (agents.remove(connection->principal()))
        Q_EMIT q->agentsChanged();
    if (connections.empty())
        shared.deadline.stop();
}

SteadyTime LineListener::Private::sweep(SteadyTime now)
{
    SteadyTime next = SteadyTime::max();
    // A copy: closing one takes it out of the set.
    const std::vector<LineConnection *> all(connections.begin(), connections.end());
    for (LineConnection *connection : all)
        next = std::min(next, connection->checkLimits(now));
    return next;
}

LineListener::LineListener(Server &server, Authenticator &authenticator, LineOptions options)
    : d(std::make_unique<Private>(this, server, authenticator, std::move(options)))
{
}

LineListener::~LineListener()
{
    // Here and not in ~QObject: the connections use what `d` holds.
    const auto all = std::exchange(d->connections, {});
    qDeleteAll(all);
}

Base::Result<void> LineListener::listen(const std::string &path)
{
    const QString name = QString::fromStdString(path);
    std::error_code error;
    const auto status = std::filesystem::symlink_status(path, error);
    if (std::filesystem::exists(status)) {
        if (!std::filesystem::is_socket(status))
            return Base::fail(Base::ErrorKind::AlreadyExists,
                              path + " is in the way: it is not a socket.");
        if (somebodyAnswers(name))
            return Base::fail(Base::ErrorKind::AlreadyExists,
                              "Another instance serves " + path + '.');
        std::filesystem::remove(path, error);
    }
    return d->socket.listen(path);
}

void LineListener::close()
{
    d->socket.close();
    const std::vector<LineConnection *> all(d->connections.begin(), d->connections.end());
    for (LineConnection *connection : all)
        connection->close();
}

void LineListener::sayGoodbye()
{
    for (LineConnection *connection : d->connections)
        connection->sayGoodbye();
}

void LineListener::disconnectPrincipal(std::string_view principalId)
{
    const std::vector<LineConnection *> all(d->connections.begin(), d->connections.end());
    for (LineConnection *connection : all) {
        if (connection->principal().id == principalId)
            connection->close();
    }
}

std::vector<ConnectedAgent> LineListener::agents() const
{
    return d->agents.agents();
}

std::size_t LineListener::connectionCount() const
{
    return d->connections.size();
}

bool LineListener::hasTimer() const
{
    return d->shared.deadline.isArmed();
}

} // namespace Mcp
