// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "support/wirerecord.h"

#include <QElapsedTimer>
#include <QFloat16> // QCOMPARE of Json needs the whole type
#include <QTcpSocket>
#include <QTest>

#include <optional>

namespace TestMcp
{

using Headers = std::vector<std::pair<QByteArray, QByteArray>>;

inline const char *const kModernVersion = "2026-07-28";

struct Reply {
    int status = 0;
    QByteArray head;
    QByteArray body;

    QByteArray header(const QByteArray &name) const
    {
        for (const QByteArray &line : head.split('\n')) {
            const int colon = int(line.indexOf(':'));
            if (colon > 0 && line.left(colon).toLower() == name.toLower())
                return line.mid(colon + 1).trimmed();
        }
        return {};
    }
    Base::Json json() const { return Base::parseJson(body.toStdString()).value_or(Base::Json()); }
    int code() const
    {
        return int(Base::integerMember(Base::member(json(), "error"), "code").value_or(0));
    }
    /// The messages of an event stream, in order.
    std::vector<Base::Json> events() const
    {
        std::vector<Base::Json> list;
        for (const QByteArray &line : body.split('\n')) {
            if (line.startsWith("data: {"))
                list.push_back(Base::parseJson(line.mid(6).toStdString()).value_or(Base::Json()));
        }
        return list;
    }
};

/// A client that sends exactly the bytes it is told to. Lives on the server's thread: waiting spins
/// the loop.
class HttpClient
{
public:
    explicit HttpClient(quint16 port, const QHostAddress &address = QHostAddress::LocalHost)
        : m_port(port)
    {
        socket.connectToHost(address, port);
    }

    ~HttpClient() { record(m_buffer); }
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;

    bool waitConnected()
    {
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; },
                               5000);
    }
    void sendRaw(const QByteArray &bytes)
    {
        if (!waitConnected())
            return;
        socket.write(bytes);
        socket.flush();
    }

    QByteArray format(const QByteArray &method, const QByteArray &body,
                      const Headers &headers = {}) const
    {
        QByteArray out = method + " /mcp HTTP/1.1\r\n";
        Headers all = {{"Host", "127.0.0.1:" + QByteArray::number(m_port)},
                       {"Authorization", "Bearer alice"},
                       {"Accept", "application/json, text/event-stream"}};
        if (method == "POST")
            all.push_back({"Content-Type", "application/json"});
        if (method == "POST" || !body.isEmpty())
            all.push_back({"Content-Length", QByteArray::number(body.size())});
        for (const auto &[name, value] : headers) {
            std::erase_if(all, [&n = name](const auto &h) { return h.first == n; });
            if (!value.isNull())
                all.push_back({name, value});
        }
        for (const auto &[name, value] : all)
            out += name + ": " + value + "\r\n";
        return out + "\r\n" + body;
    }
    void send(const QByteArray &method, const QByteArray &body, const Headers &headers = {})
    {
        for (const auto &[name, value] : headers) {
            if (name == "Mcp-Session-Id")
                m_record.session(value.toStdString());
        }
        m_record.sent(body.toStdString());
        sendRaw(format(method, body, headers));
    }

    /// The next whole answer. An event stream counts as whole when it has ended.
    std::optional<Reply> next(int timeout = 5000)
    {
        std::optional<Reply> reply;
        (void)QTest::qWaitFor(
            [&] {
                pull();
                reply = take();
                return reply || (socket.state() == QAbstractSocket::UnconnectedState);
            },
            timeout);
        if (!reply) {
            pull();
            reply = take();
        }
        return reply;
    }
    Reply ask(const QByteArray &method, const QByteArray &body, const Headers &headers = {})
    {
        send(method, body, headers);
        return next().value_or(Reply{});
    }
    /// Waits until the bytes received so far contain `part`.
    bool waitFor(const QByteArray &part, int timeout = 5000)
    {
        return QTest::qWaitFor(
            [&] {
                pull();
                return m_buffer.contains(part);
            },
            timeout);
    }
    bool waitClosed(int timeout = 5000)
    {
        return QTest::qWaitFor(
            [&] {
                pull();
                return socket.state() == QAbstractSocket::UnconnectedState;
            },
            timeout);
    }
    const QByteArray &received()
    {
        pull();
        return m_buffer;
    }

    QTcpSocket socket;

private:
    void pull()
    {
        if (socket.isOpen())
            m_buffer += socket.readAll();
    }
    std::optional<Reply> take()
    {
        const qsizetype end = m_buffer.indexOf("\r\n\r\n");
        if (end < 0)
            return std::nullopt;
        Reply reply;
        reply.head = m_buffer.left(end);
        reply.status = reply.head.mid(9, 3).toInt();
        if (reply.status == 100) {
            m_buffer.remove(0, end + 4);
            return take();
        }
        qsizetype at = end + 4;
        if (reply.header("Transfer-Encoding") == "chunked") {
            for (;;) {
                const qsizetype line = m_buffer.indexOf("\r\n", at);
                if (line < 0)
                    return std::nullopt;
                const qsizetype size = m_buffer.mid(at, line - at).toLongLong(nullptr, 16);
                if (m_buffer.size() < line + 2 + size + 2)
                    return std::nullopt;
                reply.body += m_buffer.mid(line + 2, size);
                at = line + 2 + size + 2;
                if (size == 0)
                    break;
            }
        } else {
            const qsizetype size = reply.header("Content-Length").toLongLong();
            if (m_buffer.size() < at + size)
                return std::nullopt;
            reply.body = m_buffer.mid(at, size);
            at += size;
        }
        m_buffer.remove(0, at);
        if (reply.header("Content-Type") == "text/event-stream")
            record(reply.body);
        else
            m_record.received(reply.body.toStdString());
        return reply;
    }
    void record(const QByteArray &events)
    {
        for (const QByteArray &line : events.split('\n')) {
            if (line.startsWith("data: {"))
                m_record.received(line.mid(6).trimmed().toStdString());
        }
    }

    quint16 m_port;
    QByteArray m_buffer;
    Support::WireRecord m_record;
};

inline QByteArray modernBody(const QByteArray &id, const QByteArray &method,
                             const QByteArray &params = {}, const QByteArray &meta = {})
{
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":{)" + params
        + (params.isEmpty() ? "" : ",")
        + R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
          R"("io.modelcontextprotocol/clientCapabilities":{})"
        + (meta.isEmpty() ? "" : ",") + meta + "}}}";
}

inline Headers modernHeaders(const QByteArray &method, const QByteArray &name = QByteArray())
{
    Headers headers = {{"MCP-Protocol-Version", kModernVersion}, {"Mcp-Method", method}};
    if (!name.isNull())
        headers.push_back({"Mcp-Name", name});
    return headers;
}

inline QByteArray legacyBody(const QByteArray &id, const QByteArray &method,
                             const QByteArray &params = "{}")
{
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params
        + "}";
}

inline QByteArray initializeBody(const QByteArray &version)
{
    return legacyBody(
        "0", "initialize",
        R"({"protocolVersion":")" + version
            + R"(","capabilities":{"roots":{}},"clientInfo":{"name":"tester","version":"9"}})");
}

/// Opens a legacy session and gives its id.
inline QByteArray openSession(HttpClient &client, const QByteArray &version = "2025-11-25",
                              const Headers &headers = {})
{
    return client.ask("POST", initializeBody(version), headers).header("Mcp-Session-Id");
}

} // namespace TestMcp
