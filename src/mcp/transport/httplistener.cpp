// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/httplistener.h"

#include "mcp/transport/connectionset.h"
#include "mcp/transport/httpconnection.h"

#include <QTcpServer>

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
        : http{.endpoint = HttpEndpoint(server), .options = std::move(options), .rules = {}}
        , connections(server, http.options.limits, "http")
    {
        http.rules.authenticator = authenticator;
        http.rules.allowedOrigins = http.options.allowedOrigins;
        connect(&connections, &ConnectionSet::agentsChanged, owner, &HttpListener::agentsChanged);
        for (QTcpServer *socket : {&four, &six}) {
            socket->setListenBacklogSize(kBacklog);
            socket->setMaxPendingConnections(kBacklog);
            connect(socket, &QTcpServer::newConnection, owner, [this, socket] { accept(*socket); });
            // Out of descriptors: Qt stops accepting for good unless it is told to go on.
            connect(socket, &QTcpServer::acceptError, owner, [socket] {
                QTimer::singleShot(kAcceptPause, socket, &QTcpServer::resumeAccepting);
            });
        }
    }

    Base::Result<std::uint16_t> listen();
    Base::Result<std::uint16_t> tryPort(std::uint16_t port);
    void accept(QTcpServer &socket);
    void turnAway(QTcpSocket *socket);

    HttpShared http;
    QTcpServer four;
    QTcpServer six;
    ConnectionSet connections;
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
    if (!http.rules.authenticator && !http.options.anonymous)
        return Base::fail(Base::ErrorKind::InvalidArgument,
                          "A listener without authentication is for tests only.");
    auto port = tryPort(http.options.port);
    // A port that is free for IPv4 can be taken for IPv6.
    for (int i = 0; !port && http.options.port == 0 && i < kPortTries; ++i)
        port = tryPort(0);
    if (port)
        http.rules.port = *port;
    return port;
}

void HttpListener::Private::accept(QTcpServer &socket)
{
    while (QTcpSocket *client = socket.nextPendingConnection()) {
        if (connections.isFull())
            turnAway(client);
        else
            connections.add(new HttpConnection(client, http, connections.shared()));
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

HttpListener::HttpListener(Server &server, Authenticator *authenticator, HttpOptions options)
    : d(std::make_unique<Private>(this, server, authenticator, std::move(options)))
{
}

HttpListener::~HttpListener() = default;

Base::Result<std::uint16_t> HttpListener::listen()
{
    return d->listen();
}

std::uint16_t HttpListener::port() const
{
    return d->http.rules.port;
}

void HttpListener::close()
{
    d->four.close();
    d->six.close();
    d->connections.closeAll();
}

void HttpListener::disconnectPrincipal(std::string_view principalId)
{
    d->connections.disconnectPrincipal(principalId);
}

std::vector<ConnectedAgent> HttpListener::agents() const
{
    return d->connections.agents();
}

std::size_t HttpListener::connectionCount() const
{
    return d->connections.size();
}

bool HttpListener::hasTimer() const
{
    return d->connections.hasTimer();
}

} // namespace Mcp
