// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>
#include <string>
#include <vector>

/// A server of SQL that says what a test wants it to say.
class PlayedServer : public QTcpServer
{
public:
    struct Request {
        std::string path;
        std::string head;
        std::string body;
    };
    /// Status and body; a status of 0 closes the connection instead.
    using Play = std::function<std::pair<int, std::string>(const Request &)>;

    explicit PlayedServer(Play play)
        : m_play(std::move(play))
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { take(socket); });
        });
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(serverPort()); }
    const std::vector<Request> &requests() const { return m_requests; }

private:
    void take(QTcpSocket *socket)
    {
        QByteArray bytes = socket->peek(1 << 22);
        const auto end = bytes.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const QByteArray head = bytes.left(end);
        const auto at = head.indexOf("Content-Length: ");
        const auto length = head.mid(at + 16, head.indexOf('\r', at) - at - 16).toLongLong();
        if (bytes.size() < end + 4 + length && at >= 0)
            return;
        socket->read(end + 4 + length);
        const QByteArray path = head.mid(5, head.indexOf(' ', 5) - 5);
        m_requests.push_back(
            {path.toStdString(), head.toStdString(), bytes.mid(end + 4, length).toStdString()});
        const auto [status, body] = m_play(m_requests.back());
        if (status == 0)
            return socket->abort();
        socket->write("HTTP/1.1 " + QByteArray::number(status)
                      + " X\r\ncontent-type: application/json\r\ncontent-length: "
                      + QByteArray::number(qlonglong(body.size())) + "\r\n\r\n"
                      + QByteArray::fromStdString(body));
    }

    Play m_play;
    std::vector<Request> m_requests;
};
