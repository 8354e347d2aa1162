// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspacefixture.h"

#include <QElapsedTimer>

#include <algorithm>
#include <random>
#include <thread>

using Turso::Privilege;

/// Whatever ends a script, and whenever: all of it stays or nothing, and what comes next is served.
class tst_Transactions : public WorkspaceFixture
{
    Q_OBJECT

private:
    static constexpr int kRows = 3000;
    static constexpr char kScript[] = "UPDATE t SET g = g + 1;"
                                      "INSERT INTO log SELECT a, (SELECT max(g) FROM t) FROM t;"
                                      "DELETE FROM log WHERE g < (SELECT max(g) FROM t);"
                                      "UPDATE t SET b = b || 'x' WHERE a % 7 = 0";

    void build()
    {
        open();
        QCOMPARE(create("db",
                        "CREATE TABLE t(a INTEGER PRIMARY KEY, g INT NOT NULL, b TEXT);"
                        "CREATE TABLE log(a INT, g INT);"
                        "CREATE INDEX log_g ON log(g);"
                        "CREATE TABLE seen(n INT);"
                        "CREATE TRIGGER counts AFTER UPDATE OF g ON t WHEN new.a = 1 BEGIN "
                        "INSERT INTO seen VALUES (new.g); END"),
                 std::string());
        QVERIFY(write("db",
                      "INSERT INTO t WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 "
                      "FROM n WHERE x < "
                          + std::to_string(kRows) + ") SELECT x, 0, '' FROM n"));
        QVERIFY(write("db", "INSERT INTO log SELECT a, 0 FROM t"));
    }
    /// The number of scripts that stayed, or -1 if there is a part of one.
    long long generation()
    {
        const auto rows = rowsOf(
            read("db",
                 "SELECT min(g), max(g), (SELECT min(g) FROM log), (SELECT max(g) FROM log), "
                 "(SELECT count(*) FROM log), (SELECT count(*) FROM seen), "
                 "max(length(b)), min(length(b)) FROM t WHERE a % 7 = 0"));
        const auto parsed = Base::parseJson(rows);
        if (!parsed)
            return -1;
        const Base::Json &row = parsed->at(0);
        const long long number = row[0].get<long long>();
        for (const std::size_t column : {1, 2, 3, 5, 6, 7}) {
            if (row[column] != Base::Json(number))
                return -1;
        }
        return row[4] == Base::Json(kRows) ? number : -1;
    }

private Q_SLOTS:
    void aCancelledScriptLeavesAllOrNothing()
    {
        build();
        auto usual = std::chrono::nanoseconds::max();
        for (int i = 0; i < 5; ++i) {
            QElapsedTimer timer;
            timer.start();
            QVERIFY(write("db", kScript, Privilege::Delete));
            usual = std::min(usual, std::chrono::nanoseconds(timer.nsecsElapsed()));
        }
        QCOMPARE(generation(), 5);
        std::mt19937 random(23);
        std::uniform_real_distribution<double> moment(0, 1);
        long long expected = 5;
        int cancelled = 0;
        for (int i = 0; i < 200; ++i) {
            const Base::CancelToken cancel;
            const auto at
                = std::chrono::duration_cast<std::chrono::nanoseconds>(usual * moment(random));
            std::thread canceller([&cancel, at] {
                std::this_thread::sleep_for(at);
                cancel.cancel();
            });
            const auto result
                = run(*m_workspace, "db", Privilege::Delete, scriptOf(kScript), cancel);
            canceller.join();
            if (result)
                ++expected;
            else
                QCOMPARE(kindOf(result), std::string("cancelled"));
            cancelled += result ? 0 : 1;
            QCOMPARE(generation(), expected);
        }
        qInfo("%d of 200 were cancelled; undisturbed they take %.1f ms", cancelled,
              static_cast<double>(usual.count()) / 1e6);
        QVERIFY(cancelled > 20);
        QCOMPARE(rowsOf(read("db", "PRAGMA integrity_check")), std::string("[[\"ok\"]]"));
        QVERIFY(write("db", kScript, Privilege::Delete));
        QCOMPARE(generation(), expected + 1);
    }

    void aScriptThatRunsOutOfTimeLeavesNothing()
    {
        build();
        std::mt19937 random(29);
        long long expected = 0;
        int ended = 0;
        for (int i = 0; i < 40; ++i) {
            auto script = scriptOf(kScript);
            script.limits.timeout = std::chrono::milliseconds(random() % 12);
            const auto result = run(*m_workspace, "db", Privilege::Delete, script);
            expected += result ? 1 : 0;
            ended += result ? 0 : 1;
            if (!result)
                QCOMPARE(kindOf(result), std::string("upstream_error"));
            QCOMPARE(generation(), expected);
        }
        QVERIFY(ended > 0);
    }

    void measuredAndLimitedOnesToo()
    {
        build();
        auto script = scriptOf(kScript);
        // t, log twice, seen, and t again.
        const std::int64_t changes = 3 * kRows + 1 + kRows / 7;
        script.dryRun = true;
        const auto dry = run(*m_workspace, "db", Privilege::Delete, script);
        QVERIFY2(dry, rowsOf(dry).c_str());
        QCOMPARE(dry->impact.value().totalRowsChanged(), changes);
        QCOMPARE(generation(), 0);
        script.dryRun = false;
        for (const std::int64_t most : {std::int64_t{0}, std::int64_t{kRows}, changes - 1}) {
            script.maxRowsChanged = most;
            QCOMPARE(kindOf(run(*m_workspace, "db", Privilege::Delete, script)),
                     std::string("impact_changed"));
            QCOMPARE(generation(), 0);
        }
        script.maxRowsChanged = changes;
        QVERIFY(run(*m_workspace, "db", Privilege::Delete, script));
        QCOMPARE(generation(), 1);
    }

    void whateverStatementFailsNothingStays()
    {
        build();
        for (std::size_t position = 0; position <= 4; ++position) {
            auto statements = scriptOf(kScript).statements;
            const auto wrong = scriptOf("INSERT INTO t VALUES (1, 1, 'twice')").statements;
            statements.insert(statements.begin() + static_cast<std::ptrdiff_t>(position),
                              wrong.front());
            Turso::Script script;
            script.statements = statements;
            QCOMPARE(kindOf(run(*m_workspace, "db", Privilege::Delete, script)),
                     std::string("sql_error"));
            QCOMPARE(generation(), 0);
        }
        QVERIFY(write("db", kScript, Privilege::Delete));
        QCOMPARE(generation(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_Transactions)
#include "tst_transactions.moc"
