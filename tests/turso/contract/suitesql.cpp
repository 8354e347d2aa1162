// SPDX-License-Identifier: GPL-3.0-or-later
// The contract's SQL.
#include "turso/contract/suite.h"

#include <QElapsedTimer>

#include <algorithm>
#include <memory>

using namespace Turso;

namespace
{

constexpr char kEndless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) ";

std::string textOf(const TableImpact &table)
{
    return table.name + " +" + std::to_string(table.inserted) + " ~" + std::to_string(table.updated)
        + " -" + std::to_string(table.deleted);
}

const TableImpact *find(const Impact &impact, const std::string &name)
{
    for (const TableImpact &table : impact.tables) {
        if (table.name == name)
            return &table;
    }
    return nullptr;
}

} // namespace

void ContractSuite::valuesKeepTheirMeaning_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char *expression, const char *json) {
        QTest::newRow(expression) << QByteArray(expression) << QByteArray(json);
    };
    row("NULL", "null");
    row("1", "1");
    row("-9007199254740991", "-9007199254740991");
    row("9007199254740991", "9007199254740991");
    row("9007199254740992", "\"9007199254740992\"");
    row("9223372036854775807", "\"9223372036854775807\"");
    row("-9223372036854775808", "\"-9223372036854775808\"");
    row("1.5", "1.5");
    row("3.0", "3.0");
    row("0.1", "0.1");
    row("1e300", "1e+300");
    row("9e999", "\"Infinity\"");
    row("-9e999", "\"-Infinity\"");
    row("9e999 - 9e999", "null");
    row("1/0", "null");
    row("''", "\"\"");
    row("'a\"\\' || char(10) || 'ü😀'", "\"a\\\"\\\\\\nü😀\"");
    row("CAST(x'61ff62' AS TEXT)",
        "\"a\xEF\xBF\xBD"
        "b\"");
    row("'a' || char(0) || 'b'", "\"a\\u0000b\"");
    row("x''", "{\"base64\":\"\"}");
    row("x'00'", "{\"base64\":\"AA==\"}");
    row("x'000102ff'", "{\"base64\":\"AAEC/w==\"}");
}

void ContractSuite::valuesKeepTheirMeaning()
{
    QFETCH(QByteArray, expression);
    QFETCH(QByteArray, json);
    if (m_forValues.empty())
        m_forValues = fresh();
    const auto result = read(m_forValues, "SELECT " + expression.toStdString());
    QCOMPARE(rowsOf(result),
             expected("value " + expression.toStdString(), "[[" + json.toStdString() + "]]"));
}

void ContractSuite::argumentsAreBoundOrRefusedByName()
{
    const std::string database = fresh();
    const auto with = [&](const char *sql, Arguments arguments) {
        return run(database, Privilege::Read, scriptOf(sql, std::move(arguments)));
    };
    using Positions = std::vector<Value>;
    using Names = std::vector<std::pair<std::string, Value>>;
    QCOMPARE(
        rowsOf(with("SELECT ?, ?, typeof(?), ?, ?, ?",
                    Positions{std::int64_t{1}, std::string("x'\"\n"), Blob{""}, std::monostate{},
                              2.5, std::int64_t{9'223'372'036'854'775'807}})),
        std::string("[[1,\"x'\\\"\\n\",\"blob\",null,2.5,\"9223372036854775807\"]]"));
    QCOMPARE(rowsOf(with("SELECT ?, typeof(?)", Positions{Blob{"\x01\xff"}, 3.0})),
             std::string("[[{\"base64\":\"Af8=\"},\"real\"]]"));
    QCOMPARE(rowsOf(with(
                 "SELECT :a, @b, $c",
                 Names{{"a", std::int64_t{1}}, {"@b", std::int64_t{2}}, {"c", std::int64_t{3}}})),
             std::string("[[1,2,3]]"));
    QCOMPARE(kindOf(with("SELECT ?, ?", Positions{1.0})), std::string("invalid_argument"));
    QCOMPARE(kindOf(with("SELECT 1", Positions{1.0})), std::string("invalid_argument"));
    QCOMPARE(kindOf(with("SELECT :a", Names{{"b", 1.0}})), std::string("invalid_argument"));
    QCOMPARE(kindOf(with("SELECT :a", Names{{"a", 1.0}, {"b", 1.0}})),
             std::string("invalid_argument"));
}

void ContractSuite::rowsAndBytesAreCut()
{
    const std::string database = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY)");
    const std::string numbers
        = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) ";
    Script script = scriptOf(numbers + "SELECT i FROM n");
    script.limits.maxRows = 3;
    auto result = run(database, Privilege::Read, script);
    QCOMPARE(rowsOf(result), std::string("[[1],[2],[3]]"));
    QVERIFY(result->statements.front().truncated);
    script.limits = {.maxRows = 500, .maxBytes = 10};
    result = run(database, Privilege::Read, script);
    QCOMPARE(rowsOf(result), std::string("[[1],[2]]"));
    QVERIFY(result->statements.front().truncated);
    QCOMPARE(result->statements.front().rowCount, std::int64_t(2));
    script = scriptOf("SELECT 1 UNION SELECT 2 UNION SELECT 3");
    script.limits.maxRows = 3;
    QVERIFY(!run(database, Privilege::Read, script)->statements.front().truncated);
    // Rows without end are cut all the same, and soon.
    QElapsedTimer timer;
    timer.start();
    script = scriptOf(std::string(kEndless) + "SELECT i FROM n");
    script.limits.maxRows = 2;
    result = run(database, Privilege::Read, script);
    QCOMPARE(rowsOf(result), std::string("[[1],[2]]"));
    QVERIFY(timer.elapsed() < 10'000);
    // What is cut from RETURNING is still written.
    script = scriptOf(numbers + "INSERT INTO t SELECT i FROM n RETURNING a");
    script.limits.maxRows = 2;
    result = run(database, Privilege::Write, script);
    QCOMPARE(rowsOf(result), std::string("[[1],[2]]"));
    QCOMPARE(result->affectedRows, std::int64_t(1000));
    QCOMPARE(rowsOf(read(database, "SELECT count(*) FROM t")), std::string("[[1000]]"));
}

void ContractSuite::columnsHaveNamesAndTypes()
{
    const std::string database = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY, b VARCHAR(10), c)");
    const auto result = read(database, "SELECT a, b AS x, c, 1 + 1, a FROM t");
    QVERIFY2(result, why(result));
    const auto &columns = result->statements.front().columns;
    QCOMPARE(columns.size(), std::size_t(5));
    QCOMPARE(columns[0].name, std::string("a"));
    QCOMPARE(columns[0].type.value_or("none"), std::string("INTEGER"));
    QCOMPARE(columns[1].name, std::string("x"));
    QCOMPARE(columns[1].type.value_or("none"), std::string("VARCHAR(10)"));
    QVERIFY(columns[2].type.value_or("").empty());
    QVERIFY(!columns[3].type);
    QCOMPARE(columns[4].name, std::string("a"));
    QCOMPARE(result->statements.front().rows, std::string("[]"));
    QVERIFY(result->durationMs >= 0);
}

void ContractSuite::aSessionRunsItsOwnClassesOnly()
{
    const std::string database = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
    const std::pair<Privilege, std::string> allowed[] = {{Privilege::Read, "R"},
                                                         {Privilege::Write, "W"},
                                                         {Privilege::Delete, "DWP"},
                                                         {Privilege::Schema, "S"}};
    const std::pair<char, const char *> statements[] = {{'R', "SELECT 1"},
                                                        {'W', "INSERT INTO t(b) VALUES(1)"},
                                                        {'P', "REPLACE INTO t(a) VALUES(1)"},
                                                        {'D', "DELETE FROM t WHERE a = 77"},
                                                        {'S', "CREATE TABLE IF NOT EXISTS n(x)"}};
    for (const auto &[privilege, letters] : allowed) {
        for (const auto &[letter, sql] : statements) {
            const bool may = letters.find(letter) != std::string::npos;
            const auto result = write(database, sql, privilege);
            QVERIFY2(kindOf(result) == (may ? "ok" : "wrong_tool"), why(result) + ": " + sql);
        }
    }
}

void ContractSuite::aLieAboutTheClassIsCaught_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<int>("lie");
    const auto row = [](const char *sql, Sql::StatementClass lie) {
        QTest::newRow(sql) << QString::fromUtf8(sql) << static_cast<int>(lie);
    };
    using enum Sql::StatementClass;
    row("DELETE FROM t", Read);
    row("INSERT INTO t(b) VALUES(1)", Read);
    row("PRAGMA user_version = 9", Read);
    row("ATTACH 'x.db' AS x", Read);
    row("COMMIT", Read);
    row("SELECT 1; DELETE FROM t", Read);
    row("CREATE TABLE n(x)", Read);
    row("COMMIT", Write);
    row("VACUUM", Write);
}

void ContractSuite::aLieAboutTheClassIsCaught()
{
    QFETCH(QString, sql);
    QFETCH(int, lie);
    const std::string database = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
    QVERIFY(write(database, "INSERT INTO t VALUES(1, 2)"));
    Script script;
    Sql::Statement statement;
    statement.text = sql.toStdString();
    statement.verb = statement.text.substr(0, statement.text.find(' '));
    statement.table = "t";
    statement.statementClass = static_cast<Sql::StatementClass>(lie);
    script.statements = {statement};
    const Privilege privilege = statement.statementClass == Sql::StatementClass::Read
        ? Privilege::Read
        : Privilege::Write;
    const auto result = run(database, privilege, script);
    QVERIFY2(!result, "it ran");
    QVERIFY2(kindOf(result) == "not_understood" || kindOf(result) == "wrong_tool", why(result));
    QCOMPARE(rowsOf(read(database, "SELECT a, b, (SELECT count(*) FROM sqlite_schema) FROM t")),
             std::string("[[1,2,1]]"));
}

void ContractSuite::aScriptIsAllOrNothing()
{
    const std::string database = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY)");
    auto result = write(database, "INSERT INTO t VALUES(1); INSERT INTO t VALUES(2)");
    QVERIFY2(result, why(result));
    QCOMPARE(result->statements.size(), std::size_t(2));
    QCOMPARE(result->affectedRows, std::int64_t(2));
    result = write(database, "INSERT INTO t VALUES(3); INSERT INTO t VALUES(1)");
    QCOMPARE(kindOf(result), std::string("sql_error"));
    result = write(database, "INSERT INTO t VALUES(4); INSERT INTO missing VALUES(1)");
    QCOMPARE(kindOf(result), std::string("sql_error"));
    QCOMPARE(rowsOf(read(database, "SELECT group_concat(a) FROM t")), std::string("[[\"1,2\"]]"));
    result
        = write(database, "CREATE TABLE n(x); ALTER TABLE missing ADD COLUMN y", Privilege::Schema);
    QCOMPARE(kindOf(result), std::string("sql_error"));
    QCOMPARE(rowsOf(read(database, "SELECT count(*) FROM sqlite_schema")), std::string("[[1]]"));
}

void ContractSuite::whatWasWrittenIsTold()
{
    const std::string database = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
    auto result = write(database, "INSERT INTO t(b) VALUES('x'), ('y')");
    QVERIFY2(result, why(result));
    QCOMPARE(result->statements.front().affectedRows, std::int64_t(2));
    QCOMPARE(result->statements.front().lastInsertRowid.value_or(0), std::int64_t(2));
    result = write(database, "UPDATE t SET b = b || '!' RETURNING a, b");
    QCOMPARE(rowsOf(result), std::string("[[1,\"x!\"],[2,\"y!\"]]"));
    QCOMPARE(result->affectedRows, std::int64_t(2));
    result = write(database, "DELETE FROM t WHERE a = 1", Privilege::Delete);
    QCOMPARE(result->affectedRows, std::int64_t(1));
    QVERIFY(!result->impact);
    result = write(database, "UPDATE t SET b = 1 WHERE a = 99");
    QVERIFY2(result, why(result));
    QCOMPARE(result->affectedRows, std::int64_t(0));
}

void ContractSuite::aDryRunChangesNothingAndTellsAll()
{
    const std::string database
        = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE child(x, p REFERENCES t(a) "
                "ON DELETE CASCADE); CREATE TABLE log(l); CREATE TRIGGER g AFTER DELETE ON t BEGIN "
                "INSERT INTO log VALUES(old.a); END");
    QVERIFY(write(database,
                  "INSERT INTO t VALUES(1, 'x'), (2, 'y'), (3, 'z'); INSERT INTO child "
                  "VALUES(1, 1), (2, 1), (3, 2)"));
    Script script = scriptOf("DELETE FROM t WHERE a <= 2");
    script.dryRun = true;
    const Base::Millis before = Base::SystemClock().now();
    const auto result = run(database, Privilege::Delete, script);
    QVERIFY2(result && result->impact, why(result));
    const Impact &impact = *result->impact;
    QCOMPARE(impact.affectedRows, std::int64_t(2));
    QCOMPARE(impact.method, std::string("rolled_back_transaction"));
    QVERIFY(impact.takenAt >= before - 1000);
    const TableImpact *t = find(impact, "t");
    QVERIFY(t != nullptr);
    QCOMPARE(textOf(*t), std::string("t +0 ~0 -2"));
    QCOMPARE(t->via, std::string("statement"));
    QCOMPARE(t->totalRows.value_or(-1), std::int64_t(3));
    const TableImpact *child = find(impact, "child");
    QCOMPARE(child != nullptr ? textOf(*child) : "not told",
             expected("impact_of_cascades", "child +0 ~0 -3"));
    const TableImpact *log = find(impact, "log");
    QCOMPARE(log != nullptr ? textOf(*log) : "not told",
             expected("impact_of_triggers", "log +2 ~0 -0"));
    QCOMPARE(std::string(impact.sample.empty() ? "no sample" : "sample"),
             expected("impact_sample", "sample"));
    QCOMPARE(rowsOf(read(database,
                         "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM child), "
                         "(SELECT count(*) FROM log)")),
             std::string("[[3,3,0]]"));
    script = scriptOf("DROP TABLE log");
    script.dryRun = true;
    const auto dropped = run(database, Privilege::Schema, script);
    QVERIFY2(dropped && dropped->impact, why(dropped));
    QVERIFY(!dropped->impact->schema.empty());
    QCOMPARE(dropped->impact->schema.front().object, std::string("table log"));
    QVERIFY(read(database, "SELECT * FROM log"));
    script = scriptOf("INSERT INTO t VALUES(1, 'twice')");
    script.dryRun = true;
    QCOMPARE(kindOf(run(database, Privilege::Write, script)), std::string("sql_error"));
}

void ContractSuite::moreChangesThanApprovedAreRolledBack()
{
    const std::string database = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY)");
    QVERIFY(write(database, "INSERT INTO t VALUES(1), (2), (3)"));
    Script script = scriptOf("DELETE FROM t");
    script.maxRowsChanged = 2;
    QCOMPARE(kindOf(run(database, Privilege::Delete, script)), std::string("impact_changed"));
    QCOMPARE(rowsOf(read(database, "SELECT count(*) FROM t")), std::string("[[3]]"));
    script.maxRowsChanged = 3;
    const auto done = run(database, Privilege::Delete, script);
    QVERIFY2(done, why(done));
    QCOMPARE(rowsOf(read(database, "SELECT count(*) FROM t")), std::string("[[0]]"));
}

void ContractSuite::theEnginesErrorsAreTold()
{
    const std::string own = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY, b NOT NULL)");
    QVERIFY(write(own, "INSERT INTO t VALUES(1, 1)"));
    auto result = read(own, "SELECT missing FROM t");
    QCOMPARE(kindOf(result), std::string("sql_error"));
    QVERIFY2(result.error().message.find("no such column: missing") != std::string::npos,
             why(result));
    QVERIFY(!detail(result, "engine_code").empty());
    result = read(own, "SELECT * FROM nowhere");
    QVERIFY2(result.error().message.find("no such table: nowhere") != std::string::npos,
             why(result));
    result = write(own, "INSERT INTO t VALUES(1, 2)");
    QCOMPARE(kindOf(result), std::string("sql_error"));
    QVERIFY2(result.error().message.find("UNIQUE constraint failed: t.a") != std::string::npos,
             why(result));
    QVERIFY(detail(result, "engine_code").find("SQLITE_CONSTRAINT") != std::string::npos);
    result = write(own, "UPDATE t SET b = NULL");
    QVERIFY2(result.error().message.find("NOT NULL constraint failed: t.b") != std::string::npos,
             why(result));
    result = read(own, "SELECT json_extract('{', '$')");
    QCOMPARE(kindOf(result), std::string("sql_error"));
    result = read(own, "SELECT readfile('/etc/hostname')");
    QCOMPARE(kindOf(result), std::string("not_understood"));
}

void ContractSuite::aDatabaseThatIsNotThereIsNotFound()
{
    for (const Privilege privilege :
         {Privilege::Read, Privilege::Write, Privilege::Delete, Privilege::Schema}) {
        const char *sql = privilege == Privilege::Read ? "SELECT 1"
            : privilege == Privilege::Schema           ? "CREATE TABLE x(a)"
            : privilege == Privilege::Delete           ? "DELETE FROM x"
                                                       : "INSERT INTO x VALUES(1)";
        QCOMPARE(kindOf(write("contract-nobody", sql, privilege)), std::string("not_found"));
    }
    QCOMPARE(kindOf(wait(platform().database("contract-nobody"))), std::string("not_found"));
}

void ContractSuite::cancelledCallsLeaveNothing()
{
    const std::string database = fresh("CREATE TABLE t(a)");
    for (const bool isWrite : {false, true}) {
        const Base::CancelToken cancel;
        const auto session
            = platform().openSession(database, isWrite ? Privilege::Write : Privilege::Read);
        auto pending = session->execute(
            scriptOf(kEndless
                     + std::string(isWrite ? "INSERT INTO t SELECT i FROM n WHERE i < 0"
                                           : "SELECT count(*) FROM n")),
            cancel);
        QTest::qWait(300); // it should be on its way; if it is not, it must not start
        QVERIFY(!pending.isFinished());
        QElapsedTimer timer;
        timer.start();
        cancel.cancel();
        QCOMPARE(kindOf(wait(pending)), std::string("cancelled"));
        QVERIFY(timer.elapsed() < 5'000);
    }
    // Nobody holds the writer's turn.
    QVERIFY(write(database, "INSERT INTO t VALUES('after')"));
    QCOMPARE(rowsOf(read(database, "SELECT a FROM t")), std::string("[[\"after\"]]"));
    const Base::CancelToken before;
    before.cancel();
    QCOMPARE(kindOf(run(database, Privilege::Write, scriptOf("INSERT INTO t VALUES(1)"), before)),
             std::string("cancelled"));
    QCOMPARE(rowsOf(read(database, "SELECT count(*) FROM t")), std::string("[[1]]"));
}

void ContractSuite::lateCallsLeaveNothing()
{
    const std::string database = fresh("CREATE TABLE t(a)");
    Script late = scriptOf(kEndless + std::string("SELECT count(*) FROM n"));
    late.limits.timeout = std::chrono::milliseconds(300);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(kindOf(run(database, Privilege::Read, late)), std::string("upstream_error"));
    late = scriptOf(kEndless + std::string("INSERT INTO t SELECT i FROM n WHERE i < 0"));
    late.limits.timeout = std::chrono::milliseconds(300);
    const auto result = run(database, Privilege::Write, late);
    QCOMPARE(kindOf(result), std::string("upstream_error"));
    QCOMPARE(detail(result, "outcome"), expected("outcome_of_a_late_write", "\"not_run\""));
    QVERIFY(timer.elapsed() < 10'000);
    QVERIFY(write(database, "INSERT INTO t VALUES('after')"));
    QCOMPARE(rowsOf(read(database, "SELECT a FROM t")), std::string("[[\"after\"]]"));
}

void ContractSuite::concurrentWritersLoseNothing()
{
    const std::string database = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY, n)");
    QVERIFY(write(database, "INSERT INTO t VALUES(1, 0)"));
    std::vector<std::unique_ptr<Session>> sessions;
    std::vector<Base::Pending<Outcome>> running;
    for (int i = 0; i < 40; ++i) {
        sessions.push_back(platform().openSession(database, Privilege::Write));
        running.push_back(sessions.back()->execute(
            scriptOf("UPDATE t SET n = n + 1 WHERE a = 1; INSERT INTO t(n) VALUES(0)"), {}));
    }
    for (const auto &one : running) {
        const auto result = wait(one);
        QVERIFY2(result, why(result));
    }
    QCOMPARE(rowsOf(read(database, "SELECT max(n), count(*) FROM t")), std::string("[[40,41]]"));
}

void ContractSuite::readersAndWritersDoNotDisturbEachOther()
{
    const std::string database = fresh("CREATE TABLE t(a INTEGER PRIMARY KEY)");
    std::vector<std::unique_ptr<Session>> sessions;
    std::vector<Base::Pending<Outcome>> running;
    for (int i = 0; i < 60; ++i) {
        const bool isWrite = i % 3 == 0;
        sessions.push_back(
            platform().openSession(database, isWrite ? Privilege::Write : Privilege::Read));
        running.push_back(sessions.back()->execute(
            scriptOf(isWrite ? "INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES"
                             : "SELECT count(*) % 2 FROM t"),
            {}));
    }
    for (std::size_t i = 0; i < running.size(); ++i) {
        const auto result = wait(running[i]);
        QVERIFY2(result, why(result));
        if (i % 3 != 0)
            QCOMPARE(rowsOf(result), std::string("[[0]]")); // no half transaction is seen
    }
    QCOMPARE(rowsOf(read(database, "SELECT count(*) FROM t")), std::string("[[40]]"));
}
