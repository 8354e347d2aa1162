// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlfile.h"
#include "turso/workspacefixture.h"

#include <QFile>

#include <algorithm>

using Turso::Privilege;
using Turso::QueryFigures;

namespace
{

constexpr Base::Millis kDay = 24LL * 60 * 60 * 1000;

/// Time that the test moves.
class MovedClock final : public Base::Clock
{
public:
    Base::Millis now() const override { return m_now; }
    void advance(Base::Millis by) { m_now += by; }

private:
    Base::Millis m_now = 1'795'000'000'000;
};

} // namespace

/// What a workspace's own databases say of their statements.
class tst_WorkspaceStatistics : public WorkspaceFixture
{
    Q_OBJECT

private:
    MovedClock m_clock;

    Turso::Analytics analytics(const std::string &name = "db")
    {
        const Base::Millis now = Base::SystemClock().now();
        const auto figures = wait(m_workspace->analytics(name, now - 60'000, now + 60'000));
        return figures ? *figures : Turso::Analytics{};
    }
    QueryFigures query(const std::string &text, const std::string &name = "db")
    {
        for (const QueryFigures &one : analytics(name).queries) {
            if (one.query == text)
                return one;
        }
        return {};
    }

private Q_SLOTS:
    void aWorkspaceTellsWhatRanInIt()
    {
        open();
        QVERIFY(m_workspace->capabilities().analytics);
        QCOMPARE(create("db", "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)"), std::string());
        for (int i = 0; i < 7; ++i)
            QVERIFY(read("db", "SELECT b FROM t WHERE a = " + std::to_string(i)));
        QVERIFY(read("db", "select b  from t where a=99 -- another"));
        QVERIFY(write("db", "INSERT INTO t(b) VALUES ('x'), ('y')"));
        const QueryFigures select = query("SELECT b FROM t WHERE a = ?");
        QCOMPARE(select.count.value_or(0), 8);
        QCOMPARE(select.errors.value_or(-1), 0);
        QCOMPARE(select.rowsWritten.value_or(-1), 0);
        QCOMPARE(select.agentShare.value_or(-1), 1.0);
        QVERIFY(select.totalMs.value_or(0) > 0 && select.p50Ms <= select.p95Ms
                && select.p95Ms <= select.maxMs);
        QVERIFY(!select.rowsRead);
        QCOMPARE(query("INSERT INTO t(b) VALUES (?)").rowsWritten.value_or(-1), 2);
        QCOMPARE(query("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)").count.value_or(0), 1);
    }

    void triggersAndCascadesAreWritten()
    {
        open();
        QCOMPARE(create("db",
                        "CREATE TABLE p(a INTEGER PRIMARY KEY);"
                        "CREATE TABLE c(p REFERENCES p(a) ON DELETE CASCADE);"
                        "CREATE TABLE log(x);"
                        "CREATE TRIGGER note AFTER INSERT ON p BEGIN INSERT INTO log "
                        "VALUES (new.a); END"),
                 std::string());
        QVERIFY(write("db", "INSERT INTO p VALUES (1), (2), (3)"));
        QVERIFY(write("db", "INSERT INTO c VALUES (1), (1), (2)"));
        QVERIFY(write("db", "DELETE FROM p WHERE a < 3", Privilege::Delete));
        QCOMPARE(query("INSERT INTO p VALUES (?)").rowsWritten.value_or(-1), 6);
        QCOMPARE(query("DELETE FROM p WHERE a < ?").rowsWritten.value_or(-1), 5);
    }

    void eachStatementOfAScriptIsOne()
    {
        open();
        QCOMPARE(create("db", "CREATE TABLE t(a UNIQUE)"), std::string());
        QVERIFY(write("db",
                      "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); "
                      "UPDATE t SET a = a + 10"));
        QCOMPARE(query("INSERT INTO t VALUES (?)").count.value_or(0), 2);
        QCOMPARE(query("UPDATE t SET a = a + ?").rowsWritten.value_or(0), 2);
        // The third fails, so nothing stays; the fourth never runs.
        QVERIFY(!write("db",
                       "INSERT INTO t VALUES (3); UPDATE t SET a = 4 WHERE a = 3; "
                       "INSERT INTO t VALUES (11); UPDATE t SET a = NULL"));
        const QueryFigures insert = query("INSERT INTO t VALUES (?)");
        QCOMPARE(insert.count.value_or(0), 4);
        QCOMPARE(insert.errors.value_or(0), 1);
        QCOMPARE(insert.rowsWritten.value_or(0), 2);
        QCOMPARE(query("UPDATE t SET a = ? WHERE a = ?").rowsWritten.value_or(-1), 0);
        QVERIFY(!query("UPDATE t SET a = ?").count && !query("UPDATE t SET a = NULL").count);
    }

    void errorsAreCounted()
    {
        open();
        QCOMPARE(create("db",
                        "CREATE TABLE p(a PRIMARY KEY); CREATE TABLE c(p REFERENCES p(a) "
                        "DEFERRABLE INITIALLY DEFERRED)"),
                 std::string());
        QVERIFY(!read("db", "SELECT * FROM nowhere WHERE x = 5"));
        QCOMPARE(query("SELECT * FROM nowhere WHERE x = ?").errors.value_or(0), 1);
        // Only its COMMIT fails.
        QVERIFY(!write("db", "INSERT INTO c VALUES (7)"));
        QCOMPARE(query("INSERT INTO c VALUES (?)").errors.value_or(0), 1);
        QCOMPARE(query("INSERT INTO c VALUES (?)").rowsWritten.value_or(-1), 0);

        auto endless = scriptOf("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
                                "SELECT max(x) FROM n");
        endless.limits.timeout = std::chrono::milliseconds(300);
        QVERIFY(!run(*m_workspace, "db", Privilege::Read, endless));
        const QueryFigures timedOut = query(
            "WITH RECURSIVE n(x) AS (SELECT ? UNION ALL SELECT x + ? FROM n) SELECT max(x) FROM n");
        QCOMPARE(timedOut.errors.value_or(0), 1);
        QVERIFY(timedOut.maxMs.value_or(0) > 100);
    }

    void dryRunsAreNot()
    {
        open();
        QCOMPARE(create("db", "CREATE TABLE t(a)"), std::string());
        auto script = scriptOf("INSERT INTO t VALUES (1)");
        script.dryRun = true;
        QVERIFY(run(*m_workspace, "db", Privilege::Write, script));
        QVERIFY(!query("INSERT INTO t VALUES (?)").count);
        script.dryRun = false;
        script.measureImpact = true;
        QVERIFY(run(*m_workspace, "db", Privilege::Write, script));
        QCOMPARE(query("INSERT INTO t VALUES (?)").rowsWritten.value_or(0), 1);
    }

    void figuresOutliveTheProcess()
    {
        open();
        QCOMPARE(create("db", "CREATE TABLE t(a)"), std::string());
        QVERIFY(read("db", "SELECT a FROM t"));
        open();
        QVERIFY(read("db", "SELECT a FROM t"));
        QCOMPARE(query("SELECT a FROM t").count.value_or(0), 2);
        QVERIFY(QFile::exists(QString::fromStdString(folder() + "/statistics.db")));
    }

    void figuresGoWithTheDatabase()
    {
        m_workspace = std::move(
            *Turso::Workspace::open({.folder = folder(), .clock = &m_clock, .seedDemo = false}));
        const auto kept = [this] {
            return Support::SqlFile(folder() + "/statistics.db")
                .query("SELECT count(*) FROM figures");
        };
        QCOMPARE(create("db", "CREATE TABLE t(a)"), std::string());
        QVERIFY(wait(m_workspace->analytics("db", 0, 1))); // what waits is written
        QVERIFY(wait(m_workspace->deleteDatabase("db")));
        QCOMPARE(kindOf(wait(m_workspace->analytics("db", 0, 1))), std::string("not_found"));
        QCOMPARE(kept(), std::string("1\n")); // it can come back from the trash
        m_clock.advance(8 * kDay);
        QCOMPARE(create("other", ""), std::string());
        QVERIFY(wait(m_workspace->deleteDatabase("other"))); // this empties the trash
        QCOMPARE(kept(), std::string("0\n"));
        // Another one of this name starts from nothing.
        QCOMPARE(create("db", "CREATE TABLE t(a)"), std::string());
        QVERIFY(!query("SELECT a FROM t").count);
    }
};

QTEST_GUILESS_MAIN(tst_WorkspaceStatistics)
#include "tst_workspacestatistics.moc"
