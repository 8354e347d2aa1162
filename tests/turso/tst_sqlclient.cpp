// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/playedserver.h"
#include "turso/sqlclientfixture.h"

using Turso::Privilege;
using Turso::Value;

namespace
{

constexpr const char *kOneRow
    = R"({"type":"ok","response":{"type":"execute","result":{"cols":[{"name":"1"}],"rows":[[{"type":"integer","value":"1"}]],"affected_row_count":0,"last_insert_rowid":null}}})";
constexpr const char *kReads
    = R"({"type":"ok","response":{"type":"describe","result":{"params":[],"cols":[],"is_explain":false,"is_readonly":true}}})";
constexpr const char *kCursor
    = "{\"baton\":null,\"base_url\":null}\n"
      "{\"type\":\"step_begin\",\"step\":0,\"cols\":[{\"name\":\"1\",\"decltype\":null}]}\n"
      "{\"type\":\"row\",\"row\":[{\"type\":\"integer\",\"value\":\"1\"}]}\n"
      "{\"type\":\"step_end\",\"affected_row_count\":0,\"last_insert_rowid\":null}\n";

std::string answerOf(const std::string &results, const std::string &more = "\"baton\":null")
{
    return "{" + more + ",\"results\":[" + results + "]}";
}

/// A server that reads as it should.
std::pair<int, std::string> goodRead(const PlayedServer::Request &request)
{
    if (request.path == "/v3/cursor")
        return {200, kCursor};
    const std::string describe = kReads;
    return {200, answerOf(describe + ',' + describe)};
}

} // namespace

class TestSqlClient : public SqlClientFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        startServer();
        open(m_sqld.url());
        makeSchema(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n INTEGER);"
            "CREATE TABLE parent(id INTEGER PRIMARY KEY);"
            "CREATE TABLE child(id INTEGER PRIMARY KEY, parent REFERENCES parent(id) ON DELETE "
            "CASCADE);"
            "CREATE TABLE log(what TEXT);"
            "CREATE TRIGGER noted AFTER DELETE ON parent BEGIN INSERT INTO log VALUES('gone'); "
            "END;"
            "CREATE TABLE replacing(id INTEGER PRIMARY KEY, u TEXT UNIQUE ON CONFLICT REPLACE)");
    }
    void setUp() override { open(m_sqld.url()); }

    void valuesComeAsTheToolsEncodeThem_data();
    void valuesComeAsTheToolsEncodeThem();
    void argumentsAreBound();
    void rowsBeyondTheLimitsAreCut();
    void aSecondReadIsOneRequest();
    void pragmasAreReadAsTables();
    void aScriptIsThereAsAWholeOrNotAtAll();
    void errorsHaveTheEnginesWords();
    void aDryRunMeasuresAndChangesNothing();
    void aSampleShowsTheRows();
    void aDroppedTableIsInTheImpact();
    void whatChangesMoreThanWasApprovedIsRolledBack();
    void aTableThatReplacesIsNotWritten();
    void textThatIsNotUtf8IsAnError();
    void executionsAreTold();
    void aRefusedTokenIsReplacedOnce();
    void statusesHaveTheirErrors_data();
    void statusesHaveTheirErrors();
    void aReadThatWritesIsNotUnderstood();
    void noTokenGoesToAnotherServer();
    void anOldServerIsSpokenToInHrana2();
    void aCutWriteIsUnknownAndAnUnsentOneIsNot();
    void aCancelledReadStops();
    void aStaleConnectionIsNoError();
    void aHeldStreamThatIsGoneIsNoError();
};

void TestSqlClient::valuesComeAsTheToolsEncodeThem_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("row");
    const auto add = [](const char *sql, const char *row) {
        QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(row);
    };
    add("SELECT NULL, 1, -1", "[[null,1,-1]]");
    add("SELECT 9007199254740991, 9007199254740992", R"([[9007199254740991,"9007199254740992"]])");
    add("SELECT 9223372036854775807", R"([["9223372036854775807"]])");
    add("SELECT 1.5, 3.0, 1e300, 1e15", "[[1.5,3.0,1e+300,1e+15]]");
    add("SELECT 9e999", "[[\"\u00b1Infinity\"]]");
    add("SELECT 'Zürich ☃ 😀', ''", "[[\"Zürich ☃ 😀\",\"\"]]");
    add("SELECT 'a' || char(0) || 'b\"\\'", R"([["a\u0000b\"\\"]])");
    add("SELECT x'', x'00', x'0001', x'000102ff'",
        R"([[{"base64":""},{"base64":"AA=="},{"base64":"AAE="},{"base64":"AAEC/w=="}]])");
    add("SELECT 1 AS a, 2 AS a", "[[1,2]]");
    add("SELECT 1 WHERE 0", "[]");
    add("VALUES(1),(2)", "[[1],[2]]");
}

void TestSqlClient::valuesComeAsTheToolsEncodeThem()
{
    QFETCH(QString, sql);
    QFETCH(QString, row);
    // First through a cursor, then through a pipeline.
    QCOMPARE(rows(sql.toStdString()), row.toStdString());
    QCOMPARE(rows(sql.toStdString()), row.toStdString());
}

void TestSqlClient::argumentsAreBound()
{
    const std::vector<Value> values{std::monostate(), std::int64_t{9007199254740993}, 2.5,
                                    std::string("a'\"\u2603"), Turso::Blob{{'\0', '\xff'}}};
    const auto positional
        = run(Privilege::Read, scriptOf("SELECT ?, ?, ?, ?, ?, typeof(?3), typeof(?5)", values));
    QCOMPARE(rowsOf(positional),
             std::string("[[null,\"9007199254740993\",2.5,\"a'\\\"\u2603\",{\"base64\":\"AP8=\"},"
                         "\"real\",\"blob\"]]"));
    const std::vector<std::pair<std::string, Value>> named{{"a", std::int64_t{1}},
                                                           {":b", std::string("x")}};
    QCOMPARE(rowsOf(run(Privilege::Read, scriptOf("SELECT :b, :a", named))),
             std::string("[[\"x\",1]]"));
    QCOMPARE(kindOf(run(Privilege::Read, scriptOf("SELECT ?", std::vector<Value>{}))),
             std::string("invalid_argument"));
}

void TestSqlClient::rowsBeyondTheLimitsAreCut()
{
    const std::string sql = "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c "
                            "LIMIT 1000000000) SELECT i, 'some text' FROM c";
    Turso::Script script = scriptOf(sql);
    script.limits.maxRows = 3;
    const auto byRows = run(Privilege::Read, script);
    QVERIFY2(byRows, byRows ? "" : byRows.error().message.c_str());
    QCOMPARE(byRows->statements[0].rowCount, 3);
    QVERIFY(byRows->statements[0].truncated);
    QCOMPARE(byRows->statements[0].rows,
             std::string(R"([[1,"some text"],[2,"some text"],[3,"some text"]])"));
    script.limits.maxRows = 1'000'000;
    script.limits.maxBytes = 100;
    const auto byBytes = run(Privilege::Read, script);
    QVERIFY(byBytes && byBytes->statements[0].truncated);
    QVERIFY(byBytes->statements[0].rows.size() <= 102);
    QCOMPARE(byBytes->statements[0].rowCount, 6);
    Turso::Script exact = scriptOf("SELECT 1 UNION ALL SELECT 2");
    exact.limits.maxRows = 2;
    const auto all = run(Privilege::Read, exact);
    QVERIFY(all && !all->statements[0].truncated);
    // A row that is larger than all that may be answered.
    Turso::Script large = scriptOf("SELECT hex(zeroblob(2000000))");
    const auto none = run(Privilege::Read, large);
    QVERIFY(none && none->statements[0].truncated && none->statements[0].rowCount == 0);
}

void TestSqlClient::aSecondReadIsOneRequest()
{
    PlayedServer server([](const PlayedServer::Request &request) -> std::pair<int, std::string> {
        if (request.body.find("\"execute\"") != std::string::npos)
            return {200, answerOf(std::string(kReads) + ',' + kOneRow)};
        return goodRead(request);
    });
    open(server.url());
    QCOMPARE(rows("SELECT 1"), std::string("[[1]]"));
    const std::size_t first = server.requests().size();
    QCOMPARE(rows("SELECT  2"), std::string("[[1]]")); // the same shape
    QCOMPARE(server.requests().size(), first + 1);
}

void TestSqlClient::pragmasAreReadAsTables()
{
    QCOMPARE(rows("PRAGMA user_version"), std::string("[[0]]"));
    const auto info = read("PRAGMA main.table_info('t')");
    QVERIFY(info);
    QCOMPARE(info->statements[0].rowCount, 3);
    QCOMPARE(info->statements[0].columns.size(), 6U);
    QCOMPARE(rows("PRAGMA foreign_key_list(child)").substr(0, 16),
             std::string("[[0,0,\"parent\",\""));
    QCOMPARE(rows("PRAGMA integrity_check"), std::string("[[\"ok\"]]"));
    QVERIFY(read("EXPLAIN QUERY PLAN DELETE FROM t"));
}

void TestSqlClient::aScriptIsThereAsAWholeOrNotAtAll()
{
    const auto good = run(Privilege::Write,
                          scriptOf("INSERT INTO t(name) VALUES('a'); INSERT INTO t(name) "
                                   "VALUES('b') RETURNING id, name"));
    QVERIFY2(good, good ? "" : good.error().message.c_str());
    QCOMPARE(good->affectedRows, 2);
    QCOMPARE(good->statements[1].rows, std::string("[[2,\"b\"]]"));
    QCOMPARE(good->statements[1].lastInsertRowid.value_or(0), 2);
    const auto bad = run(Privilege::Write,
                         scriptOf("INSERT INTO t(name) VALUES('c'); INSERT INTO t(id) VALUES(1)"));
    QCOMPARE(kindOf(bad), std::string("sql_error"));
    QCOMPARE(rows("SELECT count(*) FROM t"), std::string("[[2]]"));
    // Only COMMIT sees it.
    makeSchema("CREATE TABLE late(p REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED)");
    QCOMPARE(kindOf(run(Privilege::Write, scriptOf("INSERT INTO late VALUES(99)"))),
             std::string("sql_error"));
    QCOMPARE(rows("SELECT count(*) FROM late"), std::string("[[0]]"));
}

void TestSqlClient::errorsHaveTheEnginesWords()
{
    const auto missing = read("SELECT * FROM missing");
    QCOMPARE(kindOf(missing), std::string("sql_error"));
    QVERIFY(missing.error().message.find("no such table: missing") != std::string::npos);
    QVERIFY(missing.error().details.find("engine_code") != std::string::npos);
    QCOMPARE(kindOf(run(Privilege::Read, scriptOf("DELETE FROM t"))), std::string("wrong_tool"));
    QCOMPARE(kindOf(run(Privilege::Write, scriptOf("COMMIT"))), std::string("not_understood"));
    QCOMPARE(kindOf(run(Privilege::Delete, scriptOf("DELETE FROM missing"))),
             std::string("sql_error"));
}

void TestSqlClient::aDryRunMeasuresAndChangesNothing()
{
    QVERIFY(run(Privilege::Write,
                scriptOf("INSERT INTO parent VALUES(1),(2); INSERT INTO child "
                         "VALUES(10,1),(11,1),(12,2)")));
    Turso::Script script = scriptOf("DELETE FROM parent WHERE id = 1");
    script.dryRun = true;
    const auto measured = run(Privilege::Delete, script);
    QVERIFY2(measured, measured ? "" : measured.error().message.c_str());
    QVERIFY(measured->impact);
    const Turso::Impact &impact = *measured->impact;
    QCOMPARE(impact.affectedRows, 1);
    QCOMPARE(impact.totalRowsChanged(), 4); // one, its two children, one line of the log
    std::map<std::string, std::string> told;
    for (const Turso::TableImpact &table : impact.tables)
        told[table.name] = table.via + ' ' + std::to_string(table.inserted) + ' '
            + std::to_string(table.updated) + ' ' + std::to_string(table.deleted);
    QCOMPARE(told["parent"], std::string("statement 0 0 1"));
    QCOMPARE(told["child"], std::string("cascade 0 0 2"));
    QCOMPARE(told["log"], std::string("trigger 1 0 0"));
    QCOMPARE(impact.tables.front().totalRows.value_or(-1), 2);
    QCOMPARE(impact.method, std::string("rolled_back_transaction"));
    QCOMPARE(rows("SELECT (SELECT count(*) FROM parent), (SELECT count(*) FROM child)"),
             std::string("[[2,3]]"));
    // What was approved runs.
    Turso::Script approved = scriptOf("DELETE FROM parent WHERE id = 1");
    approved.measureImpact = true;
    approved.maxRowsChanged = impact.totalRowsChanged();
    const auto done = run(Privilege::Delete, approved);
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    QCOMPARE(done->impact->totalRowsChanged(), 4);
    QCOMPARE(rows("SELECT count(*) FROM child"), std::string("[[1]]"));
}

void TestSqlClient::aSampleShowsTheRows()
{
    QVERIFY(run(Privilege::Write, scriptOf("INSERT INTO t(id, name) VALUES(50, 'x')")));
    Turso::Script script = scriptOf("DELETE FROM t WHERE id = 50");
    script.dryRun = true;
    const auto gone = run(Privilege::Delete, script);
    QVERIFY2(gone, gone ? "" : gone.error().message.c_str());
    QCOMPARE(gone->impact->sample.size(), 1U);
    QCOMPARE(gone->impact->sample[0].before, std::string(R"({"id":50,"name":"x","n":null})"));
    QCOMPARE(gone->affectedRows, 1);
    script = scriptOf("UPDATE t SET n = 7 WHERE id = 50");
    script.dryRun = true;
    const auto changed = run(Privilege::Write, script);
    QVERIFY(changed);
    QCOMPARE(changed->impact->tables.front().updated, 1);
    QCOMPARE(changed->impact->sample[0].after, std::string(R"({"id":50,"name":"x","n":7})"));
    QCOMPARE(rows("SELECT n FROM t WHERE id = 50"), std::string("[[null]]"));
}

void TestSqlClient::aDroppedTableIsInTheImpact()
{
    makeSchema("CREATE TABLE doomed(a); CREATE TABLE altered(a)");
    QVERIFY(run(Privilege::Write, scriptOf("INSERT INTO doomed VALUES(1),(2),(3)")));
    Turso::Script script
        = scriptOf("DROP TABLE doomed; ALTER TABLE altered ADD COLUMN b; CREATE TABLE fresh(x)");
    script.dryRun = true;
    const auto measured = run(Privilege::Schema, script);
    QVERIFY2(measured, measured ? "" : measured.error().message.c_str());
    std::map<std::string, std::string> told;
    for (const Turso::SchemaChange &change : measured->impact->schema)
        told[change.object] = change.change;
    QCOMPARE(told["table doomed"], std::string("dropped with 3 rows"));
    QCOMPARE(told["table altered"], std::string("altered: column b added"));
    QCOMPARE(told["table fresh"], std::string("created"));
    QCOMPARE(measured->impact->totalRowsChanged(), 3);
    QCOMPARE(rows("SELECT count(*) FROM doomed"), std::string("[[3]]"));
    script.dryRun = false;
    script.maxRowsChanged = 2;
    QCOMPARE(kindOf(run(Privilege::Schema, script)), std::string("impact_changed"));
    QCOMPARE(rows("SELECT count(*) FROM doomed"), std::string("[[3]]"));
    script = scriptOf("DROP TABLE IF EXISTS absent; DROP TABLE doomed");
    script.maxRowsChanged = 3;
    const auto dropped = run(Privilege::Schema, script);
    QVERIFY2(dropped, dropped ? "" : dropped.error().message.c_str());
}

void TestSqlClient::whatChangesMoreThanWasApprovedIsRolledBack()
{
    makeSchema("CREATE TABLE many(a)");
    Turso::Script script = scriptOf("INSERT INTO many VALUES(1),(2),(3)");
    script.maxRowsChanged = 2;
    QCOMPARE(kindOf(run(Privilege::Write, script)), std::string("impact_changed"));
    QCOMPARE(rows("SELECT count(*) FROM many"), std::string("[[0]]"));
    script.maxRowsChanged = 3;
    QCOMPARE(kindOf(run(Privilege::Write, script)), std::string("ok"));
    // By its triggers and cascades too.
    QVERIFY(
        run(Privilege::Write,
            scriptOf("INSERT INTO parent VALUES(70); INSERT INTO child VALUES(71,70),(72,70)")));
    Turso::Script cascading = scriptOf("DELETE FROM parent WHERE id = 70");
    cascading.maxRowsChanged = 3;
    QCOMPARE(kindOf(run(Privilege::Delete, cascading)), std::string("impact_changed"));
    cascading.maxRowsChanged = 4;
    QCOMPARE(kindOf(run(Privilege::Delete, cascading)), std::string("ok"));
}

void TestSqlClient::aTableThatReplacesIsNotWritten()
{
    const Turso::Script script = scriptOf("INSERT INTO replacing(u) VALUES('a')");
    QCOMPARE(kindOf(run(Privilege::Write, script)), std::string("not_understood"));
    QCOMPARE(kindOf(run(Privilege::Delete, script)), std::string("ok"));
}

void TestSqlClient::textThatIsNotUtf8IsAnError()
{
    const auto broken = read("SELECT CAST(x'ff' AS TEXT)");
    QCOMPARE(kindOf(broken), std::string("sql_error"));
    QVERIFY(broken.error().hint.find("hex(") != std::string::npos);
}

void TestSqlClient::executionsAreTold()
{
    QVERIFY(read("SELECT count(*) FROM t"));
    QVERIFY(read("SELECT count(*) FROM t"));
    QVERIFY(run(Privilege::Write, scriptOf("INSERT INTO log VALUES('x')")));
    QVERIFY(!read("SELECT nothing FROM t"));
    const auto all = m_executions->all();
    QCOMPARE(all.size(), 4U);
    QCOMPARE(all[0].shape->text, std::string("SELECT count(*) FROM t"));
    QCOMPARE(all[0].databaseId, std::string("db"));
    QVERIFY(all[1].rowsRead.has_value()); // through a pipeline
    QCOMPARE(all[2].rowsWritten, 1);
    QVERIFY(!all[3].error.empty());
}

void TestSqlClient::aRefusedTokenIsReplacedOnce()
{
    PlayedServer server([](const PlayedServer::Request &request) -> std::pair<int, std::string> {
        if (request.head.find("Bearer good") == std::string::npos)
            return {401, R"({"error":"Unauthorized: `The JWT has expired`"})"};
        return goodRead(request);
    });
    open(server.url());
    m_access->m_tokens = {"old", "good"};
    QCOMPARE(rows("SELECT 1"), std::string("[[1]]"));
    QCOMPARE(m_access->m_refused, 1U);
    open(server.url());
    m_access->m_tokens = {"old", "older", "good"};
    const auto refused = read("SELECT 1");
    QCOMPARE(kindOf(refused), std::string("unauthorized"));
    QCOMPARE(m_access->m_refused, 1U);
    QVERIFY(refused.error().message.find("older") == std::string::npos);
}

void TestSqlClient::statusesHaveTheirErrors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("outcome");
    const auto add = [](int status, const char *body, const char *kind, const char *outcome) {
        QTest::addRow("%d %s", status, kind)
            << status << QString::fromUtf8(body) << QString::fromUtf8(kind)
            << QString::fromUtf8(outcome);
    };
    add(400, "Received an invalid baton", "upstream_error", "not_run");
    add(403, R"({"error":"Authorization forbidden"})", "unauthorized", "not_run");
    add(403, R"({"error":"Operation was blocked"})", "read_only_mode", "");
    add(404, R"({"error":"Namespace `x` doesn't exist"})", "not_found", "");
    add(413, "", "limit_exceeded", "");
    add(429, R"({"error":"Timed out while opening database connection"})", "upstream_error",
        "not_run");
    add(500, R"({"error":"invalid utf-8 sequence"})", "upstream_error", "unknown");
    add(502, "<html>Bad gateway</html>", "upstream_error", "unknown");
    add(302, "", "upstream_error", "unknown");
    add(200, "not json", "upstream_error", "unknown");
    add(200, R"({"baton":null,"results":[]})", "upstream_error", "unknown");
}

void TestSqlClient::statusesHaveTheirErrors()
{
    QFETCH(int, status);
    QFETCH(QString, body);
    PlayedServer server([&](const auto &) { return std::pair(status, body.toStdString()); });
    open(server.url());
    const auto result = run(Privilege::Write, scriptOf("INSERT INTO t(name) VALUES('x')"));
    QTEST(QString::fromStdString(kindOf(result)), "kind");
    QTEST(QString::fromStdString(outcomeOf(result)), "outcome");
    QCOMPARE(server.requests().size(), 1U); // a change is never sent twice
}

void TestSqlClient::aReadThatWritesIsNotUnderstood()
{
    PlayedServer server([](const auto &) -> std::pair<int, std::string> {
        std::string writes = kReads;
        writes.replace(writes.find("\"is_readonly\":true"), 18, "\"is_readonly\":false");
        return {200, answerOf(std::string(kReads) + ',' + writes)};
    });
    open(server.url());
    QCOMPARE(kindOf(read("SELECT 1")), std::string("not_understood"));
    QCOMPARE(server.requests().size(), 1U);
}

void TestSqlClient::noTokenGoesToAnotherServer()
{
    PlayedServer other([](const auto &request) { return goodRead(request); });
    PlayedServer server([&](const PlayedServer::Request &) -> std::pair<int, std::string> {
        return {200,
                answerOf(std::string(kReads) + ',' + kReads,
                         R"("baton":"b","base_url":")" + other.url() + '"')};
    });
    open(server.url());
    m_access->m_tokens = {"secret"};
    QCOMPARE(kindOf(read("SELECT 1")), std::string("upstream_error"));
    QCOMPARE(other.requests().size(), 0U);
    QCOMPARE(server.requests().size(), 1U);
}

void TestSqlClient::anOldServerIsSpokenToInHrana2()
{
    PlayedServer server([](const PlayedServer::Request &request) -> std::pair<int, std::string> {
        if (request.path != "/v2/pipeline")
            return {404, ""};
        const bool describes = request.body.find("\"describe\"") != std::string::npos;
        return {200, answerOf(describes ? kReads : kOneRow)};
    });
    open(server.url());
    QCOMPARE(rows("SELECT 1"), std::string("[[1]]"));
    QCOMPARE(rows("SELECT 1"), std::string("[[1]]"));
    QCOMPARE(server.requests().back().path, std::string("/v2/pipeline"));
    QCOMPARE(server.requests().size(), 4U);
    QVERIFY(server.requests().back().body.find("\"close\"") != std::string::npos);
}

void TestSqlClient::aCutWriteIsUnknownAndAnUnsentOneIsNot()
{
    PlayedServer server([](const auto &) { return std::pair(0, std::string()); });
    open(server.url());
    const Turso::Script script = scriptOf("INSERT INTO t(name) VALUES('x')");
    const auto cut = run(Privilege::Write, script);
    QCOMPARE(kindOf(cut), std::string("upstream_error"));
    QCOMPARE(outcomeOf(cut), std::string("unknown"));
    Turso::Script dry = script;
    dry.dryRun = true;
    QCOMPARE(outcomeOf(run(Privilege::Write, dry)), std::string("not_run"));
    server.close();
    const auto unsent = run(Privilege::Write, script);
    QCOMPARE(kindOf(unsent), std::string("upstream_error"));
    QCOMPARE(outcomeOf(unsent), std::string("not_run"));
}

void TestSqlClient::aCancelledReadStops()
{
    const std::string endless = "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c) "
                                "SELECT max(i) FROM c";
    Base::CancelToken cancel;
    const auto running = begin(Privilege::Read, scriptOf(endless), cancel);
    QTest::qWait(200); // it may well have begun; either way it has to end
    cancel.cancel();
    QCOMPARE(kindOf(waitFor(running, 2'000)), std::string("cancelled"));
    Turso::Script limited = scriptOf(endless);
    limited.limits.timeout = std::chrono::milliseconds(100);
    const auto late = run(Privilege::Read, limited);
    QCOMPARE(kindOf(late), std::string("upstream_error"));
    QCOMPARE(outcomeOf(late), std::string("not_run"));
    const auto unbegun = begin(Privilege::Read, scriptOf("SELECT 1"), cancel);
    QCOMPARE(kindOf(waitFor(unbegun)), std::string("cancelled"));
    // What was cancelled before it began does not reach the server, however fast it is.
    QVERIFY(run(Privilege::Schema, scriptOf("CREATE TABLE uncalled(a)")));
    for (int i = 0; i < 200; ++i) {
        const auto write
            = begin(Privilege::Write, scriptOf("INSERT INTO uncalled VALUES(1)"), cancel);
        QCOMPARE(outcomeOf(waitFor(write)), std::string("not_run"));
    }
    QCOMPARE(rowsOf(run(Privilege::Read, scriptOf("SELECT count(*) FROM uncalled"))),
             std::string("[[0]]"));
}

void TestSqlClient::aStaleConnectionIsNoError()
{
    QVERIFY(read("SELECT 1"));
    m_sqld.stop();
    QCOMPARE(m_sqld.restart(), QString());
    QCOMPARE(rows("SELECT 1"), std::string("[[1]]"));
    QCOMPARE(kindOf(run(Privilege::Write, scriptOf("INSERT INTO log VALUES('y')"))),
             std::string("ok"));
}

void TestSqlClient::aHeldStreamThatIsGoneIsNoError()
{
    int batons = 0;
    PlayedServer server([&](const PlayedServer::Request &request) -> std::pair<int, std::string> {
        if (request.body.find("\"baton\"") != std::string::npos
            && request.body.find("\"execute\"") != std::string::npos)
            return {400, "Received an invalid baton"};
        const std::string baton = "\"baton\":\"b" + std::to_string(++batons) + "\"";
        if (request.body.find("\"execute\"") != std::string::npos)
            return {200, answerOf(std::string(kReads) + ',' + kOneRow, baton)};
        if (request.path == "/v3/cursor") {
            std::string cursor = kCursor;
            return {200, cursor.replace(cursor.find("null"), 4, "\"c\"")};
        }
        return {200, answerOf(std::string(kReads) + ',' + kReads, baton)};
    });
    open(server.url());
    QCOMPARE(rows("SELECT 1"), std::string("[[1]]"));
    QCOMPARE(rows("SELECT 1"), std::string("[[1]]"));
    QCOMPARE(server.requests().size(), 4U);
}

QTEST_GUILESS_MAIN(TestSqlClient)
#include "tst_sqlclient.moc"
