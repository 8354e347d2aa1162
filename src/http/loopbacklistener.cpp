// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/loopbacklistener.h"

#include <QTcpSocket>
#include <QTimer>

#include <string>
#include <utility>

namespace Http
{

namespace
{

constexpr int kBacklog = 1024;
constexpr int kPortTries = 32;
constexpr auto kAcceptPause = std::chrono::milliseconds(1000);
constexpr char kFull[] = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"
                         "Retry-After: 5\r\nContent-Length: 0\r\n\r\n";

} // namespace

LoopbackListener::LoopbackListener(std::function<bool()> isFull,
                                   std::function<void(QTcpSocket *)> accepted)
    : m_isFull(std::move(isFull))
    , m_accepted(std::move(accepted))
{
    for (QTcpServer *server : {&m_four, &m_six}) {
        server->setListenBacklogSize(kBacklog);
        server->setMaxPendingConnections(kBacklog);
        QObject::connect(server, &QTcpServer::newConnection, server,
                         [this, server] { accept(*server); });
        // Out of descriptors: Qt stops accepting for good unless it is told to go on.
        QObject::connect(server, &QTcpServer::acceptError, server, [server] {
            QTimer::singleShot(kAcceptPause, server, &QTcpServer::resumeAccepting);
        });
    }
}

Base::Result<std::uint16_t> LoopbackListener::tryPort(std::uint16_t port, bool withIPv6)
{
    const auto taken = [port](const QTcpServer &socket) {
        return Base::fail(Base::ErrorKind::AlreadyExists,
                          "Port " + std::to_string(port)
                              + " cannot be used: " + socket.errorString().toStdString() + '.',
                          "Choose another port with --port, or end the program that uses it.");
    };
    if (!m_four.listen(QHostAddress(QHostAddress::LocalHost), port))
        return taken(m_four);
    if (withIPv6 && !m_six.listen(QHostAddress(QHostAddress::LocalHostIPv6), m_four.serverPort())) {
        const auto error = m_six.serverError();
        const bool noSuchFamily = error == QAbstractSocket::SocketAddressNotAvailableError
            || error == QAbstractSocket::UnsupportedSocketOperationError;
        if (!noSuchFamily) {
            m_four.close();
            return taken(m_six);
        }
    }
    return m_four.serverPort();
}

Base::Result<std::uint16_t> LoopbackListener::listen(std::uint16_t wanted, bool withIPv6)
{
    auto port = tryPort(wanted, withIPv6);
    // A port that is free for IPv4 can be taken for IPv6.
    for (int i = 0; !port && wanted == 0 && i < kPortTries; ++i)
        port = tryPort(0, withIPv6);
    if (port)
        m_port = *port;
    return port;
}

void LoopbackListener::accept(QTcpServer &server)
{
    while (QTcpSocket *client = server.nextPendingConnection()) {
        if (m_isFull())
            turnAway(client);
        else
            m_accepted(client);
    }
}

void LoopbackListener::turnAway(QTcpSocket *socket)
{
    QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    socket->write(kFull, sizeof kFull - 1);
    socket->disconnectFromHost();
    if (socket->state() == QAbstractSocket::UnconnectedState)
        socket->deleteLater();
}

void LoopbackListener::close()
{
    m_four.close();
    m_six.close();
}

} // namespace Http
