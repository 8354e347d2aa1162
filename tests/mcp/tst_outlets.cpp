// SPDX-License-Identifier: GPL-3.0-or-later
// What the server's side of a connection turns into on the wire.
#include "fakes.h"
#include "httpclient.h"

#include "mcp/transport/connectionset.h"
#include "mcp/transport/httpconnection.h"
#include "mcp/transport/lineconnection.h"
#include "support/testcase.h"

#include <QLocalServer>
#include <QTcpServer>
#include <QTemporaryDir>

using namespace TestMcp;

namespace
{

QByteArray held(const HttpClient &client, const Headers &more = {})
{
    Headers headers = modernHeaders("tools/call", "held");
    headers.insert(headers.end(), more.begin(), more.end());
    return client.format("POST", modernBody("1", "tools/call", R"("name":"held")"), headers);
}

} // namespace

class tst_Outlets : public Support::TestCase
{
    Q_OBJECT

protected:
    void setUp() override
    {
        gate = std::make_unique<FakeGate>();
        server = std::make_unique<Mcp::Server>(*gate, serverInfo(), "0123456789abcdef");
        set = std::make_unique<Mcp::ConnectionSet>(*server, Mcp::ConnectionLimits{}, "test");
        shared = std::make_unique<Mcp::HttpShared>(
            Mcp::HttpShared{.endpoint = Mcp::HttpEndpoint(*server), .options = {}, .rules = {}});
    }
    void tearDown() override
    {
        set.reset();
        server.reset();
    }

private:
    /// Connects a client to a connection that holds its request.
    void hold(const Headers &more = {}, bool http10 = false)
    {
        QTcpServer listening;
        QVERIFY(listening.listen(QHostAddress::LocalHost));
        shared->rules.port = listening.serverPort();
        client = std::make_unique<HttpClient>(listening.serverPort());
        QVERIFY(client->waitConnected());
        QTRY_VERIFY(listening.hasPendingConnections());
        connection
            = new Mcp::HttpConnection(listening.nextPendingConnection(), *shared, set->shared());
        set->add(connection);
        QByteArray request = held(*client, more);
        if (http10)
            request.replace("HTTP/1.1", "HTTP/1.0");
        client->sendRaw(request);
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
    }

    std::unique_ptr<FakeGate> gate;
    std::unique_ptr<Mcp::Server> server;
    std::unique_ptr<Mcp::HttpShared> shared;
    std::unique_ptr<Mcp::ConnectionSet> set;
    std::unique_ptr<HttpClient> client;
    Mcp::HttpConnection *connection = nullptr;

private Q_SLOTS:
    void eventsCarryIdsAndTheFirstOneOpensTheStream()
    {
        hold();
        connection->sendEvent("s-0", {});
        connection->sendEvent("s-1", R"({"a":1})");
        connection->notify(R"({"b":2})");
        connection->sendEvent("s-2", R"({"c":3})");
        connection->endStream();
        const auto reply = client->next();
        QVERIFY(reply);
        QCOMPARE(reply->status, 200);
        QCOMPARE(reply->header("Content-Type"), QByteArray("text/event-stream"));
        QCOMPARE(reply->body,
                 QByteArray("id: s-0\nretry: 500\ndata: \n\n"
                            "id: s-1\nevent: message\ndata: {\"a\":1}\n\n"
                            "event: message\ndata: {\"b\":2}\n\n"
                            "id: s-2\nevent: message\ndata: {\"c\":3}\n\n"));
        client->sendRaw(held(*client)); // the connection serves on
        QTRY_COMPARE(gate->held.size(), std::size_t(2));
        connection->sendEvent("t-0", {});
        connection->finish("{}");
        const auto second = client->next();
        QVERIFY(second);
        QCOMPARE(second->body,
                 QByteArray("id: t-0\nretry: 500\ndata: \n\nevent: message\ndata: {}\n\n"));
    }

    void anOldClientsStreamHasNoChunks()
    {
        hold({}, true);
        connection->sendEvent("s-0", {});
        connection->finish("{}");
        QVERIFY(client->waitClosed());
        QVERIFY(client->received().endsWith(
            "\r\n\r\nid: s-0\nretry: 500\ndata: \n\nevent: message\ndata: {}\n\n"));
        QVERIFY(!client->received().contains("chunked"));
    }

    void aRefusalHasItsStatusUntilAStreamHasBegun()
    {
        hold();
        connection->refuse(404, R"({"no":1})");
        const auto plain = client->next();
        QVERIFY(plain);
        QCOMPARE(plain->status, 404);
        QCOMPARE(plain->body, QByteArray(R"({"no":1})"));
        client->sendRaw(held(*client));
        QTRY_COMPARE(gate->held.size(), std::size_t(2));
        connection->openStream();
        connection->refuse(404, R"({"no":2})");
        const auto streamed = client->next();
        QVERIFY(streamed);
        QCOMPARE(streamed->status, 200);
        QCOMPARE(streamed->body, QByteArray("event: message\ndata: {\"no\":2}\n\n"));
    }

    void nothingIsSentOutsideOfARequest()
    {
        hold();
        connection->finish("{}");
        QVERIFY(client->next());
        connection->sendEvent("s-1", "{}");
        connection->notify("{}");
        connection->refuse(400, "{}");
        connection->finish("{}");
        connection->endStream();
        client->sendRaw(client->format("OPTIONS", ""));
        const auto reply = client->next(); // the next answer is the next request's
        QVERIFY(reply);
        QCOMPARE(reply->status, 405);
        QVERIFY(client->received().isEmpty());
    }

    void aStreamOfAnAllowedPageSaysSo()
    {
        shared->rules.allowedOrigins = {"http://localhost:6274"};
        hold({{"Origin", "http://localhost:6274"}});
        connection->sendEvent("s-0", {});
        connection->endStream();
        const auto reply = client->next();
        QVERIFY(reply);
        QCOMPARE(reply->header("Access-Control-Allow-Origin"), QByteArray("http://localhost:6274"));
        QCOMPARE(reply->header("Vary"), QByteArray("Origin"));
        QCOMPARE(reply->header("Access-Control-Expose-Headers"),
                 QByteArray("Mcp-Session-Id, WWW-Authenticate"));
    }

    void onALineARefusalIsAMessageLikeAnother()
    {
        QTemporaryDir folder;
        QLocalServer listening;
        QVERIFY(listening.listen(folder.filePath(QStringLiteral("s"))));
        QLocalSocket peer;
        peer.connectToServer(listening.fullServerName());
        QTRY_VERIFY(listening.hasPendingConnections());
        FakeAuthenticator authenticator;
        Mcp::LineShared lines{.authenticator = authenticator, .options = {}};
        auto *line
            = new Mcp::LineConnection(listening.nextPendingConnection(), {}, lines, set->shared());
        set->add(line);
        line->refuse(404, R"({"no":1})");
        line->finish(R"({"yes":1})");
        QByteArray all;
        QTRY_COMPARE(all += peer.readAll(), QByteArray("{\"no\":1}\n{\"yes\":1}\n"));
        set.reset(); // before what it uses
    }
};

QTEST_GUILESS_MAIN(tst_Outlets)
#include "tst_outlets.moc"
