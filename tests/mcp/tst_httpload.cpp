// SPDX-License-Identifier: GPL-3.0-or-later
// What many clients, bad clients and vanishing clients do to the listener.
#include "fakes.h"
#include "httpclient.h"

#include "mcp/transport/httplistener.h"
#include "support/testcase.h"

#include <QRandomGenerator>

#include <algorithm>

using namespace TestMcp;
using namespace std::chrono_literals;
using Base::Json;

class tst_HttpLoad : public Support::TestCase
{
    Q_OBJECT

protected:
    void tearDown() override
    {
        listener.reset();
        server.reset();
    }

private:
    void start(const Mcp::HttpOptions &options = {})
    {
        listener.reset();
        gate = std::make_unique<FakeGate>();
        server = std::make_unique<Mcp::Server>(
            *gate, serverInfo(), "0123456789abcdef",
            Mcp::ReplayLimits{.kept = std::chrono::milliseconds(100)});
        listener = std::make_unique<Mcp::HttpListener>(*server, &authenticator, options);
        QVERIFY(listener->listen());
    }
    // One round trip without QTest's own waiting, which sleeps.
    static qint64 microsecondsFor(QTcpSocket &socket, const QByteArray &request)
    {
        QElapsedTimer clock;
        clock.start();
        socket.write(request);
        socket.flush();
        QByteArray answer;
        while (!answer.endsWith("}}") && clock.elapsed() < 5000) {
            QCoreApplication::processEvents(QEventLoop::AllEvents);
            answer += socket.readAll();
        }
        return clock.nsecsElapsed() / 1000;
    }

    FakeAuthenticator authenticator;
    std::unique_ptr<FakeGate> gate;
    std::unique_ptr<Mcp::Server> server;
    std::unique_ptr<Mcp::HttpListener> listener;

private Q_SLOTS:
    void idleAndDribblingClientsDoNotSlowOthers()
    {
        start();
        std::vector<std::unique_ptr<HttpClient>> idle;
        for (int i = 0; i < 200; ++i)
            idle.push_back(std::make_unique<HttpClient>(listener->port()));
        QTRY_COMPARE(listener->connectionCount(), std::size_t(200));
        HttpClient dribbling(listener->port());
        dribbling.sendRaw("POST /mcp HTTP/1.1\r\n");
        HttpClient client(listener->port());
        QVERIFY(client.waitConnected());
        const QByteArray request
            = client.format("POST", modernBody("1", "tools/call", R"("name":"echo")"),
                            modernHeaders("tools/call", "echo"));
        std::vector<qint64> times;
        for (int i = 0; i < 500; ++i) {
            dribbling.socket.write("X");
            dribbling.socket.flush();
            times.push_back(microsecondsFor(client.socket, request));
        }
        std::sort(times.begin(), times.end());
        // Debug build, busy machine, both ends on one thread: far above what it takes, far below a
        // stall.
        QVERIFY2(times[times.size() / 2] < 5'000, qPrintable(QString::number(times[250])));
        QVERIFY2(times[times.size() * 99 / 100] < 100'000, qPrintable(QString::number(times[495])));
        QCOMPARE(listener->connectionCount(), std::size_t(202));
    }

    void aSlowReaderIsBounded()
    {
        Mcp::HttpOptions options;
        options.limits.pausingBytes = 100'000;
        start(options);
        HttpClient client(listener->port());
        client.socket.setReadBufferSize(1024);
        QVERIFY(client.waitConnected());
        const QByteArray request = client.format(
            "POST", modernBody("1", "tools/call", R"("name":"big","arguments":{"bytes":1000000})"),
            modernHeaders("tools/call", "big"));
        client.sendRaw(request.repeated(60));
        QTRY_VERIFY(gate->begun > 0);
        QTest::qWait(50);
        QVERIFY2(gate->begun < 30, qPrintable(QString::number(gate->begun)));
        client.socket.setReadBufferSize(0);
        for (int i = 0; i < 60; ++i) {
            const auto reply = client.next();
            QVERIFY(reply);
            QVERIFY(reply->body.size() > 1'000'000);
        }
        QCOMPARE(gate->begun, 60);
    }

    void aReaderThatStopsIsDropped()
    {
        Mcp::HttpOptions options;
        options.limits.stalled = 60ms;
        start(options);
        HttpClient client(listener->port());
        client.socket.setReadBufferSize(1024);
        client.send("POST",
                    modernBody("1", "tools/call", R"("name":"big","arguments":{"bytes":20000000})"),
                    modernHeaders("tools/call", "big"));
        QTRY_COMPARE(gate->begun, 1);
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        QVERIFY(!listener->hasTimer());
    }

    void aStreamThatNobodyReadsIsCutAtItsLimit()
    {
        Mcp::HttpOptions options;
        options.limits.unsentBytes = 1'000'000;
        start(options);
        HttpClient client(listener->port());
        const QByteArray session = openSession(client);
        client.socket.setReadBufferSize(1024);
        client.send("GET", "", {{"Mcp-Session-Id", session}});
        QTRY_COMPARE(server->subscriptionCount(), std::size_t(1));
        int sent = 0;
        while (listener->connectionCount() > 0 && sent < 500'000) {
            server->toolsChanged();
            if (++sent % 1000 == 0)
                QCoreApplication::processEvents();
        }
        QVERIFY2(sent > 10'000 && sent < 500'000, qPrintable(QString::number(sent)));
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        QVERIFY(!listener->hasTimer());
    }

    void aSlowButSteadyReaderIsServed()
    {
        Mcp::HttpOptions options;
        options.limits.stalled = 200ms;
        start(options);
        HttpClient client(listener->port());
        client.socket.setReadBufferSize(512 * 1024);
        client.send("POST",
                    modernBody("1", "tools/call", R"("name":"big","arguments":{"bytes":20000000})"),
                    modernHeaders("tools/call", "big"));
        qint64 got = 0;
        QElapsedTimer clock;
        clock.start();
        while (got < 20'000'000 && clock.elapsed() < 20'000) {
            got += client.socket.read(512 * 1024).size();
            QTest::qWait(10);
        }
        QVERIFY(got >= 20'000'000);
        QVERIFY(clock.elapsed() > 200);
    }

    void abortedClientsLeaveNothingBehind()
    {
        start();
        auto *random = QRandomGenerator::global();
        HttpClient opener(listener->port());
        const QByteArray session = openSession(opener);
        opener.socket.abort();
        std::vector<std::unique_ptr<HttpClient>> live;
        for (int i = 0; i < 1000; ++i) {
            auto client = std::make_unique<HttpClient>(listener->port());
            QByteArray bytes;
            switch (random->bounded(4)) {
            case 0:
                bytes = client->format(
                    "POST",
                    modernBody("1", "tools/call", R"("name":"held")", R"("progressToken":1)"),
                    modernHeaders("tools/call", "held"));
                break;
            case 1:
                bytes = client->format("POST", legacyBody("1", "tools/call", R"({"name":"held"})"),
                                       {{"Mcp-Session-Id", session}});
                break;
            case 2:
                bytes = client->format("GET", "", {{"Mcp-Session-Id", session}});
                break;
            default:
                bytes = client->format("POST",
                                       modernBody("1", "subscriptions/listen",
                                                  R"("notifications":{"toolsListChanged":true})"),
                                       modernHeaders("subscriptions/listen"));
            }
            if (i % 2 == 0 || i % 5 == 0) // the others are whole
                bytes.truncate(random->bounded(qsizetype(1), bytes.size()));
            if (i % 3 == 0)
                bytes = client->format("OPTIONS", "") + bytes;
            client->socket.write(bytes);
            live.push_back(std::move(client));
            for (int turn = random->bounded(4); turn > 0; --turn)
                QCoreApplication::processEvents();
            if (i % 7 == 0 && !gate->held.empty()) {
                gate->held.begin()->second.report(Mcp::Progress{double(i), {}, {}});
                gate->finishOldest();
            }
            if (i % 11 == 0)
                server->toolsChanged();
            if (live.size() > 20) {
                const auto at = std::size_t(random->bounded(qsizetype(live.size())));
                live[at]->socket.abort();
                live.erase(live.begin() + qsizetype(at));
            }
        }
        live.clear();
        QTRY_COMPARE(listener->connectionCount(), std::size_t(0));
        while (!gate->held.empty())
            gate->finishOldest(); // what is left are legacy calls, which outlive their clients
        QCOMPARE(server->callsInFlight(), std::size_t(0));
        QTRY_COMPARE(server->subscriptionCount(), std::size_t(0));
        QTRY_COMPARE(server->keptStreams(), std::size_t(0));
        QVERIFY(!listener->hasTimer());
        QVERIFY(!gate->cancelled.empty());
    }

    void theListenerMayGoWithClientsConnected()
    {
        start();
        HttpClient client(listener->port());
        client.send("POST", modernBody("1", "tools/call", R"("name":"held")"),
                    modernHeaders("tools/call", "held"));
        QTRY_COMPARE(gate->held.size(), std::size_t(1));
        listener.reset();
        QCOMPARE(gate->cancelled.size(), std::size_t(1));
        QVERIFY(client.waitClosed());
    }
};

QTEST_GUILESS_MAIN(tst_HttpLoad)
#include "tst_httpload.moc"
