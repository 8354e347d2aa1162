// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes.h"
#include "httpclient.h"

#include "mcp/transport/httplistener.h"
#include "support/testcase.h"

#include <QSignalSpy>

using namespace TestMcp;
using namespace std::chrono_literals;
using Base::Json;

namespace
{

QByteArray heldCall(const QByteArray &id, const QByteArray &more = {})
{
    return legacyBody(id, "tools/call", R"({"name":"held")" + more + "}");
}

QByteArray modernHeld(const QByteArray &id, const QByteArray &meta = {})
{
    return modernBody(id, "tools/call", R"("name":"held")", meta);
}

const QByteArray kToken = R"("progressToken":"t")";

} // namespace

class tst_HttpTransport : public Support::TestCase
{
    Q_OBJECT

protected:
    void setUp() override
    {
        gate = std::make_unique<FakeGate>();
        start();
    }
    void tearDown() override
    {
        listener.reset();
        server.reset();
    }

private:
    void start(const Mcp::HttpOptions &options = {})
    {
        listener.reset();
        server = std::make_unique<Mcp::Server>(*gate, serverInfo(), "0123456789abcdef");
        listener = std::make_unique<Mcp::HttpListener>(*server, &authenticator, options);
        const auto port = listener->listen();
        QVERIFY(port);
    }
    std::unique_ptr<HttpClient> connectClient()
    {
        auto client = std::make_unique<HttpClient>(listener->port());
        (void)client->waitConnected();
        return client;
    }

    FakeAuthenticator authenticator;
    std::unique_ptr<FakeGate> gate;
    std::unique_ptr<Mcp::Server> server;
    std::unique_ptr<Mcp::HttpListener> listener;

private Q_SLOTS:
    void bothLoopbackFamiliesServeOnePort()
    {
        for (const auto address : {QHostAddress::LocalHost, QHostAddress::LocalHostIPv6}) {
            HttpClient client(listener->port(), QHostAddress(address));
            const QByteArray host = address == QHostAddress::LocalHost ? "127.0.0.1:" : "[::1]:";
            const Reply reply = client.ask("POST", modernBody("1", "tools/list"),
                                           {{"MCP-Protocol-Version", kModernVersion},
                                            {"Mcp-Method", "tools/list"},
                                            {"Host", host + QByteArray::number(listener->port())}});
            QCOMPARE(reply.status, 200);
        }
    }

    void aTakenPortIsAnErrorAndSoIsAMissingAuthenticator()
    {
        Mcp::HttpOptions options;
        options.port = listener->port();
        Mcp::HttpListener second(*server, &authenticator, options);
        const auto taken = second.listen();
        QVERIFY(!taken);
        QCOMPARE(taken.error().kind, Base::ErrorKind::AlreadyExists);
        Mcp::HttpListener open(*server, nullptr, {});
        QVERIFY(!open.listen());
    }

    void anIdleAppHasNoTimer()
    {
        QVERIFY(!listener->hasTimer());
        auto client = connectClient();
        QCOMPARE(client->ask("POST", initializeBody("2025-11-25")).status, 200);
        QVERIFY(listener->hasTimer());
        client->socket.abort();
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        QVERIFY(!listener->hasTimer());
    }

    void pipelinedRequestsAreAnsweredInOrder()
    {
        auto client = connectClient();
        QByteArray all
            = client->format("POST", modernHeld("1"), modernHeaders("tools/call", "held"));
        for (int i = 2; i <= 50; ++i)
            all += client->format(
                "POST", modernBody(QByteArray::number(i), "tools/call", R"("name":"echo")"),
                modernHeaders("tools/call", "echo"));
        client->sendRaw(all);
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        QCOMPARE(gate->begun, 1); // the later ones wait for the first
        QVERIFY(client->received().isEmpty());
        gate->finishOldest();
        for (int i = 1; i <= 50; ++i) {
            const auto reply = client->next();
            QVERIFY(reply);
            QCOMPARE(reply->json()["id"], Json(i));
        }
    }

    void aRequestMayComeInAnyPieces()
    {
        auto client = connectClient();
        const QByteArray whole
            = client->format("POST", modernBody("1", "tools/list"), modernHeaders("tools/list"));
        for (const char c : whole) {
            client->sendRaw(QByteArray(1, c));
            QCoreApplication::processEvents();
        }
        QCOMPARE(client->next().value_or(Reply{}).status, 200);
        client->sendRaw(client->format("POST", "",
                                       {{"Transfer-Encoding", "chunked"},
                                        {"Content-Length", QByteArray()},
                                        {"MCP-Protocol-Version", kModernVersion},
                                        {"Mcp-Method", "tools/list"}}));
        const QByteArray body = modernBody("2", "tools/list");
        for (qsizetype at = 0; at < body.size(); at += 10) {
            const QByteArray piece = body.mid(at, 10);
            client->sendRaw(QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n");
        }
        client->sendRaw("0\r\n\r\n");
        QCOMPARE(client->next().value_or(Reply{}).json()["id"], Json(2));
    }

    void connectionsCloseWhenTheClientSaysSo()
    {
        auto closing = connectClient();
        auto headers = modernHeaders("tools/list");
        headers.push_back({"Connection", "close"});
        const Reply reply = closing->ask("POST", modernBody("1", "tools/list"), headers);
        QCOMPARE(reply.status, 200);
        QCOMPARE(reply.header("Connection"), QByteArray("close"));
        QVERIFY(closing->waitClosed());
        auto old = connectClient();
        old->sendRaw(old->format("POST", modernBody("1", "tools/list"), modernHeaders("tools/list"))
                         .replace("HTTP/1.1", "HTTP/1.0"));
        QCOMPARE(old->next().value_or(Reply{}).status, 200);
        QVERIFY(old->waitClosed());
    }

    void expectedContinuationIsGivenOnlyToThoseLetIn()
    {
        auto client = connectClient();
        const QByteArray body = modernBody("1", "tools/list");
        auto headers = modernHeaders("tools/list");
        headers.push_back({"Expect", "100-continue"});
        const QByteArray whole = client->format("POST", body, headers);
        client->sendRaw(whole.chopped(body.size()));
        QVERIFY(client->waitFor("HTTP/1.1 100 Continue\r\n\r\n"));
        client->sendRaw(body);
        QCOMPARE(client->next().value_or(Reply{}).status, 200);

        auto stranger = connectClient();
        headers.push_back({"Authorization", QByteArray()});
        stranger->sendRaw(stranger->format("POST", body, headers).chopped(body.size()));
        const auto refusal = stranger->next();
        QVERIFY(refusal);
        QCOMPARE(refusal->status, 401);
        QVERIFY(stranger->waitClosed());
    }

    void aRefusedRequestThatIsWholeKeepsItsConnection()
    {
        auto client = connectClient();
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(client->ask("GET", "", {{"Authorization", QByteArray()}}).status, 401);
            QCOMPARE(client->ask("POST", "{}", {{"Content-Type", "text/plain"}}).status, 415);
            QCOMPARE(client->ask("OPTIONS", "").status, 405);
        }
        client->send("HEAD", "");
        QVERIFY(client->waitFor("405 Method Not Allowed"));
        QVERIFY(client->received().endsWith("\r\n\r\n"));
    }

    void whatIsWrongGetsItsStatusAndNothingElse_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const QByteArray host = "Host: 127.0.0.1:PORT\r\nAuthorization: Bearer alice\r\n"
                                "Content-Type: application/json\r\n";
        const QByteArray post = "POST /mcp HTTP/1.1\r\n" + host;
        QTest::newRow("garbage") << QByteArray("\x16\x03\x01\r\n\r\n") << 400;
        QTest::newRow("two lengths")
            << post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}" << 400;
        QTest::newRow("length and chunks")
            << post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}" << 400;
        QTest::newRow("long head") << post + "X: " + QByteArray(20'000, 'x') + "\r\n\r\n" << 431;
        QTest::newRow("endless head") << post + "X: " + QByteArray(300'000, 'x') << 431;
        QTest::newRow("many fields") << post + QByteArray("X: y\r\n").repeated(4000) + "\r\n"
                                     << 431;
        QTest::newRow("large body") << post + "Content-Length: 5000000000\r\n\r\n{" << 413;
        QTest::newRow("large body, sent")
            << post + "Content-Length: 200000\r\n\r\n" + QByteArray(200'000, ' ') << 413;
        QTest::newRow("large chunk")
            << post + "Transfer-Encoding: chunked\r\n\r\n30D40\r\n" + QByteArray(200'000, ' ')
            << 413;
        QTest::newRow("large body of a stranger")
            << QByteArray(post).replace("alice", "mallory") + "Content-Length: 5000000000\r\n\r\n{"
            << 401;
        QTest::newRow("half a head") << QByteArray("POST /mcp HT") << 408;
        QTest::newRow("half a body") << post + "Content-Length: 100\r\n\r\n{" << 408;
        QTest::newRow("half a chunk") << post + "Transfer-Encoding: chunked\r\n\r\n5\r\n{" << 408;
        QTest::newRow("one byte") << QByteArray("P") << 408;
    }
    void whatIsWrongGetsItsStatusAndNothingElse()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        Mcp::HttpOptions options;
        options.parser.bodyBytes = 100'000;
        options.limits.halfSent = 100ms;
        options.limits.drain = 50ms;
        start(options);
        auto client = connectClient();
        client->sendRaw(bytes.replace("PORT", QByteArray::number(listener->port())));
        const auto reply = client->next();
        QVERIFY(reply);
        QCOMPARE(reply->status, status);
        QCOMPARE(reply->header("Connection"), QByteArray("close"));
        QVERIFY(client->waitClosed());
        QVERIFY(client->received().isEmpty());
        QCOMPARE(gate->begun, 0);
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        QVERIFY(!listener->hasTimer());
    }

    void aDribblingClientIsCutToo()
    {
        Mcp::HttpOptions options;
        options.limits.halfSent = 200ms;
        start(options);
        auto client = connectClient();
        client->sendRaw("POST /mcp HTTP/1.1\r\nX: ");
        QElapsedTimer clock;
        clock.start();
        while (!client->received().contains(" 408 ") && clock.elapsed() < 5000) {
            client->sendRaw("x"); // each byte comes well within the limit
            QTest::qWait(10);
        }
        QVERIFY(client->received().startsWith("HTTP/1.1 408 "));
        QVERIFY(clock.elapsed() >= 150);
    }

    void idleConnectionsAreClosedAndHeldCallsAreNot()
    {
        Mcp::HttpOptions options;
        options.limits.idle = 80ms;
        options.limits.halfSent = 80ms;
        start(options);
        auto held = connectClient();
        held->send("POST", modernHeld("1"), modernHeaders("tools/call", "held"));
        auto idle = connectClient();
        QCOMPARE(
            idle->ask("POST", modernBody("1", "tools/list"), modernHeaders("tools/list")).status,
            200);
        auto silent = connectClient();
        QVERIFY(idle->waitClosed());
        QVERIFY(silent->waitClosed());
        QCOMPARE(listener->connectionCount(), std::size_t(1));
        gate->finishOldest();
        QCOMPARE(held->next().value_or(Reply{}).status, 200);
        QVERIFY(held->waitClosed());
    }

    void connectionsAreCapped()
    {
        Mcp::HttpOptions options;
        options.limits.connections = 3;
        start(options);
        std::vector<std::unique_ptr<HttpClient>> clients;
        for (int i = 0; i < 3; ++i)
            clients.push_back(connectClient());
        QTRY_COMPARE(listener->connectionCount(), std::size_t(3));
        auto fourth = connectClient();
        QVERIFY(fourth->waitClosed());
        QVERIFY(fourth->received().startsWith("HTTP/1.1 503 "));
        clients.pop_back();
        QTRY_COMPARE(listener->connectionCount(), std::size_t(2));
        QCOMPARE(connectClient()->ask("OPTIONS", "").status, 405);
    }

    void progressOpensAStreamLate_data()
    {
        QTest::addColumn<bool>("modern");
        QTest::addColumn<bool>("token");
        QTest::addColumn<bool>("accepts");
        for (const bool modern : {false, true}) {
            for (const bool token : {false, true}) {
                for (const bool accepts : {false, true})
                    QTest::addRow("%s%s%s", modern ? "modern" : "legacy", token ? " token" : "",
                                  accepts ? " stream" : "")
                        << modern << token << accepts;
            }
        }
    }
    void progressOpensAStreamLate()
    {
        QFETCH(bool, modern);
        QFETCH(bool, token);
        QFETCH(bool, accepts);
        auto client = connectClient();
        Headers headers = modern ? modernHeaders("tools/call", "held")
                                 : Headers{{"Mcp-Session-Id", openSession(*client)}};
        if (!accepts)
            headers.push_back({"Accept", "application/json"});
        const QByteArray meta = token ? kToken : QByteArray();
        client->send("POST",
                     modern ? modernHeld("5", meta) : heldCall("5", R"(,"_meta":{)" + meta + "}"),
                     headers);
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        auto &held = gate->held.begin()->second;
        const bool streams = token && accepts;
        QCOMPARE(held.call.reportsProgress, streams);
        QVERIFY(client->received().isEmpty());
        held.report(Mcp::Progress{0, 100.0, "Waiting for the person"});
        held.report(Mcp::Progress{0, 100.0, "no increase"});
        held.report(Mcp::Progress{50.5, 100.0, {}});
        held.report(Mcp::Progress{std::numeric_limits<double>::infinity(), {}, {}});
        if (streams)
            QVERIFY(client->waitFor("50.5"));
        gate->finishOldest();
        const auto reply = client->next();
        QVERIFY(reply);
        QCOMPARE(reply->status, 200);
        if (!streams) {
            QCOMPARE(reply->header("Content-Type"), QByteArray("application/json"));
            QCOMPARE(reply->json()["id"], Json(5));
        } else {
            QCOMPARE(reply->header("Content-Type"), QByteArray("text/event-stream"));
            const auto events = reply->events();
            QCOMPARE(events.size(), std::size_t(3));
            QCOMPARE(events[0]["params"],
                     Json({{"progressToken", "t"},
                           {"progress", 0},
                           {"total", 100},
                           {"message", "Waiting for the person"}}));
            QCOMPARE(events[1]["params"]["progress"], Json(50.5));
            QCOMPARE(events[2]["id"], Json(5));
        }
        // The connection serves on, in either form.
        QCOMPARE(
            client->ask("POST", modernBody("6", "tools/list"), modernHeaders("tools/list")).status,
            200);
    }

    void openStreamsAreKeptAlive()
    {
        Mcp::HttpOptions options;
        options.limits.keepAlive = 20ms;
        start(options);
        auto client = connectClient();
        const QByteArray session = openSession(*client);
        client->send("GET", "", {{"Mcp-Session-Id", session}});
        QVERIFY(client->waitFor(":\n\n\r\n3\r\n:\n\n"));
        auto call = connectClient();
        call->send("POST", modernHeld("1", kToken), modernHeaders("tools/call", "held"));
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        QTest::qWait(60);
        QVERIFY(call->received().isEmpty()); // nothing is open yet, so nothing is sent
        gate->held.begin()->second.report(Mcp::Progress{1, {}, {}});
        QVERIFY(call->waitFor(":\n\n"));
        gate->finishOldest();
        const auto reply = call->next();
        QVERIFY(reply);
        QCOMPARE(reply->events().back()["id"], Json(1));
    }

    void cancellationFollowsTheEra_data()
    {
        QTest::addColumn<bool>("modern");
        QTest::addColumn<bool>("streaming");
        QTest::newRow("modern") << true << false;
        QTest::newRow("modern stream") << true << true;
        QTest::newRow("legacy") << false << false;
        QTest::newRow("legacy stream") << false << true;
    }
    void cancellationFollowsTheEra()
    {
        QFETCH(bool, modern);
        QFETCH(bool, streaming);
        auto client = connectClient();
        const QByteArray session = openSession(*client);
        if (modern)
            client->send("POST", modernHeld("1", kToken), modernHeaders("tools/call", "held"));
        else
            client->send("POST", heldCall("1", R"(,"_meta":{)" + kToken + "}"),
                         {{"Mcp-Session-Id", session}});
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        if (streaming) {
            gate->held.begin()->second.report(Mcp::Progress{1, {}, {}});
            QVERIFY(client->waitFor("notifications/progress"));
        }
        client->socket.abort();
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        QCOMPARE(gate->cancelled.size(), std::size_t(modern ? 1 : 0));
        // A stream that was opened waits for its client: its call is not unheard yet.
        QCOMPARE(server->callsInFlight(), std::size_t(!modern && streaming ? 1 : 0));
        std::vector<Mcp::ToolGate::CallId> lost;
        if (!modern && !streaming)
            lost.push_back(gate->last);
        QVERIFY(gate->unheardCalls == lost);
        QCOMPARE(server->keptStreams(), std::size_t(!modern && streaming ? 1 : 0));
        if (!modern) {
            gate->held.begin()->second.report(Mcp::Progress{2, {}, {}});
            gate->finishOldest(); // into the void
            QCOMPARE(server->callsInFlight(), std::size_t(0));
            QVERIFY(gate->unheardCalls == lost);
        }
    }

    void aLegacyCallIsCancelledByItsOwnSessionOnly()
    {
        auto client = connectClient();
        auto other = connectClient();
        const QByteArray mine = openSession(*client);
        const QByteArray theirs = openSession(*other);
        client->send("POST", heldCall("7"), {{"Mcp-Session-Id", mine}});
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        const QByteArray cancel
            = R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})";
        QCOMPARE(other->ask("POST", cancel, {{"Mcp-Session-Id", theirs}}).status, 202);
        QCOMPARE(other->ask("POST", cancel, modernHeaders("notifications/cancelled")).status, 202);
        QCOMPARE(gate->held.size(), std::size_t(1));
        QCOMPARE(other->ask("POST", cancel, {{"Mcp-Session-Id", mine}}).status, 202);
        QCOMPARE(gate->cancelled.size(), std::size_t(1));
        const auto reply = client->next();
        QVERIFY(reply);
        QCOMPARE(reply->status, 202);
        QCOMPARE(server->callsInFlight(), std::size_t(0));
    }

    void sessionsEndByDeleteAndSurviveARestart()
    {
        auto client = connectClient();
        const QByteArray session = openSession(*client);
        const Headers headers = {{"Mcp-Session-Id", session}};
        start();
        client = connectClient();
        QCOMPARE(client->ask("POST", legacyBody("1", "ping"), headers).status, 200);
        auto bob = headers;
        bob.push_back({"Authorization", "Bearer bob"});
        const Reply stolen = client->ask("POST", legacyBody("2", "ping"), bob);
        QCOMPARE(stolen.status, 404);
        QCOMPARE(stolen.code(), -32001);
        QCOMPARE(stolen.json()["id"], Json(2));
        QCOMPARE(client->ask("DELETE", "", bob).status, 404);
        auto stream = connectClient();
        stream->send("GET", "", headers);
        QVERIFY(stream->waitFor("text/event-stream"));
        QCOMPARE(client->ask("DELETE", "", headers).status, 200);
        QVERIFY(stream->next()); // its stream has ended
        QCOMPARE(client->ask("POST", legacyBody("3", "ping"), headers).status, 404);
        QCOMPARE(client->ask("GET", "", headers).status, 404);
        QCOMPARE(client->ask("DELETE", "", headers).status, 404);
    }

    void aGetStreamTellsOfChangedTools()
    {
        auto client = connectClient();
        const Headers headers = {{"Mcp-Session-Id", openSession(*client)}};
        auto refused = headers;
        refused.push_back({"Accept", "application/json"});
        QCOMPARE(client->ask("GET", "", refused).status, 406);
        auto first = connectClient();
        first->send("GET", "", headers);
        QVERIFY(first->waitFor("text/event-stream"));
        auto second = connectClient();
        second->send("GET", "", headers);
        QVERIFY(second->waitFor("text/event-stream"));
        QVERIFY(first->next()); // the newer stream took over
        server->toolsChanged("bob");
        server->toolsChanged("alice");
        QVERIFY(second->waitFor("notifications/tools/list_changed"));
        QCOMPARE(second->received().count("list_changed"), 1);
        QCOMPARE(second->received().count("\nid:"), 2); // the one that tells its id, and this one
        second->socket.abort();
        QTRY_COMPARE(listener->connectionCount(), std::size_t(2));
        QCOMPARE(server->keptStreams(), std::size_t(2)); // both may be asked for again
    }

    void aModernSubscriptionIsAcknowledgedTaggedAndEnded()
    {
        auto client = connectClient();
        client->send(
            "POST",
            modernBody("\"L1\"", "subscriptions/listen",
                       R"("notifications":{"toolsListChanged":true,"promptsListChanged":true})"),
            modernHeaders("subscriptions/listen"));
        QVERIFY(client->waitFor("acknowledged"));
        auto deaf = connectClient();
        deaf->send("POST", modernBody("1", "subscriptions/listen", R"("notifications":{})"),
                   modernHeaders("subscriptions/listen"));
        QVERIFY(deaf->waitFor("acknowledged"));
        server->toolsChanged();
        server->end();
        const auto reply = client->next();
        QVERIFY(reply);
        const auto events = reply->events();
        QCOMPARE(events.size(), std::size_t(3));
        const auto tag = [&](const Json &holder) {
            return holder["_meta"]["io.modelcontextprotocol/subscriptionId"];
        };
        QCOMPARE(events[0]["params"]["notifications"], Json({{"toolsListChanged", true}}));
        QCOMPARE(tag(events[0]["params"]), Json("L1"));
        QCOMPARE(events[1]["method"], Json("notifications/tools/list_changed"));
        QCOMPARE(tag(events[1]["params"]), Json("L1"));
        QCOMPARE(events[2]["id"], Json("L1"));
        QCOMPARE(events[2]["result"]["resultType"], Json("complete"));
        QCOMPARE(tag(events[2]["result"]), Json("L1"));
        const auto other = deaf->next();
        QVERIFY(other);
        QCOMPARE(other->events().size(), std::size_t(2)); // nothing outside of its filter
    }

    void batchesBelongToOneRevision()
    {
        auto client = connectClient();
        const QByteArray batch = '[' + legacyBody("1", "ping") + ',' + heldCall("2") + ','
            + legacyBody("3", "tools/call", R"({"name":"echo"})") + ']';
        QCOMPARE(client->ask("POST", batch).status, 400);
        QCOMPARE(client->ask("POST", batch, {{"Mcp-Session-Id", openSession(*client)}}).status,
                 400);
        const Headers old = {{"Mcp-Session-Id", openSession(*client, "2025-03-26")}};
        QCOMPARE(client->ask("POST", "[]", old).status, 400);
        client->send("POST", batch, old);
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        gate->finishOldest();
        const auto reply = client->next();
        QVERIFY(reply);
        QCOMPARE(reply->json().size(), std::size_t(3));
        QCOMPARE(
            client->ask("POST", R"([{"jsonrpc":"2.0","method":"notifications/x"}])", old).status,
            202);
        client->send("POST", '[' + heldCall("4") + ']', old);
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        client->socket.abort();
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        gate->finishOldest();
        QCOMPARE(server->callsInFlight(), std::size_t(0));
    }

    void connectedAgentsAreKnown()
    {
        QSignalSpy spy(listener.get(), &Mcp::HttpListener::agentsChanged);
        auto client = connectClient();
        QCOMPARE(client->ask("GET", "", {{"Authorization", QByteArray()}}).status, 401);
        QVERIFY(listener->agents().empty());
        auto more = connectClient();
        for (HttpClient *each : {client.get(), more.get()})
            QCOMPARE(each->ask("POST", modernBody("1", "tools/list"), modernHeaders("tools/list"))
                         .status,
                     200);
        const std::vector<Mcp::ConnectedAgent> alice = {{"alice", "Agent of alice", "http"}};
        QCOMPARE(listener->agents(), alice);
        QCOMPARE(spy.count(), 1);
        more->socket.abort();
        QTRY_COMPARE(listener->connectionCount(), std::size_t(1));
        QCOMPARE(spy.count(), 1);
        listener->disconnectPrincipal("bob");
        QCOMPARE(listener->connectionCount(), std::size_t(1));
        listener->disconnectPrincipal("alice");
        QVERIFY(client->waitClosed());
        QTRY_VERIFY(listener->agents().empty());
        QCOMPARE(spy.count(), 2);
    }

    void closingEndsStreamsAndConnections()
    {
        auto client = connectClient();
        const Headers headers = {{"Mcp-Session-Id", openSession(*client)}};
        client->send("GET", "", headers);
        QVERIFY(client->waitFor("text/event-stream"));
        auto held = connectClient();
        held->send("POST", modernHeld("1"), modernHeaders("tools/call", "held"));
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        const quint16 port = listener->port();
        listener->close();
        QVERIFY(client->waitFor("0\r\n\r\n"));
        QVERIFY(client->waitClosed());
        QVERIFY(held->waitClosed());
        QCOMPARE(gate->cancelled.size(), std::size_t(1));
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        HttpClient late(port);
        QTRY_COMPARE(late.socket.error(), QAbstractSocket::ConnectionRefusedError);
    }
};

QTEST_GUILESS_MAIN(tst_HttpTransport)
#include "tst_httptransport.moc"
