// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlfile.h"
#include "turso/workspacefixture.h"

#include <QElapsedTimer>

#include <random>

using Turso::Privilege;

/// Functions that SQLite cannot interrupt: a statement's time is kept all the same.
class tst_LongFunctions : public WorkspaceFixture
{
    Q_OBJECT

private:
    /// What one call may take beyond the time limit. Most take milliseconds; on a busy machine, and
    /// with the longest LIKE pattern on the longest value, it is this.
    static constexpr int kOvertimeMs = 4000;

private Q_SLOTS:
    void theTimeLimitHolds_data()
    {
        QTest::addColumn<QByteArray>("sql");
        const auto row = [](const char *sql) {
            QTest::newRow(sql) << QByteArray(sql);
        };
#define LONG "hex(zeroblob(2400000))"
#define HALF "hex(zeroblob(1200000))"
        row("SELECT instr(" LONG ", " HALF "||'1')");
        row("SELECT instr(zeroblob(4900000), zeroblob(2400000)||x'01')");
        row("SELECT instr(zeroblob(4900000), " HALF ")");
        row("SELECT length(replace(" LONG ", " HALF "||'1', 'x'))");
        row("SELECT length(replace(replace(" LONG ", '0', ''), '0', 'x'))");
        row("SELECT length(replace(" LONG ", '0', " LONG "))");
        row("SELECT length(trim(" LONG ", hex(randomblob(100))||replace(" HALF
            ", '0', 'a')||'0'))");
        row("SELECT length(ltrim(" LONG ", replace(" HALF ", '0', 'a')||'0'))");
        row("SELECT length(rtrim(" LONG ", replace(" HALF ", '0', 'a')||'0'))");
        row("SELECT " LONG " LIKE '%'||hex(zeroblob(49))||'1'");
        row("SELECT " LONG " LIKE '%'||replace(hex(zeroblob(24)), '0', '_0')||'1'");
        row("SELECT " LONG " LIKE replace(hex(zeroblob(49)), '00', '%0')||'1'");
        row("SELECT " LONG " GLOB '*'||hex(zeroblob(49))||'1'");
        row("SELECT " LONG " GLOB replace(hex(zeroblob(12)), '0', '*[0-9]')");
        row("SELECT " LONG " LIKE '%'||hex(zeroblob(450))||'1'"); // too long
        row("SELECT length(json_patch('{'||replace(hex(zeroblob(350000)),'00','\"a\":1,')||'\"b\":1"
            "}', '{'||replace(hex(zeroblob(350000)),'00','\"c\":1,')||'\"b\":1}'))");
        row("SELECT length(json_patch('{'||replace(hex(zeroblob(9000)),'00','\"a\":1,')||'\"b\":1}"
            "', '{'||replace(hex(zeroblob(9000)),'00','\"c\":1,')||'\"b\":1}'))");
        row("SELECT json_valid(replace(" LONG ",'0','['))");
        row("SELECT "
            "json_extract('['||replace(hex(zeroblob(2000000)),'00','1,')||'1]','$[1999999]')");
        row("SELECT length(json_set('['||replace(hex(zeroblob(1000000)),'00','1,')||'1]','$[#]',1,"
            "'$[#]',1,'$[#]',1))");
        row("SELECT count(fullkey) FROM "
            "json_tree('['||replace(hex(zeroblob(2000000)),'00','1,')||'1"
            "]')");
        row("SELECT length(printf('%4900000d',1)), length(printf('%.4900000f',1.5)), "
            "length(printf('%.*f', 100000000, 1.5))");
        row("SELECT length(printf('%Q', " LONG ")), length(quote(zeroblob(2400000)))");
        row("SELECT length(group_concat(x, y)) FROM (SELECT 'a' x, " LONG
            " y UNION ALL SELECT 'b', "
            "'c')");
        row("SELECT length(strftime(replace(hex(zeroblob(1000000)),'00','%J'),'now'))");
        row("SELECT length(upper(" LONG ")), soundex(" LONG "), unicode(" LONG ")");
        row("SELECT CAST(replace(" LONG ",'0','9') AS REAL), abs(" LONG ")");
        row("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT "
            "sum(length(replace(hex(zeroblob(2400000 + x % 2)), '0', '1'))) FROM n");
        row("WITH RECURSIVE n(x) AS (SELECT '' UNION ALL SELECT x||'a' FROM n) SELECT "
            "max(length(x)) FROM n");
    }
    void theTimeLimitHolds()
    {
        QFETCH(QByteArray, sql);
        open();
        QCOMPARE(create("db", ""), std::string());
        auto script = scriptOf(sql.toStdString());
        QCOMPARE(script.statements.size(), std::size_t(1));
        script.limits.timeout = std::chrono::milliseconds(1000);
        QElapsedTimer timer;
        timer.start();
        const auto result = run(*m_workspace, "db", Privilege::Read, script);
        QVERIFY2(timer.elapsed() < 1000 + kOvertimeMs, QByteArray::number(timer.elapsed()));
        // It came to its end, was too big, or its time was over.
        if (!result) {
            const std::string kind = kindOf(result);
            QVERIFY2(kind == "upstream_error" || kind == "sql_error" || kind == "limit_exceeded",
                     rowsOf(result).c_str());
        }
        QCOMPARE(rowsOf(read("db", "SELECT instr('abc', 'c')")), std::string("[[3]]"));
    }

    /// Byte for byte what SQLite says, whatever the values are.
    void theyAnswerAsSqliteDoes()
    {
        open();
        QCOMPARE(create("db", ""), std::string());
        Support::SqlFile plain(":memory:");
        std::mt19937 random(17);
        static const char *const kParts[] = {"a", "b", "ab", " ", "\u00e9", "\u20ac", "0", "''"};
        const auto text = [&](int most) {
            std::string all;
            for (auto i = random() % static_cast<unsigned>(most); i > 0; --i)
                all += kParts[random() % std::size(kParts)];
            return '\'' + all + '\'';
        };
        const auto value = [&](int most) -> std::string {
            switch (random() % 12) {
            case 0:
                return "NULL";
            case 1:
                return std::to_string(random() % 200);
            case 2:
                return "1.5";
            case 3:
                return "CAST(" + text(most) + " AS BLOB)";
            case 4:
                return "x'c3'";
            case 5:
                return "x'a961'";
            case 6:
                return "'a'||char(0)||'b'";
            default:
                return text(most);
            }
        };
        const auto patch = [&] {
            static const char *const kJson[] = {"'{\"a\":1,\"b\":{\"c\":[1,2.0,1e5]}}'",
                                                "'{\"a\":null}'",
                                                "'{\"b\":{\"c\":null,\"d\":\"x\"}}'",
                                                "'[1]'",
                                                "'5'",
                                                "NULL",
                                                "'{'",
                                                "'{}'"};
            return std::string(kJson[random() % std::size(kJson)]);
        };
        for (int i = 0; i < 6000; ++i) {
            std::string call;
            switch (i % 6) {
            case 0:
                call = "instr(" + value(12) + ", " + value(3) + ')';
                break;
            case 1:
                call = "replace(" + value(12) + ", " + value(3) + ", " + value(4) + ')';
                break;
            case 2:
                call = "trim(" + value(6) + ", " + value(4) + ')';
                break;
            case 3:
                call = (random() % 2 != 0 ? "ltrim(" : "rtrim(") + value(6) + ", " + value(4) + ')';
                break;
            case 4:
                call = (random() % 2 != 0 ? "trim(" : "rtrim(") + value(6) + ')';
                break;
            default:
                call = "json_patch(" + patch() + ", " + patch() + ')';
                break;
            }
            // Its JSON goes on as JSON.
            const std::string all = "SELECT typeof(" + call + ")||' '||coalesce(hex(" + call
                + "), '')||" + (i % 6 == 5 ? "json_array(" + call + ')' : "''");
            const std::string expected = plain.query(all);
            const auto got = run(*m_workspace, "db", Privilege::Read, scriptOf(all));
            if (expected.find("rror") != std::string::npos || expected.empty()) {
                QVERIFY2(!got, all.c_str());
                continue;
            }
            QCOMPARE(QString::fromStdString(rowsOf(got)),
                     QString::fromStdString(
                         "[[" + Base::quoteJson(expected.substr(0, expected.size() - 1)) + "]]"));
        }
    }

    /// Indexes and generated columns of these functions can still be made and used.
    void theyMayStandInASchema()
    {
        open();
        QCOMPARE(create("db",
                        "CREATE TABLE t(a TEXT, b TEXT GENERATED ALWAYS AS (trim(a)) STORED, "
                        "CHECK (instr(a, 'x') = 0));"
                        "CREATE INDEX i ON t(replace(a, 'p', 'q'))"),
                 std::string());
        QVERIFY(write("db", "INSERT INTO t(a) VALUES (' p ')"));
        QVERIFY(!write("db", "INSERT INTO t(a) VALUES ('x')"));
        QCOMPARE(rowsOf(read("db", "SELECT b FROM t WHERE replace(a, 'p', 'q') = ' q '")),
                 std::string("[[\"p\"]]"));
        QVERIFY(rowsOf(read("db",
                            "EXPLAIN QUERY PLAN SELECT b FROM t WHERE replace(a, 'p', 'q') = "
                            "'q'"))
                    .find("USING INDEX i")
                != std::string::npos);
        // A file that only SQLite itself has touched fits: both make the same of it.
        QCOMPARE(rowsOf(read("db", "PRAGMA integrity_check")), std::string("[[\"ok\"]]"));
        m_workspace.reset();
    }
};

QTEST_GUILESS_MAIN(tst_LongFunctions)
#include "tst_longfunctions.moc"
