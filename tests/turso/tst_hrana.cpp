// SPDX-License-Identifier: GPL-3.0-or-later
// SQL over HTTP, byte for byte as Turso's server was seen to answer. The real clients are in
// tests/peers.
#include "hranaclient.h"
#include "sqlfixture.h"
#include "workspacefixture.h"

#include <QElapsedTimer>

#include <vector>

namespace
{

constexpr char kClose[] = R"({"type":"close"})";

std::string execute(const std::string &sql, const std::string &rest = {})
{
    return R"({"type":"execute","stmt":{"sql":)" + Base::quoteJson(sql) + rest + "}}";
}

std::string body(const std::vector<std::string> &requests, const std::string &baton = {})
{
    std::string out = "{";
    if (!baton.empty())
        out += R"("baton":")" + baton + "\",";
    out += R"("requests":[)";
    for (const std::string &request : requests) {
        if (out.back() != '[')
            out += ',';
        out += request;
    }
    return out + "]}";
}

std::string step(const std::string &sql, const std::string &condition = {})
{
    return R"({"stmt":{"sql":)" + Base::quoteJson(sql) + "}"
        + (condition.empty() ? "" : ",\"condition\":" + condition) + "}";
}

/// The value of "batch".
std::string batch(const std::vector<std::string> &steps)
{
    std::string out = R"({"steps":[)";
    for (const std::string &each : steps) {
        if (out.back() != '[')
            out += ',';
        out += each;
    }
    return out + "]}";
}

std::string batchRequest(const std::vector<std::string> &steps)
{
    return R"({"type":"batch","batch":)" + batch(steps) + "}";
}

std::string cursorBody(const std::vector<std::string> &steps)
{
    return R"({"baton":null,"batch":)" + batch(steps) + "}";
}

std::string ok(int index)
{
    return R"({"type":"ok","step":)" + std::to_string(index) + "}";
}

} // namespace

class HranaTest : public WorkspaceFixture
{
    Q_OBJECT

    std::unique_ptr<SqlFace> m_face;

    void setUp() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        open();
        QCOMPARE(create("db1", ""), std::string());
        m_face = std::make_unique<SqlFace>(*m_workspace);
        QVERIFY(m_face->port != 0);
    }
    void tearDown() override
    {
        m_face.reset();
        m_workspace.reset();
        m_folder.reset();
    }

    HranaReply post(const std::string &path, const std::string &text,
                    const std::string &fields = "x-namespace-bin: ZGIx\r\n")
    {
        HranaClient client(m_face->port);
        client.send("POST", path, text, fields);
        return client.reply();
    }
    HranaReply pipeline(const std::vector<std::string> &requests, const std::string &baton = {})
    {
        return post("/v3/pipeline", body(requests, baton));
    }
    std::string rowsOf(const std::string &sql)
    {
        const Base::Json json = pipeline({execute(sql), kClose}).json();
        return Base::dumpJson(json["results"][0]["response"]["result"]["rows"]);
    }
    /// "CODE: message" of a request that failed.
    static std::string errorOf(const HranaReply &reply, std::size_t index = 0)
    {
        const Base::Json json = reply.json();
        const Base::Json &results = Base::member(json, "results");
        if (!results.is_array() || results.size() <= index)
            return "no result: " + reply.body;
        const Base::Json &error = Base::member(results[index], "error");
        return Base::stringMember(error, "code").value_or("none") + ": "
            + Base::stringMember(error, "message").value_or("");
    }

private Q_SLOTS:
    void aTableIsMadeAndFilledAndRead();
    void whatIsWrongIsSaidInTheServersWords();
    void bodiesThatAreNoRequests();
    void aBatchRollsBackByItsConditions();
    void aDryRunChangesNothing();
    void describing();
    void aCursorTellsItsStepsByLines();
    void aLargeCursorIsNotKept();
    void theSizeLimitHolds();
    void whatIsBlockedSaysSo();
    void batonsAreGoodOnce();
    void aBatonIsGoodForItsOwnerOnly();
    void databasesAreAddressedAsOnTheServer();
    void tokensAreChecked();
    void pagesOfOtherOriginsAreRefused();
    void whatTheServerRefuses();
    void whatReachesOutsideIsRefused();
    void aWriterWaitsAndTheSlowOneLosesItsTurn();
    void withoutContentionNobodyLosesIt();
    void readingFirstThenWritingTooLateIsBusy();
    void whoLeavesIsRolledBack();
    void aStreamThatNobodyGoesOnWithExpires();
    void thereAreAtMostSoManyStreams();
    void toolsAndStreamsWriteInTurn();
    void endlessStreamsKeepNoToolWaiting();
    void aDeletedDatabaseEndsItsStreams();
    void nothingIsLeftOfRandomClients();
};

void HranaTest::aTableIsMadeAndFilledAndRead()
{
    const HranaReply made = pipeline(
        {execute("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n INTEGER, r REAL, b BLOB)"),
         kClose});
    QCOMPARE(made.status, 200);
    QVERIFY(made.head.find("Content-Type: application/json\r\n") != std::string::npos);
    QCOMPARE(
        made.steady(),
        std::string(
            R"({"baton":null,"base_url":null,"results":[{"type":"ok","response":{"type":"execute","result":{"cols":[],"rows":[],"affected_row_count":0,"last_insert_rowid":null,"replication_index":null,"rows_read":0,"rows_written":0,"query_duration_ms":0}}},{"type":"ok","response":{"type":"close"}}]})"));
    const std::string arguments
        = R"(,"args":[{"type":"text","value":"Zürich ☃"},{"type":"integer","value":"9223372036854775807"},{"type":"float","value":1.5},{"type":"blob","base64":"AAEC/w=="}])";
    const HranaReply filled
        = pipeline({execute("INSERT INTO t(name, n, r, b) VALUES(?, ?, ?, ?)", arguments),
                    execute("SELECT *, 1 AS x FROM t"), kClose});
    QVERIFY(filled.body.find(R"("affected_row_count":1,"last_insert_rowid":"1")")
            != std::string::npos);
    QVERIFY(
        filled.body.find(
            R"([{"type":"integer","value":"1"},{"type":"text","value":"Zürich ☃"},{"type":"integer","value":"9223372036854775807"},{"type":"float","value":1.5},{"type":"blob","base64":"AAEC/w"},{"type":"integer","value":"1"}])")
        != std::string::npos);
    QVERIFY(filled.body.find(R"({"name":"id","decltype":"INTEGER"})") != std::string::npos);
    QVERIFY(filled.body.find(R"({"name":"x","decltype":null})") != std::string::npos);
    const HranaReply floats
        = pipeline({execute("SELECT 1.0, 1e300*1e300, 2.5e-7, 1e21, 0.1, 1e15, 1e16, 0.0001, "
                            "0.00001, 0.000001, 123456789012345678.0, 100.5, 0.0, 1.0/0"),
                    kClose});
    std::string expected = "[[";
    for (const char *value : {"1.0", "null", "2.5e-7", "1e21", "0.1", "1000000000000000.0", "1e16",
                              "0.0001", "0.00001", "1e-6", "1.2345678901234568e17", "100.5", "0.0"})
        expected += R"({"type":"float","value":)" + std::string(value) + "},";
    QVERIFY2(floats.body.find(expected + R"({"type":"null"}]])") != std::string::npos,
             floats.body.c_str());
}

void HranaTest::whatIsWrongIsSaidInTheServersWords()
{
    const std::string insert = "INSERT INTO t(id) VALUES(1)";
    const HranaReply reply = pipeline(
        {execute("CREATE TABLE t(id INTEGER PRIMARY KEY)"), execute(insert), execute("SELEC"),
         execute("SELECT * FROM missing"), execute("SELECT 1; SELECT 2"), execute(""),
         execute("-- nothing"), execute("SELECT ?"),
         execute("SELECT 1", R"(,"args":[{"type":"integer","value":"1"}])"), execute(insert),
         execute("SELECT x FROM t"), execute("SELECT 1 FROM WHERE"), execute("SELECT ("),
         execute("SELECT 'abc"), execute("SELECT 42"), kClose});
    const char *expected[]
        = {"SQL_PARSE_ERROR: SQL string could not be parsed: syntax error around L1:6: `SELEC`",
           "SQLITE_UNKNOWN: SQLite error: no such table: missing",
           "SQL_MANY_STATEMENTS: SQL string contains more than one statement",
           "SQL_NO_STATEMENT: SQL string does not contain any statement",
           "SQL_NO_STATEMENT: SQL string does not contain any statement",
           "ARGS_INVALID: Arguments do not match SQL parameters: value for parameter 1 not found",
           "ARGS_INVALID: Arguments do not match SQL parameters: too many parameters, expected 0 "
           "found 1",
           "SQLITE_CONSTRAINT: SQLite error: UNIQUE constraint failed: t.id",
           "SQL_INPUT_ERROR: SQL input error: no such column: x (at offset 7)",
           "SQL_PARSE_ERROR: SQL string could not be parsed: near WHERE, \"None\": syntax error at "
           "(1, 20)",
           "SQL_PARSE_ERROR: SQL string could not be parsed: unexpected end of input at (1, 9)",
           "SQL_PARSE_ERROR: SQL string could not be parsed: non-terminated literal at (1, 8)"};
    for (std::size_t i = 0; i < std::size(expected); ++i)
        QCOMPARE(errorOf(reply, i + 2), std::string(expected[i]));
    QVERIFY(reply.body.find(R"([{"type":"integer","value":"42"}])") != std::string::npos);
    const HranaReply broken = pipeline({execute("SELECT CAST(x'61ff' AS TEXT)"), kClose});
    QCOMPARE(broken.status, 500);
    QCOMPARE(broken.body,
             std::string(R"({"error":"invalid utf-8 sequence of 1 bytes from index 1"})"));
}

void HranaTest::bodiesThatAreNoRequests()
{
    const std::string start = "Cannot deserialize client message from JSON: ";
    const std::pair<std::string, std::string> cases[] = {
        {R"({"requests":[{"type":"nosuch"}]})",
         start
             + "unknown variant `nosuch`, expected one of `close`, `execute`, `batch`, `sequence`, "
               "`describe`, `store_sql`, `close_sql`, `get_autocommit` at line 1 column 29"},
        {"not json", start + "expected ident at line 1 column 2"},
        {"", start + "EOF while parsing a value at line 1 column 0"},
        {"{}", start + "missing field `requests` at line 1 column 2"},
        {R"({"requests":[{"type":"execute"}]})",
         start + "missing field `stmt` at line 1 column 32"},
        {R"({"requests":[{"type":"execute","stmt":{"sql":"SELECT ?","args":[{"type":"integer","value":1}]}}]})",
         start + "invalid type: integer `1`, expected a borrowed string at line 1 column 96"},
        {R"({"requests":[{"type":"execute","stmt":{}}]})", "Either `sql` or `sql_id` are required"},
        {R"({"requests":[{"type":"execute","stmt":{"sql":"SELECT 1","sql_id":1}}]})",
         "Either `sql` or `sql_id` are required, but not both"},
        {R"({"requests":[{"type":"execute","stmt":{"sql_id":1}}]})", "SQL text 1 not found"},
        {R"({"requests":[{"type":"close"},{"type":"execute","stmt":{"sql":"SELECT 1"}}]})",
         "Stream for this baton was closed"},
        {R"({"requests":[{"type":"batch","batch":{"steps":[{"stmt":{"sql":"SELECT 1"},"condition":{"type":"ok","step":0}}]}}]})",
         "Invalid reference to step in a batch condition"},
    };
    for (const auto &[text, expected] : cases) {
        const HranaReply reply = post("/v3/pipeline", text);
        QCOMPARE(reply.body, expected);
        QCOMPARE(reply.status, 400);
    }
    QCOMPARE(post("/v2/pipeline", body({R"({"type":"get_autocommit"})"})).body,
             std::string("The `get_autocommit` request is only supported in protocol version "
                         "hrana3 and higher"));
    QTRY_COMPARE(m_face->service.streamCount(), std::size_t(0));
}

void HranaTest::aBatchRollsBackByItsConditions()
{
    pipeline({execute("CREATE TABLE t(id INTEGER PRIMARY KEY)"), kClose});
    const HranaReply reply = pipeline(
        {batchRequest({step("BEGIN IMMEDIATE"), step("INSERT INTO t(id) SELECT x", ok(0)),
                       step("SELECT 1", ok(1)), step("COMMIT", ok(2)),
                       step("ROLLBACK", R"({"type":"not","cond":)" + ok(3) + "}")}),
         R"({"type":"get_autocommit"})", kClose});
    const std::string empty
        = R"({"cols":[],"rows":[],"affected_row_count":0,"last_insert_rowid":null,"replication_index":null,"rows_read":0,"rows_written":0,"query_duration_ms":0})";
    const std::string expected
        = R"({"baton":null,"base_url":null,"results":[{"type":"ok","response":{"type":"batch","result":{"step_results":[)"
        + empty + ",null,null,null," + empty
        + "],\"step_errors\":[null,{\"message\":\"SQL input error: no such column: x (at offset "
          "25)\",\"code\":\"SQL_INPUT_ERROR\"},null,null,null],\"replication_index\":null}}},"
        + R"({"type":"ok","response":{"type":"get_autocommit","is_autocommit":true}},{"type":"ok","response":{"type":"close"}}]})";
    QCOMPARE(reply.steady(), expected);
    // A step that is no SQL fails all before anything runs.
    const HranaReply unread
        = pipeline({batchRequest({step("INSERT INTO t VALUES(7)"), step("SELEC")}), kClose});
    QCOMPARE(errorOf(unread),
             std::string("SQL_PARSE_ERROR: SQL string could not be parsed: syntax error around "
                         "L1:6: `SELEC`"));
    QCOMPARE(rowsOf("SELECT count(*) FROM t"),
             std::string(R"([[{"type":"integer","value":"0"}]])"));
}

void HranaTest::aDryRunChangesNothing()
{
    pipeline({execute("CREATE TABLE t(id INTEGER PRIMARY KEY, n)"),
              execute("INSERT INTO t VALUES(1, 1), (2, 2), (3, 3)"), kClose});
    const Base::Json json
        = pipeline({batchRequest({step("BEGIN IMMEDIATE"), step("UPDATE t SET n = 0 WHERE id < 3"),
                                  step("DELETE FROM t WHERE id = 3"), step("ROLLBACK")}),
                    R"({"type":"get_autocommit"})", kClose})
              .json();
    const Base::Json &steps = json["results"][0]["response"]["result"]["step_results"];
    QCOMPARE(steps.size(), std::size_t(4));
    QCOMPARE(steps[1]["affected_row_count"].get<int>(), 2);
    QCOMPARE(steps[2]["affected_row_count"].get<int>(), 1);
    QCOMPARE(steps[3]["affected_row_count"].get<int>(), 0);
    QVERIFY(json["results"][1]["response"]["is_autocommit"].get<bool>());
    QCOMPARE(rowsOf("SELECT sum(n) FROM t"), std::string(R"([[{"type":"integer","value":"6"}]])"));
}

void HranaTest::describing()
{
    pipeline({execute("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)"), kClose});
    const auto describe = [](const std::string &sql) {
        return R"({"type":"describe","sql":)" + Base::quoteJson(sql) + "}";
    };
    const HranaReply reply
        = pipeline({describe("INSERT INTO t(name) VALUES(:n) RETURNING id"),
                    describe("SELECT 1; DELETE FROM t"), describe(""),
                    describe("PRAGMA foreign_keys=OFF"), execute("PRAGMA foreign_keys"), kClose});
    const std::string start = R"({"type":"ok","response":{"type":"describe","result":)";
    QVERIFY(
        reply.body.find(
            start
            + R"({"params":[{"name":":n"}],"cols":[{"name":"id","decltype":"INTEGER"}],"is_explain":false,"is_readonly":false}}})")
        != std::string::npos);
    QVERIFY(
        reply.body.find(
            start
            + R"({"params":[],"cols":[{"name":"1","decltype":null}],"is_explain":false,"is_readonly":true}}})")
        != std::string::npos);
    QVERIFY(reply.body.find(start
                            + R"({"params":[],"cols":[],"is_explain":false,"is_readonly":true}}})")
            != std::string::npos);
    // Unlike Turso's server: what is only described has no effect.
    QVERIFY(reply.body.find(R"([{"type":"integer","value":"1"}])") != std::string::npos);
}

void HranaTest::aCursorTellsItsStepsByLines()
{
    pipeline({execute("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)"),
              execute("INSERT INTO t VALUES(1, 'Zürich ☃'), (2, NULL), (3, NULL)"), kClose});
    const HranaReply reply
        = post("/v3/cursor",
               cursorBody({step("SELECT id, name FROM t WHERE id = 1"),
                           step("INSERT INTO t(name) VALUES('x')"), step("SELECT * FROM missing"),
                           step("SELECT 8", ok(2)), step("SELECT 9 WHERE 0")}));
    QCOMPARE(reply.status, 200);
    QVERIFY(reply.isWhole);
    const char *lines[] = {
        R"({"baton":"B","base_url":null})",
        R"({"type":"step_begin","step":0,"cols":[{"name":"id","decltype":"INTEGER"},{"name":"name","decltype":"TEXT"}]})",
        R"({"type":"row","row":[{"type":"integer","value":"1"},{"type":"text","value":"Zürich ☃"}]})",
        R"({"type":"step_end","affected_row_count":0,"last_insert_rowid":null})",
        R"({"type":"step_begin","step":1,"cols":[]})",
        R"({"type":"step_end","affected_row_count":1,"last_insert_rowid":4})",
        R"({"type":"step_error","step":2,"error":{"message":"SQLite error: no such table: missing","code":"SQLITE_UNKNOWN"}})",
        R"({"type":"step_begin","step":4,"cols":[{"name":"9","decltype":null}]})",
        R"({"type":"step_end","affected_row_count":0,"last_insert_rowid":null})",
        R"({"type":"replication_index","replication_index":null})"};
    std::string expected;
    for (const char *line : lines)
        expected += std::string(line) + '\n';
    QCOMPARE(reply.steady(), expected);
    const HranaReply unread = post("/v3/cursor", cursorBody({step("SELECT 1; SELECT 2")}));
    QCOMPARE(unread.status, 500);
    QCOMPARE(unread.body,
             std::string(
                 "{\"error\":\"Internal Error: `SQL string contains more than one statement`\"}"));
    const HranaReply cut
        = post("/v3/cursor", cursorBody({step("SELECT 1 UNION ALL SELECT CAST(x'ff' AS TEXT)")}));
    QCOMPARE(cut.status, 200);
    QVERIFY(!cut.isWhole);
}

void HranaTest::aLargeCursorIsNotKept()
{
    const std::string rows
        = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
          "SELECT i, 'a text of some length, so that there is something to send' FROM n";
    HranaClient client(m_face->port);
    client.socket().setReadBufferSize(64 * 1024);
    client.send("POST", "/v3/cursor", cursorBody({step(rows)}));
    QTRY_VERIFY(client.socket().bytesAvailable() > 0);
    QTest::qWait(200); // nobody reads: what is not taken is not made
    QCOMPARE(m_face->service.streamCount(), std::size_t(1));
    client.socket().setReadBufferSize(0);
    std::string all;
    QTRY_VERIFY_WITH_TIMEOUT((all += client.socket().readAll().toStdString(),
                              client.socket().state() == QAbstractSocket::UnconnectedState),
                             60'000);
    all += client.socket().readAll().toStdString();
    QVERIFY(all.size() > 30'000'000);
    QVERIFY(all.find(R"("value":"300000"})") != std::string::npos);
    QVERIFY(all.ends_with("0\r\n\r\n"));
    // A pipeline's result has a limit.
    QCOMPARE(errorOf(pipeline({execute(rows), kClose})),
             std::string("RESPONSE_TOO_LARGE: Response is too large"));
}

void HranaTest::theSizeLimitHolds()
{
    Turso::ConfigurationChange change;
    change.sizeLimit = 24 * 4096;
    const HranaReply opened = pipeline({execute("CREATE TABLE t(x)")});
    QVERIFY(wait(m_workspace->configureDatabase("db1", change)));
    const HranaReply full
        = pipeline({execute("INSERT INTO t VALUES(zeroblob(200000))"),
                    execute("PRAGMA max_page_count"), execute("DELETE FROM t"), kClose},
                   opened.baton());
    QCOMPARE(errorOf(full), std::string("SQLITE_FULL: SQLite error: database or disk is full"));
    QVERIFY(full.body.find(R"([{"type":"integer","value":"24"}])") != std::string::npos);
    QCOMPARE(errorOf(full, 2), std::string("none: "));
}

void HranaTest::whatIsBlockedSaysSo()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    Turso::ConfigurationChange change;
    change.blockWrites = true;
    QVERIFY(wait(m_workspace->configureDatabase("db1", change)));
    const HranaReply writes
        = pipeline({execute("INSERT INTO t VALUES(1)"), execute("SELECT 1"), kClose});
    QCOMPARE(errorOf(writes), std::string("BLOCKED: Operation was blocked"));
    QCOMPARE(errorOf(writes, 1), std::string("none: "));
    change.blockReads = true;
    QVERIFY(wait(m_workspace->configureDatabase("db1", change)));
    QCOMPARE(errorOf(pipeline({execute("SELECT 1"), kClose})),
             std::string("BLOCKED: Operation was blocked"));
}

void HranaTest::batonsAreGoodOnce()
{
    const std::string first = pipeline({execute("BEGIN")}).baton();
    const HranaReply second = pipeline({execute("CREATE TABLE t(x)")}, first);
    QVERIFY(second.baton() != first);
    QCOMPARE(pipeline({}, first).body, std::string("Received a baton that has already been used"));
    QCOMPARE(pipeline({}, "nonsense").body, std::string("Received an invalid baton"));
    QCOMPARE(pipeline({execute("COMMIT"), kClose}, second.baton()).status, 200);
    QCOMPARE(pipeline({}, second.baton()).body, std::string("Received an invalid baton"));
    QCOMPARE(rowsOf("SELECT count(*) FROM t"),
             std::string(R"([[{"type":"integer","value":"0"}]])"));
    const HranaReply closed = pipeline({kClose, execute("SELECT 1")}, pipeline({}).baton());
    QCOMPARE(closed.status, 400);
    QCOMPARE(closed.body, std::string("Stream for this baton was closed"));
}

void HranaTest::aBatonIsGoodForItsOwnerOnly()
{
    QCOMPARE(create("db2", ""), std::string());
    const std::string baton = pipeline({}).baton();
    QCOMPARE(post("/v3/pipeline", body({}, baton), "x-namespace-bin: ZGIy\r\n").body,
             std::string("Received an invalid baton"));
    QCOMPARE(post("/v3/pipeline", body({}, baton),
                  "x-namespace-bin: ZGIx\r\nAuthorization: Bearer other\r\n")
                 .body,
             std::string("Received an invalid baton"));
    QCOMPARE(pipeline({kClose}, baton).status, 200);
}

void HranaTest::databasesAreAddressedAsOnTheServer()
{
    const std::string port = ":" + std::to_string(m_face->port) + "\r\n";
    const std::pair<std::string, int> cases[] = {
        {"Host: db1-local.localhost" + port, 200},
        {"Host: db1.localhost" + port, 200},
        {"Host: nope.localhost" + port, 404},
        {"Host: nope.localhost" + port + "x-namespace-bin: ZGIx\r\n", 200},
        {"Host: localhost" + port, 404},
        {"Host: db1.example.com" + port, 403},
        {"Host: db1.localhost\r\n", 403},
        {"Host: a.b.localhost" + port, 403},
    };
    for (const auto &[fields, status] : cases)
        QCOMPARE(post("/v3/pipeline", body({kClose}), fields).status, status);
    const HranaReply missing = post("/v3/pipeline", body({}), "x-namespace-bin: bm9wZQ\r\n");
    QCOMPARE(missing.body, std::string("{\"error\":\"Namespace `nope` doesn't exist\"}"));
    QCOMPARE(post("/v3/pipeline", body({}), "x-namespace-bin: bm9wZQ==\r\n").body,
             std::string("{\"error\":\"Invalid namespace bytes: `Invalid padding`\"}"));
    for (const char *path : {"/health", "/version", "/v2", "/v3"}) {
        HranaClient client(m_face->port);
        client.send("GET", path, "");
        QCOMPARE(client.reply().status, 200);
    }
    QCOMPARE(post("/v3-protobuf/pipeline", "").status, 404);
    HranaClient client(m_face->port);
    client.send("GET", "/v3/pipeline", "");
    QCOMPARE(client.reply().status, 405);
}

void HranaTest::tokensAreChecked()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    const std::string readOnly = "x-namespace-bin: ZGIx\r\nAuthorization: Bearer read-only\r\n";
    QCOMPARE(post("/v3/pipeline", body({execute("SELECT * FROM t"), kClose}), readOnly).status,
             200);
    for (const char *sql : {"INSERT INTO t VALUES(1)", "DROP TABLE t", "PRAGMA user_version=3"}) {
        const HranaReply reply = post("/v3/pipeline", body({execute(sql), kClose}), readOnly);
        QCOMPARE(reply.status, 403);
        QCOMPARE(reply.body,
                 std::string("{\"error\":\"Authorization forbidden: Current session doesn't "
                             "not have Write permission to namespace db1\"}"));
    }
    const HranaReply attach = pipeline({execute("ATTACH m AS m"), kClose});
    QCOMPARE(attach.status, 403);
    QCOMPARE(
        attach.body,
        std::string("{\"error\":\"Authorization forbidden: Namespace `m` doesn't allow attach\"}"));
    const HranaReply expired = post("/v3/pipeline", body({}),
                                    "x-namespace-bin: ZGIx\r\nAuthorization: Bearer expired\r\n");
    QCOMPARE(expired.status, 401);
    QTRY_COMPARE(m_face->service.streamCount(), std::size_t(0));
}

void HranaTest::pagesOfOtherOriginsAreRefused()
{
    const HranaReply reply = post("/v3/pipeline", body({execute("CREATE TABLE t(x)"), kClose}),
                                  "x-namespace-bin: ZGIx\r\nOrigin: https://example.com\r\n");
    QCOMPARE(reply.status, 403);
    QVERIFY(reply.head.find("Access-Control") == std::string::npos);
    QCOMPARE(rowsOf("SELECT count(*) FROM sqlite_schema"),
             std::string(R"([[{"type":"integer","value":"0"}]])"));
}

void HranaTest::whatTheServerRefuses()
{
    for (const char *sql :
         {"VACUUM", "VACUUM INTO \"x\"", "ANALYZE", "CREATE TEMP TABLE q(a)", "ATTACH 'x' AS y",
          "PRAGMA journal_mode=DELETE", "PRAGMA writable_schema=ON", "PRAGMA optimize",
          "PRAGMA nosuch", "PRAGMA query_only=1", "EXPLAIN PRAGMA journal_mode=DELETE",
          "PRAGMA application_id=3", "PRAGMA cache_size=100", "PRAGMA user_version=(SELECT 1)"})
        QCOMPARE(errorOf(pipeline({execute(sql), kClose})),
                 "SQL_PARSE_ERROR: SQL string could not be parsed: unsupported statement: "
                     + std::string(sql));
    for (const char *sql :
         {"PRAGMA journal_mode", "PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys(0)",
          "PRAGMA user_version=3", "PRAGMA table_info=t", "PRAGMA main.table_info(t)",
          "PRAGMA defer_foreign_keys=1", "BEGIN READONLY", "BEGIN TRANSACTION READONLY",
          "SAVEPOINT a", "REINDEX", "EXPLAIN QUERY PLAN SELECT 1"})
        QCOMPARE(errorOf(pipeline({execute(sql), kClose})), std::string("none: "));
    QCOMPARE(errorOf(pipeline({execute("BEGIN CONCURRENT"), kClose})),
             std::string("SQL_PARSE_ERROR: SQL string could not be parsed: syntax error around "
                         "L1:17: `CONCURRENT`"));
    QCOMPARE(errorOf(pipeline({execute("COMMIT"), kClose})),
             std::string("SQLITE_UNKNOWN: SQLite error: cannot commit - no transaction is active"));
    QCOMPARE(rowsOf("PRAGMA user_version"), std::string(R"([[{"type":"integer","value":"3"}]])"));
}

void HranaTest::whatReachesOutsideIsRefused()
{
    for (const char *sql : {"SELECT writefile('/tmp/x', 'y')", "SELECT load_extension('x')",
                            "SELECT \"readfile\"('/etc/passwd')", "SELECT * FROM fsdir('/')",
                            "UPDATE sqlite_schema SET sql = ''"}) {
        const std::string error = errorOf(pipeline({execute(sql), kClose}));
        QVERIFY2(error.starts_with("SQLITE_AUTH: SQLite error: not authorized"), error.c_str());
    }
}

void HranaTest::aWriterWaitsAndTheSlowOneLosesItsTurn()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    const std::string holder
        = pipeline({execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES('held')")}).baton();
    QElapsedTimer timer;
    timer.start();
    HranaClient second(m_face->port);
    second.send("POST", "/v3/pipeline", body({execute("INSERT INTO t VALUES('waited')"), kClose}));
    QCOMPARE(errorOf(second.reply()), std::string("none: "));
    QVERIFY(timer.elapsed() > 3000);
    QVERIFY(timer.elapsed() < 9000);
    const HranaReply late = pipeline({execute("INSERT INTO t VALUES('late')"), execute("COMMIT"),
                                      R"({"type":"get_autocommit"})", kClose},
                                     holder);
    QCOMPARE(errorOf(late), std::string("TRANSACTION_TIMEOUT: Transaction timed out"));
    QCOMPARE(errorOf(late, 1),
             std::string("SQLITE_UNKNOWN: SQLite error: cannot commit - no transaction is active"));
    QVERIFY(late.body.find(R"("is_autocommit":true)") != std::string::npos);
    QCOMPARE(rowsOf("SELECT x FROM t"), std::string(R"([[{"type":"text","value":"waited"}]])"));
}

void HranaTest::withoutContentionNobodyLosesIt()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    const std::string holder
        = pipeline({execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES(1)")}).baton();
    QTest::qWait(5500);
    QCOMPARE(errorOf(pipeline({execute("COMMIT"), kClose}, holder)), std::string("none: "));
    QCOMPARE(rowsOf("SELECT x FROM t"), std::string(R"([[{"type":"integer","value":"1"}]])"));
}

void HranaTest::readingFirstThenWritingTooLateIsBusy()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    const std::string reader = pipeline({execute("BEGIN"), execute("SELECT * FROM t")}).baton();
    pipeline({execute("INSERT INTO t VALUES(1)"), kClose});
    QCOMPARE(errorOf(pipeline({execute("INSERT INTO t VALUES(2)"), kClose}, reader)),
             std::string("SQLITE_BUSY: SQLite error: database is locked"));
    QCOMPARE(errorOf(pipeline({execute("INSERT INTO t VALUES(3)"), kClose})),
             std::string("none: "));
}

void HranaTest::whoLeavesIsRolledBack()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    {
        HranaClient client(m_face->port);
        client.send("POST", "/v3/pipeline",
                    body({execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES(1)"),
                          execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                  "SELECT count(*) FROM n"),
                          execute("COMMIT"), kClose}));
        QTRY_COMPARE(m_face->service.streamCount(), std::size_t(1));
        QTest::qWait(100);
        client.socket().abort();
    }
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(errorOf(pipeline({execute("INSERT INTO t VALUES(2)"), kClose})),
             std::string("none: "));
    QVERIFY(timer.elapsed() < 3000);
    QTRY_COMPARE(m_face->service.streamCount(), std::size_t(0));
    QCOMPARE(rowsOf("SELECT x FROM t"), std::string(R"([[{"type":"integer","value":"2"}]])"));
}

void HranaTest::aStreamThatNobodyGoesOnWithExpires()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    const std::string baton
        = pipeline({execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES(1)")}).baton();
    QVERIFY(m_face->service.hasTimer());
    QTRY_COMPARE_WITH_TIMEOUT(m_face->service.streamCount(), std::size_t(0), 15'000);
    const HranaReply late = pipeline({execute("COMMIT")}, baton);
    QCOMPARE(late.status, 400);
    QCOMPARE(
        late.body,
        std::string(
            R"({"message":"The stream has expired due to inactivity","code":"STREAM_EXPIRED"})"));
    QCOMPARE(rowsOf("SELECT count(*) FROM t"),
             std::string(R"([[{"type":"integer","value":"0"}]])"));
    QTRY_VERIFY(!m_face->service.hasTimer());
}

void HranaTest::thereAreAtMostSoManyStreams()
{
    std::vector<std::string> batons;
    for (int i = 0; i < 128; ++i) {
        batons.push_back(pipeline({}).baton());
        QVERIFY(!batons.back().empty());
    }
    const HranaReply reply = pipeline({});
    QCOMPARE(reply.status, 429);
    QCOMPARE(reply.body, std::string(R"({"error":"Timed out while opening database connection"})"));
    QCOMPARE(pipeline({kClose}, batons.front()).status, 200);
    QCOMPARE(pipeline({kClose}).status, 200);
}

void HranaTest::toolsAndStreamsWriteInTurn()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    const std::string baton
        = pipeline({execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES(1)")}).baton();
    auto session = m_workspace->openSession("db1", Turso::Privilege::Write);
    const auto pending = session->execute(scriptOf("INSERT INTO t VALUES(2)"), {});
    QTest::qWait(100);
    QVERIFY(!pending.isFinished());
    pipeline({execute("COMMIT"), kClose}, baton);
    QVERIFY(wait(pending));
    QCOMPARE(rowsOf("SELECT group_concat(x) FROM t"),
             std::string(R"([[{"type":"text","value":"1,2"}]])"));
}

void HranaTest::endlessStreamsKeepNoToolWaiting()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    constexpr std::size_t kMany = 8; // more than there are threads
    std::vector<std::unique_ptr<HranaClient>> endless;
    for (std::size_t i = 0; i < kMany; ++i) {
        endless.push_back(std::make_unique<HranaClient>(m_face->port));
        endless.back()->send(
            "POST", "/v3/pipeline",
            body({execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                          "SELECT count(*) FROM n"),
                  kClose}));
    }
    QTRY_COMPARE(m_face->service.streamCount(), kMany);
    QElapsedTimer timer;
    timer.start();
    auto reader = m_workspace->openSession("db1", Turso::Privilege::Read);
    QVERIFY(wait(reader->execute(scriptOf("SELECT * FROM t"), {})));
    auto writer = m_workspace->openSession("db1", Turso::Privilege::Write);
    QVERIFY(wait(writer->execute(scriptOf("INSERT INTO t VALUES(1)"), {})));
    QVERIFY(timer.elapsed() < 3000);
    for (const auto &client : endless)
        client->socket().abort();
    QTRY_COMPARE(m_face->service.streamCount(), std::size_t(0));
}

void HranaTest::aDeletedDatabaseEndsItsStreams()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    const std::string baton = pipeline({execute("BEGIN"), execute("SELECT * FROM t")}).baton();
    const auto deleted = m_workspace->deleteDatabase("db1");
    QTRY_VERIFY(deleted.isFinished());
    QVERIFY(deleted.result());
    QCOMPARE(pipeline({execute("SELECT 1")}, baton).status, 404);
}

void HranaTest::nothingIsLeftOfRandomClients()
{
    pipeline({execute("CREATE TABLE t(x)"), kClose});
    const std::string head = " HTTP/1.1\r\nHost: db1.localhost:PORT\r\nContent-Length: LEN\r\n\r\n";
    const std::string kinds[] = {
        "POST /v3/pipeline HTTP/1.1\r\nHost: loc",
        "POST /v3/pipeline HTTP/1.1\r\nHost: db1.localhost:PORT\r\nContent-Length: "
        "90\r\n\r\n{\"req",
        "POST /v3/pipeline" + head
            + body({execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES(1)")}),
        "POST /v3/cursor" + head
            + cursorBody({step("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                               "SELECT i FROM n")}),
        "POST /v3/pipeline" + head + body({execute("INSERT INTO t VALUES(1)"), kClose}),
    };
    const auto textOf = [this](std::string text) {
        if (const auto at = text.find("PORT"); at != std::string::npos)
            text.replace(at, 4, std::to_string(m_face->port));
        if (const auto at = text.find("LEN"); at != std::string::npos)
            text.replace(at, 3, std::to_string(text.size() - text.find("\r\n\r\n") - 4));
        return text;
    };
    const auto descriptors = [] {
        return QDir(QStringLiteral("/proc/self/fd")).count();
    };
    const auto before = descriptors();
    // Deterministic, so that what fails can be looked at again.
    unsigned random = 1;
    for (int i = 0; i < 10'000; ++i) {
        random = random * 1'103'515'245 + 12'345;
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), m_face->port);
        QVERIFY(socket.waitForConnected());
        const std::string text = textOf(kinds[(random >> 8) % std::size(kinds)]);
        const std::size_t sent
            = (random >> 20) % 4 == 0 ? (random >> 12) % text.size() : text.size();
        socket.write(text.data(), static_cast<qint64>(sent));
        socket.flush();
        for (unsigned turn = 0; turn < (random >> 16) % 4; ++turn)
            QCoreApplication::processEvents();
        socket.abort();
        if (i % 100 == 0)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_face->server.connectionCount(), std::size_t(0), 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(m_face->service.streamCount(), std::size_t(0), 20'000);
    // Nobody holds the turn.
    QCOMPARE(errorOf(pipeline({execute("INSERT INTO t VALUES(2)"), kClose})),
             std::string("none: "));
    QTRY_VERIFY(!m_face->server.hasTimer() && !m_face->service.hasTimer());
    QTRY_VERIFY_WITH_TIMEOUT(descriptors() <= before + 4, 40'000);
}

QTEST_GUILESS_MAIN(HranaTest)
#include "tst_hrana.moc"
