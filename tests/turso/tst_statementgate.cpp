// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "turso/gatecases.h"
#include "turso/gateoracle.h"
#include "turso/sql/statement.h"
#include "turso/sqlfile.h"

#include <QTemporaryDir>

#include <array>
#include <cstring>
#include <ctime>
#include <map>
#include <random>
#include <set>

using namespace Turso::Sql;

namespace
{

char letterOf(StatementClass statementClass)
{
    switch (statementClass) {
    case StatementClass::Read:
        return 'R';
    case StatementClass::Write:
        return 'W';
    case StatementClass::Replace:
        return 'P';
    case StatementClass::Delete:
        return 'D';
    case StatementClass::Schema:
        return 'S';
    case StatementClass::Refused:
        break;
    }
    return '-';
}

Statement single(const std::string &sql)
{
    auto statements = classify(sql);
    return statements && statements->size() == 1 ? statements->front() : Statement{};
}

} // namespace

class tst_StatementGate : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everyStatementHasItsClass()
    {
        QVERIFY(std::size(kGateCases) >= 850);
        std::set<std::string> seen;
        std::map<char, int> classes;
        QStringList wrong;
        for (const GateCase &gate : kGateCases) {
            const auto statements = classify(gate.sql);
            const Statement statement = single(gate.sql);
            if (letterOf(statement.statementClass) != gate.expected || !statements
                || statements->size() != 1 || statement.refusal.empty() != (gate.expected != '-')
                || statement.refusal.find(gate.reason) == std::string::npos
                || !seen.insert(gate.sql).second || std::strlen(gate.why) == 0)
                wrong += QString::fromStdString(
                    std::string(1, gate.expected) + " | " + gate.sql + " -> "
                    + std::string(className(statement.statementClass)) + ": " + statement.refusal
                    + (statements ? "" : statements.error().message));
            ++classes[gate.expected];
        }
        QVERIFY2(wrong.isEmpty(), qUtf8Printable(wrong.join(QLatin1Char('\n'))));
        qInfo("%d statements: %d read, %d write, %d replace, %d delete, %d schema, %d refused",
              static_cast<int>(std::size(kGateCases)), classes['R'], classes['W'], classes['P'],
              classes['D'], classes['S'], classes['-']);
    }

    // The oracle: SQLite itself, with and without the gate, on a real file.
    void bothHalvesAgreeAndReadsChangeNothing()
    {
        QTemporaryDir folder;
        Support::GateOracle oracle(folder.filePath(QStringLiteral("x.db")).toStdString());
        oracle.buildAll(kGateSchema);
        QStringList wrong;
        for (const GateCase &gate : kGateCases) {
            const long long ran = oracle.figures().reads;
            std::string said = oracle.complaint(gate.sql);
            if (said.empty() && gate.expected == 'R'
                && (oracle.figures().reads == ran) != gate.isSyntaxError())
                said = std::string("SQLite ") + (gate.isSyntaxError() ? "takes " : "does not take ")
                    + gate.sql;
            if (!said.empty())
                wrong += QString::fromStdString(said);
        }
        QVERIFY2(wrong.isEmpty(), qUtf8Printable(wrong.join(QLatin1Char('\n'))));
        QVERIFY(oracle.figures().reads > 200);
    }

    void whatTheSchemaHidesTheEngineSees_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::addColumn<QString>("sql");
        const auto row = [](const char *schema, const char *sql) {
            QTest::newRow(schema) << QString::fromUtf8(schema) << QString::fromUtf8(sql);
        };
        row("CREATE VIEW h AS SELECT load_extension('x')", "SELECT * FROM h");
        row("CREATE VIEW h AS SELECT sql FROM sqlite_stmt", "SELECT * FROM h");
        row("CREATE VIEW h AS SELECT count(*) FROM sqlite_stmt", "SELECT * FROM h");
        row("CREATE VIEW h AS SELECT * FROM pragma_optimize", "SELECT * FROM h");
        row("CREATE VIEW h AS SELECT optimize(f4) FROM f4", "SELECT * FROM h");
        row("CREATE VIEW h AS SELECT rtreecheck('box')", "SELECT * FROM h");
        row("CREATE VIEW g AS SELECT load_extension('x') AS x; CREATE VIEW h AS SELECT x FROM g",
            "SELECT * FROM h");
        row("CREATE TABLE h(x DEFAULT (load_extension('x')))", "INSERT INTO h DEFAULT VALUES");
        row("CREATE TABLE h(x CHECK (load_extension(x)))", "INSERT INTO h VALUES('x')");
        row("CREATE TABLE h(x CHECK (sqlite_log(1, x) IS NULL))", "INSERT INTO h VALUES('x')");
        row("CREATE TABLE h(x); CREATE TRIGGER g AFTER INSERT ON h BEGIN SELECT "
            "load_extension('x'); END",
            "INSERT INTO h VALUES(1)");
        row("CREATE TABLE h(x); CREATE TRIGGER g AFTER INSERT ON h BEGIN DELETE FROM "
            "sqlite_sequence; END; CREATE TABLE s(a INTEGER PRIMARY KEY AUTOINCREMENT)",
            "INSERT INTO h VALUES(1)");
        row("CREATE VIRTUAL TABLE h USING fts4(x, compress=hex, uncompress=load_extension);"
            "INSERT INTO h VALUES('x')",
            "SELECT x FROM h");
    }
    void whatTheSchemaHidesTheEngineSees()
    {
        QFETCH(QString, schema);
        QFETCH(QString, sql);
        QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("x.db")).toStdString();
        Support::SqlFile file(path);
        QVERIFY(file.run(kGateSchema));
        QVERIFY2(file.run(schema.toStdString()), sqlite3_errmsg(file.handle()));
        const std::string before = file.content();
        using namespace Turso::Embedded;
        const auto connection = Connection::open(path, Access::Write, std::nullopt);
        QVERIFY(connection);
        const Statement statement = single(sql.toStdString());
        QVERIFY(statement.statementClass != StatementClass::Refused);
        const auto prepared = (*connection)->prepare(statement, 0, false);
        std::string ran;
        if (prepared) {
            (*connection)->authorizer().allow(statement.statementClass, false);
            const int code = sqlite3_step((*prepared)->statement.get());
            QVERIFY2(code != SQLITE_ROW && code != SQLITE_DONE, "It ran");
            ran = sqlite3_errmsg((*connection)->handle());
            sqlite3_reset((*prepared)->statement.get());
        }
        // What SQLite does not trust inside a schema it refuses before it asks.
        const std::string said
            = (*connection)->authorizer().refusal() + (prepared ? ran : prepared.error().message);
        QVERIFY2(said.find("never") != std::string::npos
                     || said.find("unsafe use of") != std::string::npos,
                 said.c_str());
        QCOMPARE(file.content(), before);
    }

    void oneMebibyteIsTheLimitOfBothHalves()
    {
        QTemporaryDir folder;
        Support::GateOracle oracle(folder.filePath(QStringLiteral("x.db")).toStdString());
        const std::string start = "SELECT length('";
        const std::string end = "')";
        const std::string longest
            = start + std::string(kMaxSqlBytes - start.size() - end.size(), 'x') + end;
        QCOMPARE(longest.size(), kMaxSqlBytes);
        QCOMPARE(oracle.complaint(longest), std::string());
        QCOMPARE(oracle.figures().agreed, 1LL);
        QCOMPARE(oracle.figures().reads, 1LL);
        QVERIFY(!classify(longest + ' '));
        QVERIFY(!classify(std::string(kMaxSqlBytes, ' ') + "SELECT 1"));
    }

    // Random texts made of tricky pieces: whatever we call a read, SQLite must call one too, and
    // see no more in it.
    void randomTextsNeverPassAsReadsByMistake()
    {
        static constexpr std::array<const char *, 48> kPieces
            = {"SELECT",
               "1",
               "*",
               "FROM",
               "t",
               "DELETE",
               "FROM t",
               ";",
               "--",
               "\n",
               "/*",
               "*/",
               "'",
               "\"",
               "`",
               "[",
               "]",
               "(",
               ")",
               ",",
               "WITH q AS",
               "(SELECT 1)",
               "INSERT INTO t(b)",
               "VALUES(1)",
               "UPDATE t SET b=1",
               "EXPLAIN",
               "QUERY PLAN",
               "DROP TABLE t",
               "CREATE TRIGGER g AFTER INSERT ON t",
               "BEGIN",
               "END",
               "CASE",
               "WHEN 1 THEN 2",
               "REPLACE",
               "x'",
               "00'",
               "$a(",
               "::",
               "?1",
               ":a",
               "\xEF\xBB\xBF",
               "/",
               "-",
               "RETURNING a",
               "AS",
               "q",
               "\xC3\xA4",
               "PRAGMA user_version"};
        Support::SqlFile file(":memory:");
        QVERIFY(file.run(kGateSchema));
        std::mt19937 random(20261122);
        int reads = 0;
        for (int round = 0; round < 60'000; ++round) {
            std::string sql = random() % 2 == 0 ? "SELECT 1 " : "";
            for (std::size_t i = 0, n = 1 + random() % 8; i < n; ++i)
                sql += std::string(kPieces[random() % kPieces.size()])
                    + (random() % 3 == 0 ? "" : " ");
            const auto statements = classify(sql);
            if (!statements)
                continue;
            for (const Statement &one : *statements) {
                if (one.statementClass != StatementClass::Read)
                    continue;
                sqlite3_stmt *statement = nullptr;
                const char *tail = nullptr;
                if (sqlite3_prepare_v2(file.handle(), one.text.c_str(), -1, &statement, &tail)
                        == SQLITE_OK
                    && statement != nullptr) {
                    ++reads;
                    const bool harmless = sqlite3_stmt_readonly(statement) != 0
                        || sqlite3_stmt_isexplain(statement) != 0;
                    const bool whole = tail == one.text.c_str() + one.text.size();
                    QVERIFY2(harmless && whole, (sql + "  =>  " + one.text).c_str());
                }
                sqlite3_finalize(statement);
            }
        }
        QVERIFY2(reads > 1000, QByteArray::number(reads));
    }

    void textThatIsNoSqlIsAnError_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("blank") << QByteArray(" \n\t");
        QTest::newRow("comment") << QByteArray("-- nothing");
        QTest::newRow("semicolons") << QByteArray(";;;");
        QTest::newRow("NUL") << QByteArray("SELECT 1\0; DELETE FROM t", 24);
        QTest::newRow("not UTF-8") << QByteArray("SELECT '\xff'");
        QTest::newRow("overlong") << QByteArray("SELECT '\xc0\xa7'");
        QTest::newRow("surrogate") << QByteArray("SELECT '\xed\xa0\x80'");
        QTest::newRow("cut character") << QByteArray("SELECT 1 -- \xe2\x82");
        QTest::newRow("string") << QByteArray("SELECT 'abc");
        QTest::newRow("string with doubled quote at its end") << QByteArray("SELECT 'abc''");
        QTest::newRow("name") << QByteArray("SELECT \"abc");
        QTest::newRow("backtick") << QByteArray("SELECT `abc");
        QTest::newRow("bracket") << QByteArray("SELECT [abc");
        QTest::newRow("BOM in the middle") << QByteArray("SELECT \xEF\xBB\xBF 1");
        QTest::newRow("two BOMs") << QByteArray("\xEF\xBB\xBF\xEF\xBB\xBFSELECT 1");
        QTest::newRow("too long") << QByteArray("SELECT 1") + QByteArray(1024 * 1024, ' ');
    }
    void textThatIsNoSqlIsAnError()
    {
        QFETCH(QByteArray, sql);
        const auto statements = classify(sql.toStdString());
        QVERIFY(!statements);
        QVERIFY(statements.error().kind == Base::ErrorKind::NotUnderstood);
    }

    void statementsTellWhatTheyAreAbout_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("told"); // verb/table/flags
        const auto row = [](const char *sql, const char *told) {
            QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(told);
        };
        row("SELECT * FROM orders", "SELECT/orders/");
        row("DELETE FROM t", "DELETE/t/whole");
        row("DELETE FROM main.\"or\"\"ders\" WHERE 1=1", "DELETE/or\"ders/whole");
        row("DELETE FROM t WHERE true RETURNING a", "DELETE/t/whole");
        row("DELETE FROM t WHERE a = 1", "DELETE/t/");
        row("DELETE FROM t WHERE 1 = ?", "DELETE/t/");
        row("DELETE FROM t LIMIT 5", "DELETE/t/");
        row("DELETE FROM t WHERE a IN (SELECT b FROM u)", "DELETE/t/");
        row("UPDATE [my table] SET a = (SELECT 1 WHERE 1)", "UPDATE/my table/whole");
        row("UPDATE OR REPLACE t SET a = 1 WHERE b = 2", "UPDATE/t/");
        row("WITH q AS (SELECT 1 WHERE 1) DELETE FROM `t`", "DELETE/t/whole");
        row("REPLACE INTO t VALUES(1)", "REPLACE/t/");
        row("INSERT INTO fts(fts) VALUES('delete-all')", "INSERT/fts/whole");
        row("CREATE TABLE IF NOT EXISTS main.n(x)", "CREATE TABLE/n/creates");
        row("CREATE UNIQUE INDEX i ON orders(x)", "CREATE INDEX/orders/creates");
        row("CREATE VIEW v AS SELECT 1", "CREATE VIEW/v/creates");
        row("CREATE VIRTUAL TABLE f USING fts5(x)", "CREATE VIRTUAL TABLE/f/");
        row("CREATE TRIGGER g AFTER UPDATE OF a ON orders BEGIN SELECT 1; END",
            "CREATE TRIGGER/orders/");
        row("DROP TABLE IF EXISTS 'orders'", "DROP TABLE/orders/drops");
        row("DROP VIEW v", "DROP VIEW/v/");
        row("ALTER TABLE t DROP COLUMN a", "ALTER TABLE/t/drops");
        row("ALTER TABLE t ADD COLUMN \"drop\"", "ALTER TABLE/t/");
        row("REINDEX main.t", "REINDEX/t/");
        row("PRAGMA table_info(\"t\")", "PRAGMA/t/");
        row("EXPLAIN DELETE FROM t", "EXPLAIN/t/explain");
        row("BEGIN", "BEGIN//");
        row("INSERT INTO t VALUES(1) ON CONFLICT DO UPDATE SET b = 2", "INSERT/t/overwrites");
        row("INSERT INTO t(a) VALUES(1) on conflict(a) do update set b = 2 WHERE b > 1",
            "INSERT/t/overwrites");
        row("INSERT INTO t(a) SELECT 1 WHERE true ON CONFLICT(a) DO NOTHING ON CONFLICT DO UPDATE "
            "SET b = 2 RETURNING a",
            "INSERT/t/overwrites");
        row("WITH q AS (SELECT 1) INSERT INTO t SELECT * FROM q WHERE 1 ON CONFLICT DO UPDATE SET "
            "b = 2",
            "INSERT/t/overwrites");
        row("INSERT INTO t VALUES(1) ON CONFLICT DO NOTHING", "INSERT/t/");
        row("INSERT INTO t VALUES('DO UPDATE')", "INSERT/t/");
        row("INSERT INTO t(do) VALUES(1)", "INSERT/t/");
        row("EXPLAIN INSERT INTO t VALUES(1) ON CONFLICT DO UPDATE SET b = 2", "EXPLAIN/t/explain");
        row("DELETE FROM 't' WHERE a = 1", "DELETE/t/");
        row("UPDATE 'my table' SET a = 1 WHERE b = 1", "UPDATE/my table/");
        row("INSERT INTO 't' VALUES(1)", "INSERT/t/");
        row("ALTER TABLE main.'t' DROP COLUMN a", "ALTER TABLE/t/drops");
    }
    void statementsTellWhatTheyAreAbout()
    {
        QFETCH(QString, sql);
        QFETCH(QString, told);
        const Statement statement = single(sql.toStdString());
        std::string text = statement.verb + '/' + statement.table + '/';
        if (statement.wholeTable)
            text += "whole";
        if (statement.dropsData)
            text += "drops";
        if (statement.createsOnly)
            text += "creates";
        if (statement.isExplain)
            text += "explain";
        if (statement.updatesOnConflict)
            text += "overwrites";
        QCOMPARE(QString::fromStdString(text), told);
    }

    void longTextsAreReadQuickly_data()
    {
        QTest::addColumn<QByteArray>("sql");
        const auto row = [](const char *start, const char *piece) {
            const QByteArray sql = QByteArray(start) + QByteArray(piece).repeated(100'000);
            QTest::newRow(piece) << sql.left(static_cast<qsizetype>(kMaxSqlBytes));
        };
        row("", "pragma_x ");
        row("SELECT ", "pragma_x,");
        row("SELECT ", "(pragma_x");
        row("SELECT ", "pragma_x)");
        row("SELECT a.", "fsdir.");
        row("INSERT INTO t SELECT ", "do,");
        row("SELECT ", "((((((");
        row("", "$a(");
        row("", "BEGIN ");
        row("CREATE TRIGGER ", "BEGIN;");
        row("DELETE FROM t WHERE ", "'a','b',");
        row("SELECT ", "IN(?,");
        row("", "VALUES(1),(");
        row("VALUES(1)", ",(a),(?)");
    }
    void longTextsAreReadQuickly()
    {
        QFETCH(QByteArray, sql);
        const std::string text = sql.toStdString();
        // The process's own time: what else the machine does is not measured.
        const auto milliseconds = [](const auto &work) {
            const std::clock_t started = std::clock();
            work();
            return static_cast<int>((std::clock() - started) * 1000 / CLOCKS_PER_SEC);
        };
        const int classified = milliseconds([&] { (void)classify(text); });
        QVERIFY2(classified < 200, QByteArray::number(classified));
        const int shaped = milliseconds([&] { (void)normalized(text); });
        QVERIFY2(shaped < 400, QByteArray::number(shaped));
    }

    void namesInsideAFromClauseAreDenied_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("isRefused");
        const auto row = [](const char *sql, bool isRefused) {
            QTest::newRow(sql) << QString::fromUtf8(sql) << isRefused;
        };
        row("SELECT * FROM fsdir", true);
        row("SELECT * FROM (a, (fsdir))", true);
        row("SELECT * FROM (SELECT 1 WHERE 2), fsdir", true);
        row("SELECT * FROM a JOIN b USING (x), \"fsdir\"", true);
        row("SELECT 1 IN fsdir", true);
        row("SELECT (SELECT 1 FROM t), fsdir FROM t", false);
        row("SELECT * FROM t WHERE fsdir = 1", false);
        row("SELECT * FROM t WHERE (SELECT b FROM u) AND fsdir", false);
    }
    void namesInsideAFromClauseAreDenied()
    {
        QFETCH(QString, sql);
        QFETCH(bool, isRefused);
        QCOMPARE(single(sql.toStdString()).statementClass == StatementClass::Refused, isRefused);
    }

    void scriptsAreCutAtTheirOwnSemicolons()
    {
        const auto statements = classify("\xEF\xBB\xBF; SELECT ';' ; /* ; */ DELETE FROM t -- ;\n;"
                                         "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET "
                                         "b=CASE WHEN 1 THEN 2 END; DELETE FROM u; END;"
                                         "COMMIT; UPDATE t SET a=1;");
        QVERIFY(statements);
        QCOMPARE(statements->size(), std::size_t(5));
        QCOMPARE(statements->at(0).text, std::string("SELECT ';'"));
        QCOMPARE(statements->at(1).text, std::string("DELETE FROM t"));
        QVERIFY(statements->at(2).text.ends_with("END"));
        QVERIFY(statements->at(2).statementClass == StatementClass::Schema);
        QVERIFY(statements->at(3).statementClass == StatementClass::Refused);
        QCOMPARE(statements->at(4).verb, std::string("UPDATE"));
    }

    void shapesForgetOnlyValues_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("shape");
        const auto row = [](const char *sql, const char *shape) {
            QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(shape);
        };
        row("select  *\nfrom orders where id=5 -- x", "SELECT * FROM orders WHERE id = ?");
        row("SELECT * FROM orders WHERE id = -5.5e3;", "SELECT * FROM orders WHERE id = ?");
        row("SELECT a - 5 FROM t", "SELECT a - ? FROM t");
        row("SELECT 'O''Brien', x'00', :a, ?1", "SELECT ?, ?, ?, ?");
        row("SELECT * FROM t WHERE a in (1,2, 'x')", "SELECT * FROM t WHERE a IN (?)");
        row("SELECT * FROM t WHERE a IN (?)", "SELECT * FROM t WHERE a IN (?)");
        row("insert into T(a,b) values(1,2),(3,4) , (5,6)", "INSERT INTO T(a, b) VALUES (?, ?)");
        row("INSERT INTO t VALUES(1, abs(2))", "INSERT INTO t VALUES (?, abs(?))");
        row("SELECT count(*) FROM \"My Table\"", "SELECT count(*) FROM \"My Table\"");
        row("SELECT A.b FROM A", "SELECT A.b FROM A");
        row("SELECT 1; DELETE FROM t", "SELECT ?; DELETE FROM t");
        row("SELECT 'never closed", "SELECT ?");
        // SQLite takes strings for names; what a statement is about is no value.
        row("DROP TABLE 'x'", "DROP TABLE \"x\"");
        row("DROP TABLE IF EXISTS main.'x'", "DROP TABLE IF EXISTS main.\"x\"");
        row("DROP TABLE 'main'.x", "DROP TABLE \"main\".x");
        row("DELETE FROM 'x' WHERE a = 'v'", "DELETE FROM \"x\" WHERE a = ?");
        row("UPDATE 'a\"b' SET 'c' = 'v', 'd' = 'w', e = f('v', 'w') WHERE g LIKE 'v'",
            "UPDATE \"a\"\"b\" SET \"c\" = ?, \"d\" = ?, e = f(?, ?) WHERE g LIKE ?");
        row("UPDATE OR IGNORE 'x' SET a = 1", "UPDATE OR IGNORE \"x\" SET a = ?");
        row("UPDATE t SET ('a', 'b') = ('v', 'w')", "UPDATE t SET (\"a\", \"b\") = (?, ?)");
        row("INSERT INTO 'x'('a', 'b') VALUES('v', 'w'), ('v', 'w')",
            "INSERT INTO \"x\"(\"a\", \"b\") VALUES (?, ?)");
        row("REPLACE INTO 'x' SELECT 'v', 'w' FROM a, 'b' WHERE c IN ('v', 'w') AND d IN 'e'",
            "REPLACE INTO \"x\" SELECT ?, ? FROM a, \"b\" WHERE c IN (?) AND d IN \"e\"");
        row("INSERT INTO t VALUES('v') ON CONFLICT('a') DO UPDATE SET b = 'v'",
            "INSERT INTO t VALUES (?) ON CONFLICT (\"a\") DO UPDATE SET b = ?");
        row("ALTER TABLE 'x' RENAME TO 'y'", "ALTER TABLE \"x\" RENAME TO \"y\"");
        row("ALTER TABLE t DROP COLUMN 'a'", "ALTER TABLE t DROP COLUMN \"a\"");
        row("CREATE INDEX 'i' ON 'x'('a')", "CREATE INDEX \"i\" ON \"x\"(\"a\")");
        row("DELETE FROM t WHERE a IS NOT DISTINCT FROM 'v' AND b BETWEEN 'v' AND 'w'",
            "DELETE FROM t WHERE a IS NOT DISTINCT FROM ? AND b BETWEEN ? AND ?");
        row("SELECT * FROM (SELECT 'v', 'w') JOIN 'x' ON 'v', ('y') WHERE a IN (SELECT 'v')",
            "SELECT * FROM (SELECT ?, ?) JOIN \"x\" ON ?, (?) WHERE a IN (SELECT ?)");
        row("SELECT * FROM json_each('v', 'w'), ('x')", "SELECT * FROM json_each(?, ?), (\"x\")");
        row("WITH q('a') AS (SELECT 'v') DELETE FROM t WHERE b = 'v'",
            "WITH q(\"a\") AS (SELECT ?) DELETE FROM t WHERE b = ?");
    }
    void shapesForgetOnlyValues()
    {
        QFETCH(QString, sql);
        QFETCH(QString, shape);
        const std::string once = normalized(sql.toStdString());
        QCOMPARE(QString::fromStdString(once), shape);
        QCOMPARE(QString::fromStdString(normalized(once)), shape);
    }
};

QTEST_GUILESS_MAIN(tst_StatementGate)
#include "tst_statementgate.moc"
