// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept for clients that are away: how long, how much, and what goes when it is too much.
#include "scriptsources.h"

#include "mcp/server/httpendpoint.h"
#include "mcp/server/lineendpoint.h"
#include "support/testcase.h"

using namespace TestMcp;

namespace
{

/// A connection that writes down what it is sent.
struct Wire final : Mcp::HttpOutlet {
    bool canStream() const override { return true; }
    void notify(std::string_view message) override { events.emplace_back(message); }
    void finish(std::string_view message) override { events.emplace_back(message); }
    void refuse(int, std::string_view message) override { events.emplace_back(message); }
    void endStream() override { }
    void openStream() override { }
    void sendEvent(std::string_view id, std::string_view message) override
    {
        lastId = id;
        events.emplace_back(message);
    }
    void answer(const Mcp::HttpAnswer &answer) override
    {
        session = answer.sessionId;
        events.emplace_back(answer.body);
    }
    bool has(std::string_view text) const
    {
        return std::any_of(events.begin(), events.end(), [text](const std::string &one) {
            return one.find(text) != std::string::npos;
        });
    }

    std::vector<std::string> events;
    std::string lastId;
    std::string session;
};

} // namespace

class tst_KeptStreams : public Support::TestCase
{
    Q_OBJECT

protected:
    void tearDown() override
    {
        endpoint.reset();
        server.reset();
        wires.clear();
        gate.held.clear();
    }

private:
    void start(const Mcp::ReplayLimits &limits)
    {
        server = std::make_unique<Mcp::Server>(Mcp::Sources(gate, &resources), serverInfo(),
                                               "0123456789abcdef", limits);
        endpoint = std::make_unique<Mcp::HttpEndpoint>(*server);
    }
    Wire &send(const std::string &method, const std::string &session, const std::string &body = {})
    {
        wires.push_back(std::make_unique<Wire>());
        Mcp::HttpRequest request;
        request.method = method;
        request.accept.add("application/json, text/event-stream");
        request.body = body;
        if (!session.empty())
            request.session.add(session);
        endpoint->serve(request, {"alice", "Alice"}, *wires.back());
        return *wires.back();
    }
    std::string open()
    {
        return send("POST", {},
                    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{)"
                    R"("protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},)"
                    R"("clientInfo":{"name":"c","version":"1"}}})")
            .session;
    }
    Wire &subscribe(const std::string &session, const std::string &uri)
    {
        const std::string params = Base::dumpJson({{"uri", uri}});
        return send("POST", session,
                    R"({"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":)" + params
                        + '}');
    }

    ScriptGate gate;
    ScriptResources resources;
    std::unique_ptr<Mcp::Server> server;
    std::unique_ptr<Mcp::HttpEndpoint> endpoint;
    std::vector<std::unique_ptr<Wire>> wires;

private Q_SLOTS:
    void aStreamThatGoesInTheMiddleOfItsQuestionsTakesItsCallAlong()
    {
        start({.bytes = 10});
        const std::string session = open();
        Wire &wire
            = send("POST", session,
                   R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"held"}})");
        QCOMPARE(gate.held.size(), std::size_t(1));
        gate.held.begin()->second.report(Mcp::StreamPause{});
        server->hungUp(wire);
        QCOMPARE(server->keptStreams(), std::size_t(1));
        const auto question = [](const char *key) {
            return Mcp::InputRequest{key, "elicitation/create", {{"message", "?"}}};
        };
        // Each of the two is more than may be kept.
        gate.held.extract(gate.held.begin())
            .mapped()
            .reply(Mcp::InputRequired{{question("a"), question("b")}, {}});
        QTRY_COMPARE(server->keptStreams(), std::size_t(0));
        QTRY_COMPARE(server->callsInFlight(), std::size_t(0));
    }

    void whoeverListensIsToldEvenIfItIsTooMuchToKeep()
    {
        start({.bytes = 200});
        std::vector<std::string> sessions;
        for (int i = 0; i < 4; ++i) {
            sessions.push_back(open());
            subscribe(sessions.back(), "res://1");
            Wire &stream = send("GET", sessions.back());
            if (i < 3)
                server->hungUp(stream);
        }
        Wire &live = *wires.back();
        QCOMPARE(server->subscriptionCount(), std::size_t(4));
        for (int i = 0; i < 3; ++i)
            server->resourceUpdated("res://1");
        const auto told
            = std::count_if(live.events.begin(), live.events.end(), [](const auto &one) {
                  return one.find("resources/updated") != std::string::npos;
              });
        QCOMPARE(told, 3);
        QTRY_COMPARE(server->keptStreams(), std::size_t(1)); // it alone is more than may be kept
        QTRY_COMPARE(server->subscriptionCount(), std::size_t(1));
    }

    void aSessionKeepsItsResourcesWhenItsStreamIsForgotten()
    {
        start({.kept = std::chrono::milliseconds(1)});
        const std::string session = open();
        QVERIFY(subscribe(session, "res://1").has(R"("result":{})"));
        server->hungUp(send("GET", session));
        QTRY_COMPARE(server->keptStreams(), std::size_t(0));
        QCOMPARE(server->subscriptionCount(), std::size_t(0));
        const Wire &again = send("GET", session);
        server->resourceUpdated("res://1");
        QVERIFY(again.has("notifications/resources/updated"));
    }

    void sessionsThatAreNeverEndedDoNotUseUpAllSubscriptions()
    {
        start({});
        const std::string first = open();
        QVERIFY(subscribe(first, "res://1").has(R"("result":{})"));
        Wire &listening = send("GET", first);
        for (int i = 0; i < 1200; ++i)
            QVERIFY(subscribe(open(), "res://2").has(R"("result":{})"));
        server->resourceUpdated("res://1");
        QVERIFY(listening.has("notifications/resources/updated")); // who listens is not forgotten
    }

    void aSessionHoldsSoManyResourcesAndNoMore()
    {
        start({});
        const std::string session = open();
        for (int i = 0; i < 256; ++i)
            QVERIFY(subscribe(session, "res://" + std::to_string(i)).has(R"("result":{})"));
        QVERIFY(subscribe(session, "res://256").has("-32603"));
        QVERIFY(subscribe(session, "res://7").has(R"("result":{})")); // that one it has
    }

    void aLineListensSoManyTimesAndNoMore()
    {
        start({});
        Wire wire;
        Mcp::LineEndpoint line(*server, {"alice", "Alice"}, wire);
        for (int i = 0; i < 40; ++i)
            line.serve(R"({"jsonrpc":"2.0","id":)" + std::to_string(i)
                       + R"(,"method":"subscriptions/listen","params":{"notifications":)"
                         R"({"toolsListChanged":true},"_meta":{)"
                         R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                         R"("io.modelcontextprotocol/clientCapabilities":{}}}})");
        QCOMPARE(wire.events.size(), std::size_t(40));
        QVERIFY(wire.events[31].find("acknowledged") != std::string::npos);
        QVERIFY(wire.events[32].find("-32603") != std::string::npos);
        QCOMPARE(server->subscriptionCount(), std::size_t(32));
        server->hungUp(wire);
        QCOMPARE(server->subscriptionCount(), std::size_t(0));
    }
};

QTEST_GUILESS_MAIN(tst_KeptStreams)
#include "tst_keptstreams.moc"
