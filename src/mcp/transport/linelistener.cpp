// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/linelistener.h"

#include "mcp/transport/connectionset.h"
#include "mcp/transport/lineconnection.h"
#include "mcp/transport/localacceptor.h"
#include "mcp/transport/peerprogram.h"

#include <filesystem>

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
        : lines{.authenticator = authenticator, .options = std::move(options)}
        , connections(server, lines.options.limits, "stdio")
    {
        connect(&connections, &ConnectionSet::agentsChanged, owner, &LineListener::agentsChanged);
        connect(&socket, &LocalAcceptor::accepted, owner,
                [this](qintptr descriptor) { accept(descriptor); });
    }

    void accept(qintptr descriptor);

    LineShared lines;
    LocalAcceptor socket;
    ConnectionSet connections;
};

void LineListener::Private::accept(qintptr descriptor)
{
    auto client = std::make_unique<QLocalSocket>();
    if (!client->setSocketDescriptor(descriptor))
        return;
    auto peer = peerProgram(descriptor);
    if (!peer || peer->uid != ownUserId() || connections.isFull())
        return; // and the socket closes
    connections.add(
        new LineConnection(client.release(), std::move(*peer), lines, connections.shared()));
}

LineListener::LineListener(Server &server, Authenticator &authenticator, LineOptions options)
    : d(std::make_unique<Private>(this, server, authenticator, std::move(options)))
{
}

LineListener::~LineListener() = default;

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
    d->connections.closeAll();
}

void LineListener::sayGoodbye()
{
    for (Connection *connection : d->connections.all())
        static_cast<LineConnection *>(connection)->sayGoodbye(); // it holds no others
}

void LineListener::disconnectPrincipal(std::string_view principalId)
{
    d->connections.disconnectPrincipal(principalId);
}

std::vector<ConnectedAgent> LineListener::agents() const
{
    return d->connections.agents();
}

std::size_t LineListener::connectionCount() const
{
    return d->connections.size();
}

bool LineListener::hasTimer() const
{
    return d->connections.hasTimer();
}

} // namespace Mcp
