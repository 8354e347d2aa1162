// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <QRegularExpression>
#include <QTcpSocket>
#include <QTest>

#include <cstdint>
#include <string>

/// What a server answered.
struct HranaReply {
    int status = 0;
    std::string head;
    std::string body; ///< without its chunks
    bool isWhole = false; ///< it ended as it should

    Base::Json json() const
    {
        const auto parsed = Base::parseJson(body);
        return parsed ? *parsed : Base::Json();
    }
    std::string baton() const { return Base::stringMember(json(), "baton").value_or(""); }
    /// The body with what differs from run to run as 0.
    std::string steady() const
    {
        static const QRegularExpression kFigures(
            QStringLiteral("\"(rows_read|rows_written|query_duration_ms)\":[0-9.e+-]+"));
        static const QRegularExpression kBaton(QStringLiteral("\"baton\":\"[^\"]*\""));
        QString text = QString::fromStdString(body);
        text.replace(kFigures, QStringLiteral("\"\\1\":0"));
        text.replace(kBaton, QStringLiteral("\"baton\":\"B\""));
        return text.toStdString();
    }
};

/// One request on a connection of its own, on the thread of the server's event loop.
class HranaClient
{
public:
    explicit HranaClient(std::uint16_t port)
        : m_port(port)
    {
    }

    void send(const std::string &method, const std::string &path, const std::string &body,
              const std::string &fields = "x-namespace-bin: ZGIx\r\n")
    {
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), m_port);
        QTRY_COMPARE(m_socket.state(), QAbstractSocket::ConnectedState);
        std::string request = method + ' ' + path + " HTTP/1.1\r\n" + fields;
        if (fields.find("Host:") == std::string::npos)
            request += "Host: localhost:" + std::to_string(m_port) + "\r\n";
        request += "Connection: close\r\nContent-Length: " + std::to_string(body.size())
            + "\r\n\r\n" + body;
        m_socket.write(request.data(), static_cast<qint64>(request.size()));
        m_socket.flush();
    }
    HranaReply reply(int timeout = 20'000)
    {
        [this, timeout] {
            QTRY_COMPARE_WITH_TIMEOUT(m_socket.state(), QAbstractSocket::UnconnectedState, timeout);
        }();
        const std::string all = m_socket.readAll().toStdString();
        HranaReply reply;
        const std::size_t end = all.find("\r\n\r\n");
        if (end == std::string::npos)
            return reply;
        reply.head = all.substr(0, end + 2);
        reply.status = std::stoi(all.substr(9, 3));
        const std::string rest = all.substr(end + 4);
        if (reply.head.find("Transfer-Encoding: chunked") == std::string::npos) {
            reply.body = rest;
            reply.isWhole = true;
            return reply;
        }
        for (std::size_t at = 0; at < rest.size();) {
            const std::size_t size = std::stoul(rest.substr(at), nullptr, 16);
            at = rest.find("\r\n", at) + 2;
            reply.isWhole = size == 0;
            reply.body += rest.substr(at, size);
            at += size + 2;
        }
        return reply;
    }
    QTcpSocket &socket() { return m_socket; }

private:
    std::uint16_t m_port;
    QTcpSocket m_socket;
};
