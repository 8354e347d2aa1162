// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"
#include "support/testcase.h"
#include "turso/gatecases.h"
#include "turso/sizelimit.h"
#include "turso/sqlfile.h"
#include "turso/workspacefixture.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace Turso;
using Base::ErrorKind;
using Base::Json;

class tst_Workspace : public WorkspaceFixture
{
    Q_OBJECT

private Q_SLOTS:
    void theDemoIsThereAtOnceAndTheSameEverywhere()
    {
        open(true);
        QCOMPARE(wait(m_workspace->databases(""))->size(), std::size_t(1));
        QCOMPARE(rowsOf(read("demo-shop",
                             "SELECT count(*), min(placed_at) >= '2025-07-01', max(placed_at) < "
                             "'2026-07-01' FROM orders")),
                 std::string("[[2400,1,1]]"));
        QCOMPARE(rowsOf(read("demo-shop", "PRAGMA foreign_key_check")), std::string("[]"));
        QCOMPARE(rowsOf(read("demo-shop", "PRAGMA integrity_check")), std::string("[[\"ok\"]]"));
        QCOMPARE(
            rowsOf(read("demo-shop",
                        "SELECT count(*) FROM orders o WHERE total_cents <> (SELECT "
                        "sum(quantity * price_cents) FROM order_items WHERE order_id = o.id)")),
            std::string("[[0]]"));
        const std::string first = Support::SqlFile(fileOf("demo-shop")).content();
        m_workspace.reset();
        m_folder = std::make_unique<QTemporaryDir>();
        open(true);
        QVERIFY(read("demo-shop", "SELECT 1"));
        QVERIFY(Support::SqlFile(fileOf("demo-shop")).content() == first);
    }

    void theDemoIsMadeOnce()
    {
        open(true);
        QVERIFY(read("demo-shop", "SELECT 1"));
        QCOMPARE(wait(m_workspace->deleteDatabase("demo-shop")).value_or("failed"),
                 std::string("demo-shop"));
        open(true);
        QVERIFY(wait(m_workspace->databases(""))->empty());
        QCOMPARE(kindOf(read("demo-shop", "SELECT 1")), std::string("not_found"));
    }

    void aOneRowReadIsQuick()
    {
        open(true);
        Script script = scriptOf("SELECT id, placed_at, total_cents FROM orders WHERE id = ?",
                                 std::vector<Value>{std::int64_t{5}});
        std::vector<double> inside;
        std::vector<double> outside;
        const auto session = m_workspace->openSession("demo-shop", Privilege::Read);
        QElapsedTimer timer;
        for (int i = 0; i < 2000; ++i) {
            timer.restart();
            const auto one = wait(session->execute(script, {}));
            outside.push_back(static_cast<double>(timer.nsecsElapsed()) / 1000);
            QVERIFY(one);
            inside.push_back(one->durationMs * 1000);
        }
        std::sort(inside.begin(), inside.end());
        std::sort(outside.begin(), outside.end());
        qInfo("one row: %.1f us inside, %.1f us with the hop", inside[1000], outside[1000]);
        QVERIFY(inside[1000] < 1000);
    }

    void bothHalvesOfTheGateAgree()
    {
        open();
        QCOMPARE(
            create("db", kGateSchema),
            std::string(
                "Statement 10 is a write statement (INSERT), which this session may not run."));
        QVERIFY(Support::SqlFile(fileOf("db")).run(kGateSchema));
        const std::string before = Support::SqlFile(fileOf("db")).content();
        for (const GateCase &gate : kGateCases) {
            const Privilege privilege = gate.expected == 'R' ? Privilege::Read
                : gate.expected == 'W'                       ? Privilege::Write
                : gate.expected == 'S'                       ? Privilege::Schema
                                                             : Privilege::Delete;
            Script script = scriptOf(gate.sql);
            script.dryRun = true;
            const auto result = run(*m_workspace, "db", privilege, script);
            const QByteArray told
                = QByteArray(gate.sql) + ": " + (result ? "ok" : result.error().message.c_str());
            if (gate.expected == '-')
                QVERIFY2(kindOf(result) == "not_understood", told);
            else
                QVERIFY2(result || result.error().kind == ErrorKind::SqlError
                             || result.error().kind == ErrorKind::InvalidArgument,
                         told);
        }
        QVERIFY(Support::SqlFile(fileOf("db")).content() == before);
    }

    void aLieAboutTheClassIsCaughtByTheEngine_data()
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
        row("PRAGMA query_only = 0", Read);
        row("ATTACH 'x.db' AS x", Read);
        row("BEGIN", Read);
        row("COMMIT", Read);
        row("SELECT 1; DELETE FROM t", Read);
        row("CREATE TABLE n(x)", Read);
        row("DELETE FROM t", Write);
        row("DROP TABLE t", Write);
        row("UPDATE t SET b = 1", Delete);
        row("SELECT 1", Delete);
        row("EXPLAIN DELETE FROM t", Delete);
        row("COMMIT", Write);
        row("CREATE TEMP TABLE n(x)", Schema);
        row("PRAGMA user_version = 9", Schema);
        row("SELECT load_extension('x')", Read);
        row("VACUUM", Write);
        row("VACUUM", Read);
    }
    void aLieAboutTheClassIsCaughtByTheEngine()
    {
        QFETCH(QString, sql);
        QFETCH(int, lie);
        open();
        create("db", "");
        QVERIFY(Support::SqlFile(fileOf("db")).run(kGateSchema));
        const std::string before = Support::SqlFile(fileOf("db")).content();
        Script script;
        Sql::Statement statement;
        statement.text = sql.toStdString();
        statement.verb = statement.text.substr(0, statement.text.find(' '));
        statement.table = "t";
        statement.statementClass = static_cast<Sql::StatementClass>(lie);
        script.statements = {statement};
        for (const Privilege privilege :
             {Privilege::Read, Privilege::Write, Privilege::Delete, Privilege::Schema}) {
            const auto result = run(*m_workspace, "db", privilege, script);
            QVERIFY2(!result, sql.toUtf8());
            QVERIFY2(kindOf(result) == "not_understood" || kindOf(result) == "wrong_tool",
                     (kindOf(result) + ": " + result.error().message).c_str());
        }
        QVERIFY(Support::SqlFile(fileOf("db")).content() == before);
    }

    void aSessionRunsItsOwnClassesOnly()
    {
        open();
        create("db", "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
        const std::pair<Privilege, std::string> allowed[] = {{Privilege::Read, "R"},
                                                             {Privilege::Write, "W"},
                                                             {Privilege::Delete, "DWP"},
                                                             {Privilege::Schema, "S"}};
        const std::pair<char, const char *> statements[]
            = {{'R', "SELECT 1"},
               {'W', "INSERT INTO t(b) VALUES(1)"},
               {'P', "REPLACE INTO t(a) VALUES(1)"},
               {'D', "DELETE FROM t WHERE a = 77"},
               {'S', "CREATE TABLE IF NOT EXISTS n(x)"}};
        for (const auto &[privilege, letters] : allowed) {
            for (const auto &[letter, sql] : statements)
                QCOMPARE(
                    kindOf(write("db", sql, privilege)),
                    std::string(letters.find(letter) == std::string::npos ? "wrong_tool" : "ok"));
        }
    }

    void aTableThatReplacesByItselfNeedsTheRightToDelete()
    {
        open();
        create("db", "CREATE TABLE t(a TEXT UNIQUE ON CONFLICT REPLACE)");
        QCOMPARE(kindOf(write("db", "INSERT INTO t VALUES('x')")), std::string("not_understood"));
        QCOMPARE(kindOf(write("db", "INSERT INTO t VALUES('x')", Privilege::Delete)),
                 std::string("ok"));
    }

    void functionsInsideViewsAndTriggersAreDenied()
    {
        open();
        create("db", "CREATE TABLE t(a)");
        QVERIFY(
            Support::SqlFile(fileOf("db"))
                .run("CREATE VIEW bad AS SELECT load_extension('x');"
                     "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT load_extension('x'); END"));
        QVERIFY(!read("db", "SELECT * FROM bad"));
        QVERIFY(!write("db", "INSERT INTO t VALUES(1)"));
        QCOMPARE(rowsOf(read("db", "SELECT count(*) FROM t")), std::string("[[0]]"));
    }

    void valuesKeepTheirMeaning_data()
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
        row("x'000102'", "{\"base64\":\"AAEC\"}");
    }
    void valuesKeepTheirMeaning()
    {
        QFETCH(QByteArray, expression);
        QFETCH(QByteArray, json);
        open();
        create("db", "");
        const auto result = read("db", "SELECT " + expression.toStdString());
        QCOMPARE(QByteArray::fromStdString(rowsOf(result)), "[[" + json + "]]");
        QVERIFY(Base::parseJson(result->statements.front().rows));
    }

    void argumentsAreBoundOrRefusedByName()
    {
        open();
        create("db", "");
        const auto with = [this](const char *sql, Arguments arguments) {
            return rowsOf(
                run(*m_workspace, "db", Privilege::Read, scriptOf(sql, std::move(arguments))));
        };
        using Positions = std::vector<Value>;
        using Names = std::vector<std::pair<std::string, Value>>;
        QCOMPARE(
            with("SELECT ?, ?, typeof(?), ?, ?",
                 Positions{std::int64_t{1}, std::string("x"), Blob{""}, std::monostate{}, 2.5}),
            std::string("[[1,\"x\",\"blob\",null,2.5]]"));
        QCOMPARE(
            with("SELECT :a, @b, $c",
                 Names{{"a", std::int64_t{1}}, {"@b", std::int64_t{2}}, {"c", std::int64_t{3}}}),
            std::string("[[1,2,3]]"));
        QVERIFY(with("SELECT ?, ?", Positions{1.0}).find("number 2 is missing")
                != std::string::npos);
        QVERIFY(with("SELECT 1", Positions{1.0}).find("0 parameters") != std::string::npos);
        QVERIFY(with("SELECT :a", Names{{"b", 1.0}}).find(":a") != std::string::npos);
        QVERIFY(with("SELECT :a", Names{{"a", 1.0}, {"b", 1.0}}).find("named b")
                != std::string::npos);
        QVERIFY(with("SELECT :a", Names{{"a", 1.0}, {":a", 1.0}}).find("twice")
                != std::string::npos);
        QVERIFY(with("SELECT ?", Names{{"a", 1.0}}).find("no name") != std::string::npos);
        QVERIFY(with("SELECT :a", {}).starts_with("error: invalid_argument"));
        QVERIFY(with("SELECT ?", Positions{std::string(6'000'000, 'x')})
                    .starts_with("error: invalid_argument"));
        // A cached statement forgets its arguments.
        QCOMPARE(with("SELECT ?", Positions{std::string("secret")}), std::string("[[\"secret\"]]"));
        QVERIFY(with("SELECT ?", {}).starts_with("error: invalid_argument"));
    }

    void rowsAndBytesAreCut()
    {
        open();
        create("db", "CREATE TABLE t(a INTEGER PRIMARY KEY)");
        const std::string numbers
            = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) ";
        Script script = scriptOf(numbers + "SELECT i FROM n");
        script.limits.maxRows = 3;
        auto result = run(*m_workspace, "db", Privilege::Read, script);
        QCOMPARE(rowsOf(result), std::string("[[1],[2],[3]]"));
        QVERIFY(result->statements.front().truncated);
        script.limits = {.maxRows = 500, .maxBytes = 10};
        result = run(*m_workspace, "db", Privilege::Read, script);
        QCOMPARE(rowsOf(result), std::string("[[1],[2]]"));
        QCOMPARE(result->statements.front().rowCount, std::int64_t(2));
        script = scriptOf("SELECT 1 UNION SELECT 2 UNION SELECT 3");
        script.limits.maxRows = 3;
        QVERIFY(!run(*m_workspace, "db", Privilege::Read, script)->statements.front().truncated);
        // What is cut from RETURNING is still written.
        script = scriptOf(numbers + "INSERT INTO t SELECT i FROM n RETURNING a");
        script.limits.maxRows = 2;
        result = run(*m_workspace, "db", Privilege::Write, script);
        QCOMPARE(rowsOf(result), std::string("[[1],[2]]"));
        QCOMPARE(result->affectedRows, std::int64_t(1000));
        QCOMPARE(rowsOf(read("db", "SELECT count(*) FROM t")), std::string("[[1000]]"));
    }

    void hugeRowsAreNeitherBuiltNorWritten()
    {
        open();
        create("db", "");
        const auto columns = [](const std::string &column, int count) {
            std::string sql = "SELECT " + column;
            for (int i = 1; i < count; ++i)
                sql += ", " + column;
            return sql;
        };
        // The row does not fit into the memory that SQLite may have.
        auto result = read("db", columns("randomblob(4900000)", 150));
        QCOMPARE(kindOf(result), std::string("limit_exceeded"));
        QVERIFY(result.error().message.find("memory") != std::string::npos);
        QVERIFY(result.error().details.find("SQLITE_NOMEM") != std::string::npos);
        // The connection is still good; a row that is too long to answer is left out.
        result = read("db", columns("zeroblob(4900000)", 20));
        QVERIFY2(result, rowsOf(result).c_str());
        QCOMPARE(rowsOf(result), std::string("[]"));
        QVERIFY(result->statements.front().truncated);
        result = read("db", columns("1", 501));
        QCOMPARE(kindOf(result), std::string("sql_error"));
        // A row that does not fit is dropped whole; those before it stay.
        Script script = scriptOf("SELECT 1, 'a' UNION ALL SELECT 2, hex(zeroblob(50)) UNION ALL "
                                 "SELECT 3, 'c'");
        script.limits.maxBytes = 50;
        result = run(*m_workspace, "db", Privilege::Read, script);
        QCOMPARE(rowsOf(result), std::string("[[1,\"a\"]]"));
        QVERIFY(result->statements.front().truncated);
        // Exactly as long as allowed fits.
        script = scriptOf("SELECT 'abc', x'00' UNION ALL SELECT 'abc', x'00'");
        const std::string row = R"(["abc",{"base64":"AA=="}])";
        script.limits.maxBytes = 2 * row.size() + 1;
        QCOMPARE(rowsOf(run(*m_workspace, "db", Privilege::Read, script)),
                 '[' + row + ',' + row + ']');
        --script.limits.maxBytes;
        QCOMPARE(rowsOf(run(*m_workspace, "db", Privilege::Read, script)), '[' + row + ']');
    }

    void longPatternsAreRefused()
    {
        open();
        create("db", "");
        const std::string pattern(101, '%');
        QCOMPARE(kindOf(read("db", "SELECT 'a' LIKE '" + pattern + "'")), std::string("sql_error"));
        QCOMPARE(rowsOf(read("db", "SELECT 'a' LIKE '" + pattern.substr(1) + "'")),
                 std::string("[[1]]"));
    }

    void droppingWhatCannotBeCountedIsEstimated()
    {
        open();
        // Each row of the view takes long: counting takes them all, the highest rowid one.
        create("db",
               "CREATE TABLE t(a INTEGER PRIMARY KEY);"
               "CREATE VIEW v AS SELECT a, (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
               "1 FROM n LIMIT 20000) SELECT count(*) + t.a FROM n) AS b FROM t;"
               "CREATE VIRTUAL TABLE f USING fts5(b, content='v', content_rowid='a')");
        QVERIFY(write("db",
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400) "
                      "INSERT INTO t SELECT i FROM n"));
        const auto dropped = [this](const std::string &sql) {
            Script script = scriptOf(sql);
            script.dryRun = true;
            return run(*m_workspace, "db", Privilege::Schema, script);
        };
        auto result = dropped("DROP TABLE f");
        QVERIFY2(result, rowsOf(result).c_str());
        QCOMPARE(result->impact->method, std::string("estimate"));
        QCOMPARE(result->impact->tables.size(), std::size_t(1));
        QCOMPARE(result->impact->tables.front().deleted, std::int64_t(400));
        result = dropped("DROP TABLE t");
        QCOMPARE(result->impact->method, std::string("rolled_back_transaction"));
        QCOMPARE(result->impact->tables.front().deleted, std::int64_t(400));
        QVERIFY(dropped("DROP TABLE IF EXISTS nothing")->impact->tables.empty());
    }

    void aScriptIsAllOrNothing()
    {
        open();
        create("db", "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT NOT NULL)");
        const auto good = write("db",
                                "INSERT INTO t VALUES(1, 'x'); INSERT INTO t(b) VALUES('y'), "
                                "('z'); UPDATE t SET b = 'w' WHERE a > 1");
        QVERIFY(good);
        QCOMPARE(good->affectedRows, std::int64_t(5));
        QCOMPARE(good->statements.at(1).lastInsertRowid.value_or(0), std::int64_t(3));
        QVERIFY(!good->statements.at(2).lastInsertRowid);
        const std::string before = Support::SqlFile(fileOf("db")).content();
        const auto bad = write("db",
                               "INSERT INTO t VALUES(9, 'n'); INSERT INTO t VALUES(1, 'again'); "
                               "INSERT INTO t VALUES(10, 'n')");
        QCOMPARE(kindOf(bad), std::string("sql_error"));
        QCOMPARE(bad.error().message, std::string("UNIQUE constraint failed: t.a"));
        QVERIFY(bad.error().details.find("SQLITE_CONSTRAINT_PRIMARYKEY") != std::string::npos);
        QCOMPARE(kindOf(write("db",
                              "INSERT INTO t VALUES(9, 'n'); INSERT OR ROLLBACK INTO t VALUES(1, "
                              "'a'); INSERT INTO t VALUES(11, 'n')")),
                 std::string("sql_error"));
        QCOMPARE(kindOf(write("db", "INSERT INTO t VALUES(9, 'n'); INSERT INTO missing VALUES(1)")),
                 std::string("sql_error"));
        QCOMPARE(kindOf(write("db", "CREATE TABLE n(x); CREATE TABLE n(x)", Privilege::Schema)),
                 std::string("sql_error"));
        QVERIFY(Support::SqlFile(fileOf("db")).content() == before);
        QVERIFY(write("db", "INSERT INTO t VALUES(9, 'after')"));
    }

    void aDryRunTellsEverythingAndChangesNothing()
    {
        open(true);
        QVERIFY(read("demo-shop", "SELECT 1"));
        const std::string before = Support::SqlFile(fileOf("demo-shop")).content();
        Script script = scriptOf("DELETE FROM orders WHERE id <= 100");
        script.dryRun = true;
        const auto result = run(*m_workspace, "demo-shop", Privilege::Delete, script);
        QVERIFY2(result, rowsOf(result).c_str());
        const Impact &impact = *result->impact;
        QCOMPARE(impact.affectedRows, std::int64_t(100));
        QCOMPARE(impact.method, std::string("rolled_back_transaction"));
        QCOMPARE(impact.tables.size(), std::size_t(3));
        const auto find = [&impact](const std::string &name) {
            return *std::find_if(impact.tables.begin(), impact.tables.end(),
                                 [&](const TableImpact &t) { return t.name == name; });
        };
        QCOMPARE(find("orders").deleted, std::int64_t(100));
        QCOMPARE(find("orders").via, std::string("statement"));
        QCOMPARE(find("orders").totalRows.value_or(0), std::int64_t(2400));
        QCOMPARE(find("order_items").via, std::string("cascade"));
        const std::string items
            = rowsOf(read("demo-shop", "SELECT count(*) FROM order_items WHERE order_id <= 100"));
        QCOMPARE("[[" + std::to_string(find("order_items").deleted) + "]]", items);
        QCOMPARE(find("products").via, std::string("trigger"));
        QCOMPARE(find("products").updated, find("order_items").deleted);
        QCOMPARE(impact.sample.size(), std::size_t(20));
        const auto row = Base::parseJson(impact.sample.front().before);
        QVERIFY(row && row->contains("customer_id") && impact.sample.front().after.empty());
        QVERIFY(Support::SqlFile(fileOf("demo-shop")).content() == before);
    }

    void impactCountsEveryKindOfChange()
    {
        open();
        create("db",
               "CREATE TABLE t(a INTEGER PRIMARY KEY, g AS (a + 1), b TEXT UNIQUE); CREATE VIRTUAL "
               "TABLE fts USING fts5(x);"
               "CREATE TABLE wr(k TEXT PRIMARY KEY, v) WITHOUT ROWID");
        QVERIFY(write("db",
                      "INSERT INTO t(a, b) VALUES(1, 'x'), (2, 'y'), (3, 'z'); INSERT INTO fts "
                      "VALUES('hello'), ('world');"
                      "INSERT INTO wr VALUES('k', 1)"));
        const auto dry = [this](const char *sql, Privilege privilege) {
            Script script = scriptOf(sql);
            script.dryRun = true;
            const auto result = run(*m_workspace, "db", privilege, script);
            if (!result)
                return result.error().message;
            std::string text;
            for (const TableImpact &table : result->impact->tables)
                text += table.name + " +" + std::to_string(table.inserted) + " ~"
                    + std::to_string(table.updated) + " -" + std::to_string(table.deleted) + " of "
                    + std::to_string(table.totalRows.value_or(-1)) + "; ";
            for (const SchemaChange &change : result->impact->schema)
                text += change.object + " " + change.change + "; ";
            return text;
        };
        QCOMPARE(dry("DELETE FROM t", Privilege::Delete), std::string("t +0 ~0 -3 of 3; "));
        QCOMPARE(dry("DELETE FROM wr", Privilege::Delete), std::string("wr +0 ~0 -1 of 1; "));
        QCOMPARE(dry("REPLACE INTO t(a, b) VALUES(9, 'x')", Privilege::Delete),
                 std::string("t +1 ~0 -1 of 3; "));
        QCOMPARE(dry("UPDATE t SET b = b || '!'", Privilege::Write),
                 std::string("t +0 ~3 -0 of 3; "));
        QCOMPARE(dry("DELETE FROM fts WHERE x = 'hello'", Privilege::Delete),
                 std::string("fts +0 ~0 -1 of 2; "));
        QCOMPARE(dry("DROP TABLE t", Privilege::Schema),
                 std::string("t +0 ~0 -3 of 3; table t dropped with 3 rows; "));
        QCOMPARE(dry("ALTER TABLE wr ADD COLUMN n; CREATE INDEX i ON t(b)", Privilege::Schema),
                 std::string("table wr altered: column n added; index i created; "));
        QCOMPARE(dry("ALTER TABLE wr DROP COLUMN v", Privilege::Schema),
                 std::string("table wr altered: column v removed; "));
        QCOMPARE(dry("ALTER TABLE wr RENAME COLUMN v TO w", Privilege::Schema),
                 std::string("table wr altered: column v renamed to w; "));
        QCOMPARE(dry("ALTER TABLE wr RENAME TO wr2", Privilege::Schema),
                 std::string("table wr renamed to wr2; "));
        Script script = scriptOf("UPDATE t SET b = upper(b) WHERE a = 2");
        script.measureImpact = true;
        const auto real = run(*m_workspace, "db", Privilege::Write, script);
        QCOMPARE(QString::fromStdString(real->impact->sample.front().before),
                 QStringLiteral("{\"a\":2,\"b\":\"y\"}"));
        QCOMPARE(QString::fromStdString(real->impact->sample.front().after),
                 QStringLiteral("{\"a\":2,\"b\":\"Y\"}"));
        QCOMPARE(rowsOf(read("db", "SELECT b FROM t WHERE a = 2")), std::string("[[\"Y\"]]"));
    }

    void moreChangesThanApprovedAreRolledBack()
    {
        open(true);
        Script script = scriptOf("DELETE FROM orders WHERE id <= 10");
        script.maxRowsChanged = 10; // but items and stock go along
        QCOMPARE(kindOf(run(*m_workspace, "demo-shop", Privilege::Delete, script)),
                 std::string("impact_changed"));
        QCOMPARE(rowsOf(read("demo-shop", "SELECT count(*) FROM orders")), std::string("[[2400]]"));
        script.maxRowsChanged = 1000;
        const auto result = run(*m_workspace, "demo-shop", Privilege::Delete, script);
        QVERIFY(result && !result->impact);
        QCOMPARE(rowsOf(read("demo-shop", "SELECT count(*) FROM orders")), std::string("[[2390]]"));
    }

    void aLongDryRunBecomesAnEstimate()
    {
        open();
        create("db", "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
        QVERIFY(write("db",
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300) "
                      "INSERT INTO t SELECT i, 0 FROM n"));
        // The SET list is what takes for ever; the condition is quick.
        Script script = scriptOf("UPDATE t SET b = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                                 "SELECT i + 1 FROM n LIMIT 900000000) "
                                 "SELECT count(*) + ? FROM n) WHERE a <= ?",
                                 std::vector<Value>{std::int64_t{1}, std::int64_t{7}});
        script.dryRun = true;
        const auto result = run(*m_workspace, "db", Privilege::Write, script);
        QVERIFY2(result, rowsOf(result).c_str());
        QCOMPARE(result->impact->method, std::string("estimate"));
        QCOMPARE(result->impact->affectedRows, std::int64_t(7));
        QCOMPARE(result->impact->tables.front().totalRows.value_or(0), std::int64_t(300));
    }

    void cancelledAndLateCallsLeaveNothing()
    {
        open();
        create("db", "CREATE TABLE t(a)");
        const std::string endless
            = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) ";
        const Base::CancelToken cancelRunning;
        const Base::CancelToken cancelQueued;
        const auto session = m_workspace->openSession("db", Privilege::Write);
        auto running
            = session->execute(scriptOf(endless + "INSERT INTO t SELECT i FROM n"), cancelRunning);
        auto queued = session->execute(scriptOf("INSERT INTO t VALUES('queued')"), cancelQueued);
        // A writer that runs or waits does not hold up readers.
        QCOMPARE(rowsOf(read("db", "SELECT count(*) FROM t")), std::string("[[0]]"));
        cancelQueued.cancel();
        QVERIFY(queued.isFinished());
        QCOMPARE(kindOf(queued.result()), std::string("cancelled"));
        cancelRunning.cancel();
        QCOMPARE(kindOf(wait(running)), std::string("cancelled"));
        Script late = scriptOf(endless + "INSERT INTO t SELECT i FROM n");
        late.limits.timeout = std::chrono::milliseconds(50);
        const auto result = run(*m_workspace, "db", Privilege::Write, late);
        QCOMPARE(kindOf(result), std::string("upstream_error"));
        QVERIFY(result.error().details.find("not_run") != std::string::npos);
        QVERIFY(write("db", "INSERT INTO t VALUES('after')"));
        QCOMPARE(rowsOf(read("db", "SELECT a FROM t")), std::string("[[\"after\"]]"));
        late = scriptOf(endless + "SELECT count(*) FROM n");
        late.limits.timeout = std::chrono::milliseconds(50);
        QCOMPARE(kindOf(run(*m_workspace, "db", Privilege::Read, late)),
                 std::string("upstream_error"));
    }

    void closingTheWorkspaceAnswersEverybody()
    {
        open();
        create("db", "CREATE TABLE t(a)");
        const auto session = m_workspace->openSession("db", Privilege::Write);
        auto running
            = session->execute(scriptOf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                                        "FROM n) INSERT INTO t SELECT i FROM n"),
                               {});
        auto queued = session->execute(scriptOf("INSERT INTO t VALUES(1)"), {});
        m_workspace.reset();
        QCOMPARE(kindOf(wait(running)), std::string("cancelled"));
        QCOMPARE(kindOf(wait(queued)), std::string("cancelled"));
        QCOMPARE(kindOf(wait(session->execute(scriptOf("INSERT INTO t VALUES(1)"), {}))),
                 std::string("cancelled"));
    }

    void sizeLimitsHold()
    {
        QCOMPARE(parseSizeLimit("1mb").value_or(0), std::int64_t(999424));
        QCOMPARE(parseSizeLimit("1 MiB").value_or(0), std::int64_t(1048576));
        QCOMPARE(parseSizeLimit("100KB").value_or(0), std::int64_t(98304));
        QCOMPARE(parseSizeLimit("1.5 GiB").value_or(0), std::int64_t(1610612736));
        QCOMPARE(parseSizeLimit("1048576").value_or(0), std::int64_t(1048576));
        for (const char *bad : {"", "mb", "-1mb", "1 000", "1e9", "4095", "1.mb", ".5mb", "1  mb",
                                "1 ", "1pb", "99999999tb", "1.2.3"})
            QVERIFY2(!parseSizeLimit(bad), bad);
        open();
        create("db", "CREATE TABLE t(a)", 98304);
        const auto full = write("db",
                                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                                "LIMIT 1000) INSERT INTO t SELECT randomblob(500) FROM n");
        QCOMPARE(kindOf(full), std::string("limit_exceeded"));
        QVERIFY(full.error().details.find("SQLITE_FULL") != std::string::npos);
        QCOMPARE(rowsOf(read("db", "SELECT count(*) FROM t")), std::string("[[0]]"));
        open();
        QCOMPARE(kindOf(write("db", "INSERT INTO t VALUES(zeroblob(200000))")),
                 std::string("limit_exceeded"));
        QVERIFY(write("db", "INSERT INTO t VALUES(1)"));
        QCOMPARE(kindOf(read("db", "SELECT zeroblob(6000000)")), std::string("limit_exceeded"));
    }

    void namesProtectionAndTrash()
    {
        open();
        for (const char *bad : {"", "-a", "a-", "A", "a_b", "a.b", "../x", "a b", "ä"})
            QVERIFY2(!wait(m_workspace->createDatabase({.name = bad, .group = ""})), bad);
        QVERIFY(!wait(m_workspace->createDatabase({.name = std::string(65, 'a'), .group = ""})));
        QVERIFY(wait(m_workspace->createDatabase({.name = std::string(64, 'a'), .group = ""})));
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        QCOMPARE(create("db", ""), std::string("database with name db already exists"));
        QCOMPARE(kindOf(Base::Result<Outcome>(tl::unexpected(
                     wait(m_workspace->createDatabase({.name = "x", .group = "nope"})).error()))),
                 std::string("not_found"));
        QVERIFY(!wait(m_workspace->createDatabase({.name = "x", .group = "", .useTursodb = true})));
        QVERIFY(write("db", "INSERT INTO t VALUES(1)"));
        QCOMPARE(wait(m_workspace->deleteDatabase("db")).value_or(""), std::string("db"));
        QCOMPARE(QDir(m_folder->filePath(QStringLiteral("trash")))
                     .entryList(QDir::Dirs | QDir::NoDotAndDotDot)
                     .size(),
                 1);
        QVERIFY(create("db", "").empty());
        QCOMPARE(rowsOf(read("db", "SELECT count(*) FROM sqlite_schema")), std::string("[[0]]"));
        m_workspace.reset();
        Support::SqlFile registry(folder() + "/registry.db");
        QVERIFY(registry.run(
            "UPDATE databases SET delete_protection = 1, block_writes = 1 WHERE name = 'db'"));
        open();
        const auto kept = wait(m_workspace->deleteDatabase("db"));
        QVERIFY(!kept && kept.error().kind == ErrorKind::Protected);
        QVERIFY(read("db", "SELECT 1"));
        QCOMPARE(kindOf(write("db", "CREATE TABLE t(a)", Privilege::Schema)),
                 std::string("read_only_mode"));
        m_workspace.reset();
        QVERIFY(registry.run("UPDATE databases SET delete_protection = 0, block_reads = 1; UPDATE "
                             "groups SET delete_protection = 1"));
        open();
        const auto group = wait(m_workspace->deleteDatabase("db"));
        QVERIFY(!group && group.error().kind == ErrorKind::Protected);
        QCOMPARE(kindOf(read("db", "SELECT 1")), std::string("read_only_mode"));
        QVERIFY(!wait(m_workspace->deleteDatabase("missing")));
    }

    void eightThreadsReadWhileWritersWait()
    {
        open();
        create("db", "CREATE TABLE t(a INTEGER PRIMARY KEY)");
        std::atomic<int> failures = 0;
        std::atomic<bool> writing = true;
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                const auto session = m_workspace->openSession("db", Privilege::Read);
                for (int k = 0; k < 300 || writing; ++k) {
                    if (!wait(session->execute(scriptOf("SELECT count(*) FROM t WHERE a > ?",
                                                        std::vector<Value>{std::int64_t{k}}),
                                               {})))
                        ++failures;
                }
            });
        }
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back([&] {
                const auto session = m_workspace->openSession("db", Privilege::Write);
                for (int k = 0; k < 20; ++k) {
                    if (!wait(session->execute(scriptOf("INSERT INTO t DEFAULT VALUES"), {})))
                        ++failures;
                }
            });
        }
        for (std::size_t i = 8; i < threads.size(); ++i)
            threads[i].join();
        writing = false;
        for (std::size_t i = 0; i < 8; ++i)
            threads[i].join();
        QCOMPARE(failures.load(), 0);
        QCOMPARE(rowsOf(read("db", "SELECT count(*) FROM t")), std::string("[[60]]"));
    }

    void idleThreadsAndConnectionsGoAndComeBack()
    {
        const auto threads = [] {
            return QDir(QStringLiteral("/proc/self/task"))
                .entryList(QDir::Dirs | QDir::NoDotAndDotDot)
                .size();
        };
        const auto before = threads();
        WorkspaceOptions options{
            .folder = folder(), .seedDemo = false, .idleTime = std::chrono::milliseconds(20)};
        m_workspace = std::move(*Workspace::open(options));
        create("db", "CREATE TABLE t(a)");
        for (int i = 0; i < 5; ++i) {
            QVERIFY(write("db", "INSERT INTO t VALUES(1)"));
            QVERIFY(read("db", "SELECT 1"));
            QTRY_COMPARE(threads(), before);
        }
        QCOMPARE(rowsOf(read("db", "SELECT count(*) FROM t")), std::string("[[5]]"));
    }

    void acknowledgedWritesSurviveKill()
    {
        open();
        create("db", "CREATE TABLE t(a INTEGER PRIMARY KEY)");
        m_workspace.reset();
        int pipes[2];
        QVERIFY(::pipe(pipes) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            WorkspaceOptions options{.folder = folder(), .seedDemo = true};
            const auto workspace = std::move(*Workspace::open(options));
            const auto session = workspace->openSession("db", Privilege::Write);
            for (std::int64_t i = 1;; ++i) {
                if (!wait(session->execute(
                        scriptOf("INSERT INTO t VALUES(?)", std::vector<Value>{i}), {})))
                    ::_exit(1);
                if (::write(pipes[1], &i, sizeof i) != sizeof i)
                    ::_exit(2);
            }
        }
        std::int64_t acknowledged = 0;
        while (acknowledged < 40)
            QVERIFY(::read(pipes[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(pipes[1]);
        while (::read(pipes[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) { }
        ::close(pipes[0]);
        open(true);
        QCOMPARE(rowsOf(read("db", "PRAGMA integrity_check")), std::string("[[\"ok\"]]"));
        QCOMPARE(rowsOf(read("db",
                             "SELECT count(*) >= " + std::to_string(acknowledged)
                                 + ", count(*) = max(a) FROM t")),
                 std::string("[[1,1]]"));
        // The demo, possibly killed on its way, is there and whole.
        QCOMPARE(rowsOf(read("demo-shop", "SELECT count(*) FROM orders")), std::string("[[2400]]"));
    }
};

QTEST_GUILESS_MAIN(tst_Workspace)
#include "tst_workspace.moc"
