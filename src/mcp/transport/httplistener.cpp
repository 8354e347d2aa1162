// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/httplistener.h"

#include "mcp/transport/agentcount.h"
#include "mcp/transport/httpconnection.h"

#include <QTcpServer>

#include <algorithm>
#include <unordered_set>

namespace Mcp
{

namespace
{

constexpr int kBacklog = 1024;
constexpr int kPortTries = 32;
constexpr auto kAcceptPause = milliseconds(1000);
constexpr char kFull[] = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"
                         "Retry-After: 5\r\nContent-Length: 0\r\n\r\n";

} // namespace

class HttpListener::Private
{
public:
    Private(HttpListener *owner, Server &server, Authenticator *authenticator,
            HttpOptions &&options)
        : q(owner)
        , shared{.server = server,
                 .endpoint = HttpEndpoint(server),
                 .options = std::move(options),
                 .rules = {},
                 .deadline = Deadline([this](SteadyTime now) { return sweep(now); })}
    {
        shared.rules.authenticator = authenticator;
        shared.rules.allowedOrigins = shared.options.allowedOrigins;
        for (QTcpServer *socket : {&four, &six}) {
            socket->setListenBacklogSize(kBacklog);
            socket->setMaxPendingConnections(kBacklog);
            connect(socket, &QTcpServer::newConnection, q, [this, socket] { accept(*socket); });
            // Out of descriptors: Qt stops accepting for good unless it is told to go on.
            connect(socket, &QTcpServer::acceptError, q, [socket] {
                QTimer::singleShot(kAcceptPause, socket, &QTcpServer::resumeAccepting);
            });
        }
    }

    Base::Result<std::uint16_t> listen();
    Base::Result<std::uint16_t> tryPort(std::uint16_t port);
    void accept(QTcpServer &socket);
    void turnAway(QTcpSocket *socket);
    void forget(HttpConnection *connection);
    SteadyTime sweep(SteadyTime now);

    HttpListener *q;
    HttpShared shared;
    QTcpServer four;
    QTcpServer six;
    AgentCount agents{"http"};
    std::unordered_set<HttpConnection *> connections;
};

Base::Result<std::uint16_t> HttpListener::Private::tryPort(std::uint16_t port)
{
    const auto taken = [&](const QTcpServer &socket) {
        return Base::fail(Base::ErrorKind::AlreadyExists,
                          "Port " + std::to_string(port)
                              + " cannot be used: " + socket.errorString().toStdString() + '.',
                          "Choose another port with --port, or end the program that uses it.");
    };
    if (!four.listen(QHostAddress(QHostAddress::LocalHost), port))
        return taken(four);
    if (!six.listen(QHostAddress(QHostAddress::LocalHostIPv6), four.serverPort())) {
        const auto error = six.serverError();
        const bool noSuchFamily = error == QAbstractSocket::SocketAddressNotAvailableError
            || error == QAbstractSocket::UnsupportedSocketOperationError;
        if (!noSuchFamily) {
            four.close();
            return taken(six);
        }
    }
    return four.serverPort();
}

Base::Result<std::uint16_t> HttpListener::Private::listen()
{
    if (!shared.rules.authenticator && !shared.options.anonymous)
        return Base::fail(Base::ErrorKind::InvalidArgument,
                          "A listener without authentication is for tests only.");
    auto port = tryPort(shared.options.port);
    // A port that is free for IPv4 can be taken for IPv6.
    for (int i = 0; !port && shared.options.port == 0 && i < kPortTries; ++i)
        port = tryPort(0);
    if (port)
        shared.rules.port = *port;
    return port;
}

void HttpListener::Private::accept(QTcpServer &socket)
{
    while (QTcpSocket *client = socket.nextPendingConnection()) {
        if (connections.size() >= shared.options.limits.connections) {
            turnAway(client);
            continue;
        }
        auto *connection = new HttpConnection(client, shared, q);
        connections.insert(connection);
        connect(connection, &HttpConnection::closed, q, [this, connection] { forget(connection); });
        connect(connection, &HttpConnection::principalChanged, q,
                [this, connection](const Principal &before) {
                    const bool gone = agents.remove(before);
                    if (agents.add(connection->principal()) || gone)
                        Q_EMIT q->agentsChanged();
                });
    }
}

void HttpListener::Private::turnAway(QTcpSocket *socket)
{
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    socket->write(kFull, sizeof kFull - 1);
    socket->disconnectFromHost();
    if (socket->state() == QAbstractSocket::UnconnectedState)
        socket->deleteLater();
}

void HttpListener::Private::forget(HttpConnection *connection)
{
    if (connections.erase(connection) == 0)
        return;
    connection->deleteLater();
    if (agents.remove(connection->principal()))
        Q_EMIT q->agentsChanged();
    if (connections.empty())
        shared.deadline.stop();
}

SteadyTime HttpListener::Private::sweep(SteadyTime now)
{
    SteadyTime next = SteadyTime::max();
    // A copy: closing one takes it out of the set.
    const std::vector<HttpConnection *> all(connections.begin(), connections.end());
    for (HttpConnection *connection : all)
        next = std::min(next, connection->checkLimits(now));
    return next;
}

HttpListener::HttpListener(Server &server, Authenticator *authenticator, HttpOptions options)
    : d(std::make_unique<Private>(this, server, authenticator, std::move(options)))
{
}

HttpListener::~HttpListener()
{
    // Here and not in ~QObject: the connections use what `d` holds.
    const auto all = std::exchange(d->connections, {});
    qDeleteAll(all);
}

Base::Result<std::uint16_t> HttpListener::listen()
{
    return d->listen();
}

std::uint16_t HttpListener::port() const
{
    return d->shared.rules.port;
}

void HttpListener::close()
{
    d->four.close();
    d->six.close();
    const std::vector<HttpConnection *> all(d->connections.begin(), d->connections.end());
    for (HttpConnection *connection : all)
        connection->close();
}

void HttpListener::disconnectPrincipal(std::string_view principalId)
{
    const std::vector<HttpConnection *> all(d->connections.begin(), d->connections.end());
    for (HttpConnection *connection : all) {
        if (connection->principal().id == principalId)
            connection->close();
    }
}

std::vector<ConnectedAgent> HttpListener::agents() const
{
    return d->agents.agents();
}

std::size_t HttpListener::connectionCount() const
{
    return d->connections.size();
}

bool HttpListener::hasTimer() const
{
    return d->shared.deadline.isArmed();
}

} // namespace Mcp
