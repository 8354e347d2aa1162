// SPDX-License-Identifier: GPL-3.0-or-later
// One request, one answer: the vectors that a server must satisfy to pass the public conformance
// suites.
#include "fakes.h"
#include "httpclient.h"

#include "mcp/transport/httplistener.h"
#include "support/testcase.h"

using namespace TestMcp;
using Base::Json;

class tst_Golden : public Support::TestCase
{
    Q_OBJECT

protected:
    void setUp() override
    {
        server = std::make_unique<Mcp::Server>(gate, serverInfo(), "0123456789abcdef");
        listener = std::make_unique<Mcp::HttpListener>(*server, &authenticator, Mcp::HttpOptions{});
        QVERIFY(listener->listen());
        client = std::make_unique<HttpClient>(listener->port());
    }
    void tearDown() override
    {
        client.reset();
        listener.reset();
        server.reset();
    }

private:
    FakeGate gate;
    FakeAuthenticator authenticator;
    std::unique_ptr<Mcp::Server> server;
    std::unique_ptr<Mcp::HttpListener> listener;
    std::unique_ptr<HttpClient> client;

    static void row(const char *name, const QByteArray &body, const Headers &headers, int status,
                    int code, const QByteArray &id = "1")
    {
        QTest::newRow(name) << QByteArray("POST") << body << QVariant::fromValue(headers) << status
                            << code << id;
    }

private Q_SLOTS:
    void everyVectorGetsItsStatusAndCode_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QVariant>("headers");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("id"); // raw; empty: the answer must not have one
        const QByteArray list = modernBody("1", "tools/list");
        const Headers listHeaders = modernHeaders("tools/list");
        const auto with = [](Headers headers, const Headers &more) {
            headers.insert(headers.end(), more.begin(), more.end());
            return headers;
        };
        for (const char *method : {"PUT", "PATCH", "OPTIONS", "GET", "DELETE"})
            QTest::newRow(method) << QByteArray(method) << QByteArray()
                                  << QVariant::fromValue(Headers{}) << 405 << 0 << QByteArray();
        row("text/plain", list, with(listHeaders, {{"Content-Type", "text/plain"}}), 415, -32600,
            "");
        row("charset", list,
            with(listHeaders, {{"Content-Type", "Application/JSON; charset=utf-8"}}), 200, 0);
        row("no content type", list, with(listHeaders, {{"Content-Type", QByteArray()}}), 415,
            -32600, "");
        row("half an object", "{", listHeaders, 400, -32700, "");
        row("no body", "", listHeaders, 400, -32700, "");
        row("batch", "[]", listHeaders, 400, -32600, "");
        row("a string", "\"x\"", listHeaders, 400, -32600, "");
        row("no jsonrpc", R"({"id":1,"method":"tools/list"})", listHeaders, 400, -32600);
        row("no method", R"({"jsonrpc":"2.0","id":1})", listHeaders, 400, -32600);
        row("method is a number", R"({"jsonrpc":"2.0","id":1,"method":7})", listHeaders, 400,
            -32600);
        row("id is null", R"({"jsonrpc":"2.0","id":null,"method":"tools/list"})", listHeaders, 400,
            -32600, "");
        row("id is a list", R"({"jsonrpc":"2.0","id":[1],"method":"tools/list"})", listHeaders, 400,
            -32600, "");
        row("id is true", R"({"jsonrpc":"2.0","id":true,"method":"tools/list"})", listHeaders, 400,
            -32600, "");
        row("params are a list", R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]})",
            listHeaders, 400, -32602);
        row("evil origin", list, with(listHeaders, {{"Origin", "http://evil.example.com"}}), 403,
            -32600, "");
        row("null origin", list, with(listHeaders, {{"Origin", "null"}}), 403, -32600, "");
        row("evil host", list, with(listHeaders, {{"Host", "evil.example.com"}}), 403, -32600, "");
        row("list", list, listHeaders, 200, 0);
        row("text id", modernBody("\"abc\"", "tools/list"), listHeaders, 200, 0, "\"abc\"");
        row("id 0", modernBody("0", "tools/list"), listHeaders, 200, 0, "0");
        row("id \"0\"", modernBody("\"0\"", "tools/list"), listHeaders, 200, 0, "\"0\"");
        row("largest id", modernBody("18446744073709551615", "tools/list"), listHeaders, 200, 0,
            "18446744073709551615");
        row("larger than 64 bits", modernBody("123456789012345678901234567890", "tools/list"),
            listHeaders, 200, 0, "123456789012345678901234567890");
        row("no Mcp-Method", list, {{"MCP-Protocol-Version", kModernVersion}}, 400, -32020);
        row("Tools/List", list, with(listHeaders, {{"Mcp-Method", "Tools/List"}}), 400, -32020);
        row("spaces around", list, with(listHeaders, {{"Mcp-Method", "  tools/list  "}}), 200, 0);
        row("header names in capitals", list,
            {{"MCP-PROTOCOL-VERSION", kModernVersion}, {"MCP-METHOD", "tools/list"}}, 200, 0);
        row("no version header", list, {{"Mcp-Method", "tools/list"}}, 400, -32020);
        row("older version header", list,
            with(listHeaders, {{"MCP-Protocol-Version", "2025-11-25"}}), 400, -32020);
        row("modern header, no _meta", legacyBody("1", "tools/list"), listHeaders, 400, -32602);
        row("modern header, no params", R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})",
            listHeaders, 400, -32602);
        row("version is a number",
            legacyBody("1", "tools/list",
                       R"({"_meta":{"io.modelcontextprotocol/protocolVersion":1}})"),
            listHeaders, 400, -32602);
        row("no capabilities",
            legacyBody("1", "tools/list",
                       R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}})"),
            listHeaders, 400, -32602);
        row("both 2099", QByteArray(list).replace("2026-07-28", "2099-01-01"),
            with(listHeaders, {{"MCP-Protocol-Version", "2099-01-01"}}), 400, -32022);
        row("unknown header version, no _meta", legacyBody("1", "tools/list"),
            {{"MCP-Protocol-Version", "2099-01-01"}}, 400, -32602);
        row("bad log level",
            modernBody("1", "tools/list", {}, R"("io.modelcontextprotocol/logLevel":"loud")"),
            listHeaders, 400, -32602);
        row("good log level",
            modernBody("1", "tools/list", {}, R"("io.modelcontextprotocol/logLevel":"info")"),
            listHeaders, 200, 0);
        for (const char *method : {"foo/bar", "ping", "initialize", "logging/setLevel",
                                   "resources/subscribe", "prompts/list", "resources/list"})
            row(method, modernBody("0", method), modernHeaders(method), 404, -32601, "0");
        row("unknown tool", modernBody("1", "tools/call", R"("name":"zzz")"),
            modernHeaders("tools/call", "zzz"), 200, -32602);
        const QByteArray call = modernBody("1", "tools/call", R"("name":"echo")");
        row("call", call, modernHeaders("tools/call", "echo"), 200, 0);
        row("name in base64", call, modernHeaders("tools/call", "=?base64?ZWNobw==?="), 200, 0);
        row("bad base64", call, modernHeaders("tools/call", "=?base64?ZWN*?="), 400, -32020);
        row("unpadded base64", call, modernHeaders("tools/call", "=?base64?ZWNobw?="), 400, -32020);
        row("half a marker", call, modernHeaders("tools/call", "=?base64?ZWNobw=="), 400, -32020);
        row("marker in capitals", call, modernHeaders("tools/call", "=?BASE64?ZWNobw==?="), 400,
            -32020);
        row("name with spaces around", call, modernHeaders("tools/call", "   echo  "), 200, 0);
        row("other name", call, modernHeaders("tools/call", "held"), 400, -32020);
        row("name in capitals", call, modernHeaders("tools/call", "Echo"), 400, -32020);
        row("raw byte in name", call, modernHeaders("tools/call", "ech\xc3\xb6"), 400, -32020);
        row("no name header", call, modernHeaders("tools/call"), 400, -32020);
        row("no tool name", modernBody("1", "tools/call"), modernHeaders("tools/call", "echo"), 400,
            -32020);
        row("cursor", modernBody("1", "tools/list", R"("cursor":"xx")"), listHeaders, 200, -32602);
        row("empty cursor", modernBody("1", "tools/list", R"("cursor":"")"), listHeaders, 200,
            -32602);
        row("stray session id", list, with(listHeaders, {{"Mcp-Session-Id", "x"}}), 200, 0);
        row("a response", R"({"jsonrpc":"2.0","id":1,"result":{}})", listHeaders, 400, -32600);
        row("discover without _meta", legacyBody("1", "server/discover"), {}, 400, -32602);
        row("legacy without session", legacyBody("1", "tools/list"), {}, 400, -32600);
        row("legacy with unknown session", legacyBody("1", "tools/list"), {{"Mcp-Session-Id", "x"}},
            404, -32001);
        row("legacy version with session", legacyBody("1", "tools/list"),
            {{"Mcp-Session-Id", "x"}, {"MCP-Protocol-Version", "2024-01-01"}}, 400, -32600);
        row("notification", R"({"jsonrpc":"2.0","method":"notifications/whatever"})", listHeaders,
            202, 0, "");
        row("no token", list, with(listHeaders, {{"Authorization", QByteArray()}}), 401, 0, "");
        row("wrong token", list, with(listHeaders, {{"Authorization", "Bearer mallory"}}), 401, 0,
            "");
        row("basic", list, with(listHeaders, {{"Authorization", "Basic YTpi"}}), 400, 0, "");
        row("scheme in capitals", list, with(listHeaders, {{"Authorization", "BEARER alice"}}), 200,
            0);
    }
    void everyVectorGetsItsStatusAndCode()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, body);
        QFETCH(QVariant, headers);
        QFETCH(int, status);
        QFETCH(int, code);
        QFETCH(QByteArray, id);
        const Reply reply = client->ask(method, body, headers.value<Headers>());
        QCOMPARE(reply.status, status);
        QCOMPARE(reply.code(), code);
        if (status == 405)
            QVERIFY(!reply.header("Allow").isEmpty());
        if (status == 401)
            QVERIFY(reply.header("WWW-Authenticate").startsWith("Bearer"));
        if (status == 405 || status == 401 || status == 202) {
            QVERIFY(reply.body.isEmpty());
            return;
        }
        if (!id.isEmpty())
            QCOMPARE(QByteArray::fromStdString(
                         std::string(Mcp::rawMember(reply.body.toStdString(), "id"))),
                     id);
        else if (!reply.body.isEmpty())
            QVERIFY(!reply.json().contains("id"));
    }

    void modernResultsCarryWhatTheRevisionDemands()
    {
        const Json list
            = client->ask("POST", modernBody("1", "tools/list"), modernHeaders("tools/list"))
                  .json()["result"];
        QCOMPARE(list["resultType"], Json("complete"));
        QCOMPARE(list["ttlMs"], Json(0));
        QCOMPARE(list["cacheScope"], Json("private"));
        QCOMPARE(list["_meta"]["io.modelcontextprotocol/serverInfo"]["name"],
                 Json("turso-companion"));
        QCOMPARE(list["tools"].size(), std::size_t(3));
        const Json tool = list["tools"][0];
        QCOMPARE(tool["title"], Json("Title of echo"));
        QCOMPARE(tool["annotations"]["destructiveHint"], Json(true));
        QVERIFY(tool["outputSchema"].is_object());

        const Json discover = client
                                  ->ask("POST", modernBody("1", "server/discover"),
                                        modernHeaders("server/discover"))
                                  .json()["result"];
        QCOMPARE(discover["supportedVersions"], Json::array({"2026-07-28"}));
        const Json tasks = {{"io.modelcontextprotocol/tasks", Json::object()}};
        QCOMPARE(discover["capabilities"],
                 Json({{"tools", {{"listChanged", true}}}, {"extensions", tasks}}));
        QCOMPARE(discover["instructions"], Json("Writes may wait for the person."));
        QCOMPARE(discover["cacheScope"], Json("private"));

        const Json call
            = client
                  ->ask("POST",
                        modernBody("1", "tools/call",
                                   "\"name\":\"echo\",\"arguments\":{\"a\":\"\\\"\\u00e9\\n\"}"),
                        modernHeaders("tools/call", "echo"))
                  .json()["result"];
        QCOMPARE(call["resultType"], Json("complete"));
        QCOMPARE(call["structuredContent"], Json({{"a", "\"é\n"}}));
        const Json text = call["content"][0]["text"];
        QCOMPARE(Base::parseJson(text.get<std::string>()).value(), call["structuredContent"]);
        QVERIFY(!call.contains("isError"));
    }

    void anUnsupportedVersionLearnsWhatIsSpoken()
    {
        const Reply reply
            = client->ask("POST", modernBody("1", "tools/list").replace("2026-07-28", "2099-01-01"),
                          {{"MCP-Protocol-Version", "2099-01-01"}, {"Mcp-Method", "tools/list"}});
        QCOMPARE(reply.json()["error"]["data"],
                 Json({{"supported", {"2026-07-28"}}, {"requested", "2099-01-01"}}));
    }

    void legacyNegotiatesItsRevision_data()
    {
        QTest::addColumn<QByteArray>("asked");
        QTest::addColumn<QByteArray>("given");
        QTest::newRow("2025-11-25") << QByteArray("2025-11-25") << QByteArray("2025-11-25");
        QTest::newRow("2025-06-18") << QByteArray("2025-06-18") << QByteArray("2025-06-18");
        QTest::newRow("2025-03-26") << QByteArray("2025-03-26") << QByteArray("2025-03-26");
        QTest::newRow("2024-11-05 is for lines only")
            << QByteArray("2024-11-05") << QByteArray("2025-11-25");
        QTest::newRow("never the modern one")
            << QByteArray("2026-07-28") << QByteArray("2025-11-25");
        QTest::newRow("unknown") << QByteArray("2099-01-01") << QByteArray("2025-11-25");
    }
    void legacyNegotiatesItsRevision()
    {
        QFETCH(QByteArray, asked);
        QFETCH(QByteArray, given);
        const Reply reply = client->ask("POST", initializeBody(asked));
        QCOMPARE(reply.status, 200);
        const QByteArray id = reply.header("Mcp-Session-Id");
        QVERIFY(!id.isEmpty());
        for (const char c : id)
            QVERIFY(c > 0x20 && c < 0x7F);
        const Json result = reply.json()["result"];
        QCOMPARE(result["protocolVersion"], Json(given.toStdString()));
        QCOMPARE(result["serverInfo"]["version"], Json("1.2.3"));
        QCOMPARE(result["capabilities"],
                 Json({{"tools", {{"listChanged", true}}}, {"logging", Json::object()}}));

        const Headers session = {{"Mcp-Session-Id", id}, {"MCP-Protocol-Version", given}};
        QCOMPARE(
            client
                ->ask("POST", R"({"jsonrpc":"2.0","method":"notifications/initialized"})", session)
                .status,
            202);
        QCOMPARE(client->ask("POST", legacyBody("2", "ping"), session).json()["result"],
                 Json(Json::object()));
        const Json tool = client->ask("POST", legacyBody("3", "tools/list"), session)
                              .json()["result"]["tools"][0];
        QCOMPARE(tool.contains("outputSchema"), given != "2025-03-26");
        const Json call
            = client->ask("POST", legacyBody("4", "tools/call", R"({"name":"echo"})"), session)
                  .json()["result"];
        QCOMPARE(call.contains("structuredContent"), given != "2025-03-26");
        QVERIFY(!call.contains("resultType"));
        QCOMPARE(gate.lastCall.clientName, std::string("tester"));
        QCOMPARE(gate.lastCall.clientVersion, std::string("9"));
        QVERIFY(!gate.lastCall.sessionId.empty());
        QVERIFY(!gate.lastCall.modern);
        const Reply unknown = client->ask("POST", legacyBody("5", "foo/bar"), session);
        QCOMPARE(unknown.status, 200);
        QCOMPARE(unknown.code(), -32601);
    }

    void argumentsAreTakenAsHostsSendThem_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("seen"); // empty: refused
        QTest::newRow("missing") << QByteArray("") << QByteArray("{}");
        QTest::newRow("null") << QByteArray(R"(,"arguments":null)") << QByteArray("{}");
        QTest::newRow("object") << QByteArray(R"(,"arguments":{"a":1})")
                                << QByteArray(R"({"a":1})");
        QTest::newRow("string") << QByteArray(",\"arguments\":\"{\\\"a\\\":1}\"")
                                << QByteArray(R"({"a":1})");
        QTest::newRow("string of a list") << QByteArray(R"(,"arguments":"[1]")") << QByteArray();
        QTest::newRow("string of nothing") << QByteArray(R"(,"arguments":"")") << QByteArray();
        QTest::newRow("list") << QByteArray(R"(,"arguments":[1])") << QByteArray();
        QTest::newRow("number") << QByteArray(R"(,"arguments":7)") << QByteArray();
    }
    void argumentsAreTakenAsHostsSendThem()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, seen);
        const QByteArray call = R"({"name":"echo")" + params + "}";
        for (const char *version : {"2025-11-25", "2025-06-18"}) {
            const QByteArray id = openSession(*client, version);
            const Reply reply = client->ask("POST", legacyBody("4", "tools/call", call),
                                            {{"Mcp-Session-Id", id}});
            QCOMPARE(reply.status, 200);
            if (!seen.isEmpty()) {
                QCOMPARE(reply.json()["result"]["content"][0]["text"], Json(seen.toStdString()));
            } else if (version == QByteArray("2025-11-25")) {
                QCOMPARE(reply.json()["result"]["isError"], Json(true));
            } else {
                QCOMPARE(reply.code(), -32602);
            }
        }
    }
};

QTEST_GUILESS_MAIN(tst_Golden)
#include "tst_golden.moc"
