// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes.h"

#include "http/requestparser.h"
#include "mcp/protocol/headervalue.h"
#include "mcp/protocol/revision.h"
#include "mcp/transport/requestguard.h"
#include "support/testcase.h"

using namespace Mcp;
using Http::ParserLimits;
using Http::RequestParser;

namespace
{

struct Head {
    std::vector<QByteArray> host = {"127.0.0.1:7777"};
    std::vector<QByteArray> origin = {};
    QByteArray target = "/mcp";
    std::vector<QByteArray> authorization = {"Bearer alice"};
    QByteArray method = "POST";
    std::vector<QByteArray> type = {"application/json"};
};

HttpRequest request(const Head &head)
{
    HttpRequest request;
    request.method = head.method.toStdString();
    request.target = head.target.toStdString();
    const auto fill = [](HeaderField &field, const std::vector<QByteArray> &values) {
        for (const QByteArray &value : values)
            field.add(value.toStdString());
    };
    fill(request.host, head.host);
    fill(request.origin, head.origin);
    fill(request.authorization, head.authorization);
    fill(request.contentType, head.type);
    return request;
}

} // namespace

class tst_RequestGuard : public Support::TestCase
{
    Q_OBJECT

private:
    TestMcp::FakeAuthenticator authenticator;
    static void row(const char *name, int status, const Head &head, int port = 7777)
    {
        QTest::newRow(name) << QVariant::fromValue(head) << status << port;
    }

private Q_SLOTS:
    void decidesByTheHeadAlone_data()
    {
        QTest::addColumn<QVariant>("head");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("port");
        row("plain", 0, {});
        // Host
        row("localhost", 0, {.host = {"localhost:7777"}});
        row("LOCALHOST", 0, {.host = {"LocalHost:7777"}});
        row("IPv6", 0, {.host = {"[::1]:7777"}});
        row("no host", 400, {.host = {}});
        row("two hosts", 400, {.host = {"127.0.0.1:7777", "127.0.0.1:7777"}});
        row("empty host", 403, {.host = {""}});
        row("other port", 403, {.host = {"127.0.0.1:7778"}});
        row("no port", 403, {.host = {"127.0.0.1"}});
        row("no port on 80", 0, {.host = {"localhost"}}, 80);
        row("port 80 named", 0, {.host = {"localhost:80"}}, 80);
        row("longer port", 403, {.host = {"127.0.0.1:77777"}});
        row("shorter port", 403, {.host = {"127.0.0.1:777"}});
        row("leading zero", 403, {.host = {"127.0.0.1:07777"}});
        row("rebound name", 403, {.host = {"evil.example.com:7777"}});
        row("suffix of localhost", 403, {.host = {"localhost.evil.example.com:7777"}});
        row("prefix of localhost", 403, {.host = {"evil-localhost:7777"}});
        row("other loopback", 403, {.host = {"127.0.0.2:7777"}});
        row("all interfaces", 403, {.host = {"0.0.0.0:7777"}});
        row("user part", 403, {.host = {"x@127.0.0.1:7777"}});
        row("bare IPv6", 403, {.host = {"::1:7777"}});
        // Origin
        row("own origin", 0, {.origin = {"http://127.0.0.1:7777"}});
        row("own origin, name", 0, {.origin = {"http://localhost:7777"}});
        row("own origin, IPv6", 0, {.origin = {"http://[::1]:7777"}});
        row("allowed origin", 0, {.origin = {"http://localhost:6274"}});
        row("allowed origin, other port", 403, {.origin = {"http://localhost:6275"}});
        row("null origin", 403, {.origin = {"null"}});
        row("empty origin", 403, {.origin = {""}});
        row("https", 403, {.origin = {"https://127.0.0.1:7777"}});
        row("foreign origin", 403, {.origin = {"http://evil.example.com"}});
        row("origin that begins like ours", 403,
            {.origin = {"http://localhost:7777.evil.example"}});
        row("origin with a path", 403, {.origin = {"http://localhost:7777/"}});
        row("two origins", 403, {.origin = {"http://localhost:7777", "http://localhost:7777"}});
        row("extension", 403, {.origin = {"chrome-extension://abc"}});
        // Route
        row("query", 0, {.target = "/mcp?x=1"});
        row("root", 404, {.target = "/"});
        row("slash behind", 404, {.target = "/mcp/"});
        row("longer", 404, {.target = "/mcp2"});
        row("capitals", 404, {.target = "/MCP"});
        row("escaped", 404, {.target = "/%6dcp"});
        row("dots", 404, {.target = "/x/../mcp"});
        row("absolute", 404, {.target = "http://127.0.0.1:7777/mcp"});
        row("empty target", 404, {.target = ""});
        row("star", 404, {.target = "*", .method = "OPTIONS"});
        // Bearer
        row("no token", 401, {.authorization = {}});
        row("unknown token", 401, {.authorization = {"Bearer mallory"}});
        row("lower-case scheme", 0, {.authorization = {"bearer alice"}});
        row("spaces before the token", 0, {.authorization = {"Bearer   alice"}});
        row("empty", 400, {.authorization = {""}});
        row("scheme alone", 400, {.authorization = {"Bearer"}});
        row("scheme and spaces", 400, {.authorization = {"Bearer   "}});
        row("other scheme", 400, {.authorization = {"Basic YWxpY2U6"}});
        row("no scheme", 400, {.authorization = {"alice"}});
        row("two words", 400, {.authorization = {"Bearer alice bob"}});
        row("comma", 400, {.authorization = {"Bearer alice,bob"}});
        row("two headers", 400, {.authorization = {"Bearer alice", "Bearer alice"}});
        // Method
        row("GET", 0, {.method = "GET", .type = {}});
        row("DELETE", 0, {.method = "DELETE", .type = {}});
        for (const char *method : {"HEAD", "OPTIONS", "PUT", "PATCH", "TRACE", "CONNECT", "post"})
            row(method, 405, {.method = method});
        // Content type
        row("charset", 0, {.type = {"application/json; charset=utf-8"}});
        row("space before semicolon", 0, {.type = {"application/json ;charset=utf-8"}});
        row("capitals in type", 0, {.type = {"Application/JSON"}});
        row("no type", 415, {.type = {}});
        row("empty type", 415, {.type = {""}});
        row("text", 415, {.type = {"text/plain"}});
        row("form", 415, {.type = {"application/x-www-form-urlencoded"}});
        row("longer type", 415, {.type = {"application/jsonx"}});
        row("json-seq", 415, {.type = {"application/json-seq"}});
        row("two types", 415, {.type = {"application/json", "application/json"}});
    }
    void decidesByTheHeadAlone()
    {
        QFETCH(QVariant, head);
        QFETCH(int, status);
        QFETCH(int, port);
        const GuardRules rules{.port = static_cast<std::uint16_t>(port),
                               .allowedOrigins = {"http://localhost:6274"},
                               .authenticator = &authenticator};
        const GuardVerdict verdict = guardRequest(request(head.value<Head>()), rules);
        QCOMPARE(verdict.status, status);
        QCOMPARE(verdict.principal.id, std::string(status == 0 ? "alice" : ""));
        QCOMPARE(!verdict.allow.empty(), status == 405);
        if (status == 401)
            QVERIFY(verdict.challenge.starts_with("Bearer"));
    }

    void theFirstFailureDecides()
    {
        // Each row mends the first fault of the one before.
        Head head{.host = {"evil:1"},
                  .origin = {"null"},
                  .target = "/x",
                  .authorization = {},
                  .method = "POST",
                  .type = {}};
        const GuardRules rules{.port = 7777, .authenticator = &authenticator};
        const auto status = [&] {
            return guardRequest(request(head), rules).status;
        };
        QCOMPARE(status(), 403);
        head.host = {"127.0.0.1:7777"};
        QCOMPARE(status(), 403);
        head.origin = {};
        QCOMPARE(status(), 404);
        head.target = "/mcp";
        QCOMPARE(status(), 401);
        head.authorization = {"Bearer alice"};
        head.method = "PUT";
        QCOMPARE(status(), 405);
        head.method = "POST";
        QCOMPARE(status(), 415);
    }

    void theEraFollowsFromTheSigns_data()
    {
        QTest::addColumn<bool>("session");
        QTest::addColumn<bool>("meta");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<bool>("modern");
        const auto add = [](bool session, bool meta, const char *header, bool modern) {
            const QByteArray text = header ? QByteArray(header) : QByteArray();
            QTest::addRow("%s%s%s", session ? "session " : "", meta ? "meta " : "",
                          header ? header : "no header")
                << session << meta << text << modern;
        };
        for (const char *legacy : {static_cast<const char *>(nullptr), "2024-11-05", "2025-03-26",
                                   "2025-06-18", "2025-11-25"}) {
            add(false, false, legacy, false);
            add(true, false, legacy, false);
            add(false, true, legacy, true);
            add(true, true, legacy, true);
        }
        for (const bool session : {false, true}) {
            for (const bool meta : {false, true})
                add(session, meta, "2026-07-28", true);
        }
        add(false, false, "2099-01-01", true);
        add(false, true, "2099-01-01", true);
        add(true, false, "2099-01-01", false);
        add(true, true, "2099-01-01", true);
        add(false, false, "", true);
    }
    void theEraFollowsFromTheSigns()
    {
        QFETCH(bool, session);
        QFETCH(bool, meta);
        QFETCH(QByteArray, header);
        QFETCH(bool, modern);
        EraSigns signs{.hasSession = session, .metaNamesVersion = meta};
        const std::string text = header.toStdString();
        if (!header.isNull())
            signs.headerVersion = text;
        QCOMPARE(eraOf(signs) == Era::Modern, modern);
    }

    void headerValuesAreDecodedStrictly_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("text"); // null: refused
        QTest::newRow("plain") << QByteArray("run_sql") << QByteArray("run_sql");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
        QTest::newRow("coded") << QByteArray("=?base64?cnVuX3NxbA==?=") << QByteArray("run_sql");
        QTest::newRow("coded, nothing") << QByteArray("=?base64?"
                                                      "?=")
                                        << QByteArray("");
        QTest::newRow("coded, umlaut") << QByteArray("=?base64?w7w=?=") << QByteArray("\xc3\xbc");
        QTest::newRow("no padding") << QByteArray("=?base64?w7w?=") << QByteArray();
        QTest::newRow("too much padding") << QByteArray("=?base64?w7w==?=") << QByteArray();
        QTest::newRow("unused bits") << QByteArray("=?base64?w7x=?=") << QByteArray();
        QTest::newRow("url alphabet") << QByteArray("=?base64?_-8=?=") << QByteArray();
        QTest::newRow("space inside") << QByteArray("=?base64?cnVu X3NxbA==?=") << QByteArray();
        QTest::newRow("only opened") << QByteArray("=?base64?x") << QByteArray("=?base64?x");
        QTest::newRow("only closed") << QByteArray("x?=") << QByteArray("x?=");
        QTest::newRow("markers overlap") << QByteArray("=?base64?=") << QByteArray("=?base64?=");
        QTest::newRow("capital marker")
            << QByteArray("=?BASE64?eA==?=") << QByteArray("=?BASE64?eA==?=");
        QTest::newRow("tab") << QByteArray("a\tb") << QByteArray("a\tb");
        QTest::newRow("control") << QByteArray("a\x01") << QByteArray();
        QTest::newRow("delete") << QByteArray("a\x7f") << QByteArray();
        QTest::newRow("raw byte") << QByteArray("\xc3\xbc") << QByteArray();
    }
    void headerValuesAreDecodedStrictly()
    {
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, text);
        const auto decoded = decodeHeaderValue(value.toStdString());
        QCOMPARE(decoded.has_value(), !text.isNull());
        if (decoded)
            QCOMPARE(QByteArray::fromStdString(*decoded), text);
    }

    void requestsAreParsedStrictly_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("state");
        const QByteArray host = "Host: x\r\n";
        const auto add = [](const char *name, const QByteArray &bytes, RequestParser::State state) {
            QTest::newRow(name) << bytes << int(state);
        };
        const auto post = [&](const QByteArray &fields, const QByteArray &body) {
            return "POST /mcp HTTP/1.1\r\n" + host + fields + "\r\n" + body;
        };
        add("GET", "GET /mcp HTTP/1.1\r\n" + host + "\r\n", RequestParser::Done);
        add("HTTP/1.0", "GET /mcp HTTP/1.0\r\n\r\n", RequestParser::Done);
        add("length", post("Content-Length: 2\r\n", "{}"), RequestParser::Done);
        add("chunks", post("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n"),
            RequestParser::Done);
        add("nothing", "", RequestParser::NeedMore);
        add("half a line", "POST /mc", RequestParser::NeedMore);
        add("half a body", post("Content-Length: 9\r\n", "{}"), RequestParser::NeedBody);
        add("half a chunk", post("Transfer-Encoding: chunked\r\n", "5\r\n{}"),
            RequestParser::NeedBody);
        add("garbage", "\x16\x03\x01 hello\r\n\r\n", RequestParser::Malformed);
        add("no version", "GET /mcp\r\n\r\n", RequestParser::Malformed);
        add("HTTP/2.0", "GET /mcp HTTP/2.0\r\n" + host + "\r\n", RequestParser::Malformed);
        add("HTTP/9.9", "GET /mcp HTTP/9.9\r\n" + host + "\r\n", RequestParser::Malformed);
        add("field without colon", post("nonsense\r\n", ""), RequestParser::Malformed);
        add("space before colon", post("Accept : x\r\n", ""), RequestParser::Malformed);
        add("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"),
            RequestParser::Malformed);
        add("length and chunks", post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "{}"),
            RequestParser::Malformed);
        add("negative length", post("Content-Length: -5\r\n", "{}"), RequestParser::Malformed);
        add("length is text", post("Content-Length: two\r\n", "{}"), RequestParser::Malformed);
        add("bad chunk size", post("Transfer-Encoding: chunked\r\n", "x\r\n{}"),
            RequestParser::Malformed);
        add("long body", post("Content-Length: 1001\r\n", ""), RequestParser::BodyTooLarge);
        add("endless body", post("Content-Length: 9223372036854775807\r\n", ""),
            RequestParser::BodyTooLarge);
        add("long chunk", post("Transfer-Encoding: chunked\r\n", "3e9\r\n"),
            RequestParser::BodyTooLarge);
        add("long field", post("X: " + QByteArray(2000, 'x') + "\r\n", ""),
            RequestParser::HeadTooLarge);
        add("long line", "GET /" + QByteArray(2000, 'x'), RequestParser::HeadTooLarge);
        add("long chunk line", post("Transfer-Encoding: chunked\r\n", "1;" + QByteArray(2000, 'x')),
            RequestParser::HeadTooLarge);
    }
    void requestsAreParsedStrictly()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, state);
        // Whole, and byte by byte: where the pieces end must not matter.
        for (const qsizetype piece : {bytes.size(), qsizetype(1)}) {
            HttpRequest parsed;
            RequestParser parser(parsed, {.headBytes = 1000, .bodyBytes = 1000});
            std::string buffer;
            RequestParser::Step step{RequestParser::NeedMore, 0};
            const auto wants = [&] {
                return step.state == RequestParser::NeedMore
                    || step.state == RequestParser::NeedBody
                    || step.state == RequestParser::HeadReady;
            };
            for (qsizetype at = 0; at < bytes.size() && wants();
                 at += std::max(piece, qsizetype(1))) {
                buffer += bytes.mid(at, piece).toStdString();
                do {
                    step = parser.feed(buffer);
                    buffer.erase(0, step.consumed);
                } while (step.state == RequestParser::HeadReady);
            }
            QCOMPARE(int(step.state), state);
            if (state == RequestParser::Done && parsed.method == "POST")
                QCOMPARE(parsed.body, std::string("{}"));
        }
    }

    void headersOfToolParametersAreKept()
    {
        HttpRequest parsed;
        RequestParser parser(parsed, {});
        const auto feed = [&](const std::string &fields) {
            parser.reset();
            return parser.feed("GET /mcp HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n").state;
        };
        QCOMPARE(int(feed("Mcp-Param-Region: eu \r\nMCP-PARAM-A!b: 1\r\nmcp-param-a!B: 2\r\n"
                          "Mcp-Param-: x\r\nMcp-Params: x\r\nLast-Event-ID: s-1\r\n"
                          "Mcp-Param-Empty:\r\n")),
                 int(RequestParser::HeadReady));
        QCOMPARE(parsed.mcpParams.size(), std::size_t(3));
        QCOMPARE(parsed.mcpParams["region"].text, std::string("eu"));
        QCOMPARE(parsed.mcpParams["a!b"].text, std::string("1, 2"));
        QCOMPARE(parsed.mcpParams["a!b"].count, 2);
        QVERIFY(parsed.mcpParams["empty"].present());
        QCOMPARE(parsed.lastEventId.text, std::string("s-1"));
        QCOMPARE(int(feed("")), int(RequestParser::HeadReady));
        QVERIFY(parsed.mcpParams.empty());
        QVERIFY(!parsed.lastEventId.present());
        std::string many;
        for (int i = 0; i < 32; ++i)
            many += "Mcp-Param-" + std::to_string(i) + ": x\r\n";
        QCOMPARE(int(feed(many + "mcp-param-0: y\r\n")), int(RequestParser::HeadReady));
        QCOMPARE(parsed.mcpParams.size(), std::size_t(32));
        QCOMPARE(int(feed(many + "Mcp-Param-32: x\r\n")), int(RequestParser::HeadTooLarge));
    }
};

Q_DECLARE_METATYPE(Head)
QTEST_GUILESS_MAIN(tst_RequestGuard)
#include "tst_requestguard.moc"
