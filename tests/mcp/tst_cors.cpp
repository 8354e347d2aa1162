// SPDX-License-Identifier: GPL-3.0-or-later
// Which pages a browser lets in.
#include "fakes.h"
#include "httpclient.h"

#include "mcp/transport/httplistener.h"
#include "support/testcase.h"

using namespace TestMcp;

namespace
{

const QByteArray kPage = "https://inspector.example";
const QByteArray kFixed = "authorization, content-type, last-event-id, mcp-session-id, "
                          "mcp-protocol-version, mcp-method, mcp-name";

} // namespace

class tst_Cors : public Support::TestCase
{
    Q_OBJECT

protected:
    void tearDown() override
    {
        listener.reset();
        server.reset();
    }

private:
    void start(std::vector<std::string> origins)
    {
        gate = std::make_unique<FakeGate>();
        server = std::make_unique<Mcp::Server>(*gate, serverInfo(), "0123456789abcdef");
        Mcp::HttpOptions options;
        options.allowedOrigins = std::move(origins);
        listener = std::make_unique<Mcp::HttpListener>(*server, &authenticator, options);
        QVERIFY(listener->listen());
    }

    FakeAuthenticator authenticator;
    std::unique_ptr<FakeGate> gate;
    std::unique_ptr<Mcp::Server> server;
    std::unique_ptr<Mcp::HttpListener> listener;

private Q_SLOTS:
    void preflights_data()
    {
        QTest::addColumn<QByteArray>("origin"); // null: none
        QTest::addColumn<QByteArray>("method"); // Access-Control-Request-Method; null: none
        QTest::addColumn<QByteArray>("requested"); // Access-Control-Request-Headers
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("more"); // allowed besides the fixed ones
        const QByteArray none;
        const auto row = [](const char *name, const QByteArray &origin, const QByteArray &method,
                            const QByteArray &requested, const QByteArray &token, int status,
                            const QByteArray &more = {}) {
            QTest::newRow(name) << origin << method << requested << token << status << more;
        };
        row("allowed", kPage, "POST", "authorization,content-type", none, 204);
        row("no headers asked", kPage, "GET", none, none, 204);
        row("DELETE", kPage, "DELETE", none, none, 204);
        row("with a token", kPage, "POST", none, "Bearer alice", 204);
        row("with a wrong token", kPage, "POST", none, "Bearer mallory", 204);
        row("parameters", kPage, "POST", "Mcp-Param-Region, mcp-param-x-1,content-type", none, 204,
            ", mcp-param-region, mcp-param-x-1");
        row("no token of a parameter", kPage, "POST",
            "mcp-param-a b, mcp-param-(x), mcp-param-, ,mcp-param-ok", none, 204, ", mcp-param-ok");
        row("other headers", kPage, "POST", "x-evil, cookie, mcp-paramx", none, 204);
        row("second allowed origin", "http://localhost:6274", "POST", none, none, 204);
        row("not a preflight", kPage, none, none, none, 401);
        row("not a preflight, with a token", kPage, none, none, "Bearer alice", 405);
        row("foreign", "https://evil.example", "POST", none, none, 403);
        row("null", "null", "POST", none, none, 403);
        row("longer", kPage + ".evil", "POST", none, none, 403);
        row("capitals", "https://INSPECTOR.example", "POST", none, none, 403);
        row("own origin", "http://127.0.0.1:PORT", "POST", none, none, 401);
        row("no origin", none, "POST", none, none, 401);
        row("no origin, with a token", none, "POST", none, "Bearer alice", 405);
    }
    void preflights()
    {
        QFETCH(QByteArray, origin);
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, requested);
        QFETCH(QByteArray, token);
        QFETCH(int, status);
        QFETCH(QByteArray, more);
        start({kPage.toStdString(), "http://localhost:6274"});
        origin.replace("PORT", QByteArray::number(listener->port()));
        HttpClient client(listener->port());
        const Headers headers = {{"Origin", origin},
                                 {"Access-Control-Request-Method", method},
                                 {"Access-Control-Request-Headers", requested},
                                 {"Authorization", token}};
        for (int i = 0; i < 2; ++i) { // the connection stays usable
            const Reply reply = client.ask("OPTIONS", "", headers);
            QCOMPARE(reply.status, status);
            const bool named = origin == kPage || origin == "http://localhost:6274";
            QCOMPARE(reply.header("Access-Control-Allow-Origin"), named ? origin : QByteArray());
            QCOMPARE(reply.header("Vary"), QByteArray(named ? "Origin" : ""));
            const bool granted = status == 204;
            QCOMPARE(reply.header("Access-Control-Allow-Methods"),
                     QByteArray(granted ? "GET, POST, DELETE" : ""));
            QCOMPARE(reply.header("Access-Control-Allow-Headers"),
                     granted ? kFixed + more : QByteArray());
            QCOMPARE(reply.header("Access-Control-Max-Age").toInt() > 0, granted);
            QCOMPARE(reply.head.contains("Content-Length"), !granted);
        }
    }

    void withoutAllowedOriginsThereAreNoPreflights()
    {
        start({});
        HttpClient client(listener->port());
        const Reply reply = client.ask(
            "OPTIONS", "", {{"Origin", kPage}, {"Access-Control-Request-Method", "POST"}});
        QCOMPARE(reply.status, 403);
        QVERIFY(!reply.head.contains("Access-Control"));
    }

    void anAllowedPageMayReadTheAnswers()
    {
        start({kPage.toStdString()});
        HttpClient client(listener->port());
        const Headers page = {{"Origin", kPage}};
        const auto readable = [&](const Reply &reply) {
            return reply.header("Access-Control-Allow-Origin") == kPage
                && reply.header("Vary") == "Origin"
                && reply.header("Access-Control-Expose-Headers")
                == "Mcp-Session-Id, WWW-Authenticate";
        };
        const Reply opened = client.ask("POST", initializeBody("2025-11-25"), page);
        QCOMPARE(opened.status, 200);
        QVERIFY(readable(opened));
        QVERIFY(!opened.header("Mcp-Session-Id").isEmpty());
        auto stranger = page;
        stranger.push_back({"Authorization", QByteArray()});
        const Reply refused = client.ask("POST", "{}", stranger);
        QCOMPARE(refused.status, 401);
        QVERIFY(readable(refused));
        QVERIFY(readable(client.ask("POST", "nonsense", page)));
        // And nobody else is told anything.
        QVERIFY(!client.ask("POST", initializeBody("2025-11-25")).head.contains("Access-Control"));
        const QByteArray own = "http://127.0.0.1:" + QByteArray::number(listener->port());
        const Reply same = client.ask("POST", initializeBody("2025-11-25"), {{"Origin", own}});
        QCOMPARE(same.status, 200);
        QVERIFY(!same.head.contains("Access-Control"));
        const Reply foreign = client.ask("POST", "{}", {{"Origin", "https://evil.example"}});
        QCOMPARE(foreign.status, 403);
        QVERIFY(!foreign.head.contains("Access-Control"));
    }
};

QTEST_GUILESS_MAIN(tst_Cors)
#include "tst_cors.moc"
