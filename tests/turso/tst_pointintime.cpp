// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/branching.h"

#include <map>

using namespace Turso;

/// A branch at an instant is what the database was then, and a damaged archive says so.
class tst_PointInTime : public WorkspaceFixture
{
    Q_OBJECT

private:
    static constexpr int kHistories = 1000;
    MovedClock m_clock;
    std::int64_t m_segmentBytes = 4 << 20;

    void reopen()
    {
        m_workspace.reset();
        WorkspaceOptions options;
        options.folder = folder();
        options.clock = &m_clock;
        options.seedDemo = false;
        options.archive.segmentBytes = m_segmentBytes;
        m_workspace = std::move(*Workspace::open(options));
    }
    Base::Result<Database> branch(const std::string &source, const std::string &name,
                                  std::optional<Base::Millis> at = {})
    {
        return wait(m_workspace->createBranch(
            {.database = source, .name = name, .group = "", .timestamp = at}));
    }

    void setUp() override { m_folder = quickFolder(); }

    /// One database's history: its states by the instants since which it had them.
    struct History {
        std::map<Base::Millis, std::string> states = {};
        int commits = 0;
        int others = 0;
    };

    /// One step; what it leaves is noted.
    void step(RandomStatements &random, const std::string &name, History &history)
    {
        m_clock.advance(random.number(4));
        const bool isDryRun = random.number(8) == 0;
        Script script;
        Privilege privilege = Privilege::Write;
        switch (random.number(8)) {
        case 0:
        case 1:
            privilege = Privilege::Schema;
            script = scriptOf(random.schema());
            break;
        case 2:
            privilege = Privilege::Delete;
            script = scriptOf(random.remove());
            break;
        default:
            script = scriptOf(random.write());
        }
        script.dryRun = isDryRun;
        const bool done = run(*m_workspace, name, privilege, script).has_value();
        (done && !isDryRun ? history.commits : history.others) += 1;
    }

    void tellHistory(unsigned seed, History &history)
    {
        RandomStatements random(seed);
        const std::string name = "h" + std::to_string(seed);
        static constexpr std::int64_t kSegments[] = {1, 20'000, 60'000, 4 << 20};
        m_segmentBytes = kSegments[seed % 4];
        reopen();
        QVERIFY(create(name, "").empty());
        const std::string path = fileOf(name);
        if (random.number(4) != 0) {
            history.states[m_clock.now()] = contentOf(path);
            m_clock.advance(1);
            QVERIFY(write(name,
                          "CREATE TABLE t0(a INTEGER PRIMARY KEY, b TEXT); CREATE TABLE t1(a, b);"
                          "CREATE TABLE t2(a INTEGER PRIMARY KEY, b TEXT UNIQUE); CREATE TABLE "
                          "t3(a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT NOT NULL)",
                          Privilege::Schema));
        }
        history.states[m_clock.now()] = contentOf(path);
        std::unique_ptr<Support::SqlFile> reader;
        const unsigned steps = 5 + random.number(8);
        for (unsigned i = 0; i < steps; ++i) {
            if (random.number(12) == 0) {
                reader.reset();
                reopen();
            }
            if (random.number(10) == 0) { // holds on to what is there now, in SQLite's log
                reader = std::make_unique<Support::SqlFile>(path);
                sqlite3_db_config(reader->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
                QVERIFY(reader->run("BEGIN; SELECT count(*) FROM sqlite_schema"));
            } else if (random.number(3) == 0) {
                reader.reset();
            }
            step(random, name, history);
            history.states[m_clock.now()] = contentOf(path);
        }
        reader.reset();
        for (int i = 0; i < 3; ++i) {
            auto state = history.states.begin();
            std::advance(state, random.number(unsigned(history.states.size())));
            const auto next = std::next(state);
            const Base::Millis until
                = next == history.states.end() ? m_clock.now() : next->first - 1;
            const Base::Millis at = random.number(2) == 0 ? state->first : until;
            const std::string copy = "b" + std::to_string(i);
            const auto made = branch(name, copy, at);
            QVERIFY2(made, made ? "" : made.error().message.c_str());
            QCOMPARE(made->parent->branchedAt, at);
            QCOMPARE(contentOf(fileOf(copy)), state->second);
            if (random.number(4) == 0)
                reopen();
            QVERIFY(wait(m_workspace->deleteDatabase(copy)));
        }
        QVERIFY(wait(m_workspace->deleteDatabase(name)));
    }

private Q_SLOTS:
    void aThousandHistories()
    {
        int commits = 0;
        int others = 0;
        for (unsigned seed = 1; seed <= kHistories; ++seed) {
            History history;
            tellHistory(seed, history);
            if (QTest::currentTestFailed()) {
                qInfo("history %u", seed);
                return;
            }
            commits += history.commits;
            others += history.others;
        }
        qInfo("%d commits, %d that failed or were dry runs", commits, others);
        QVERIFY(commits > 5 * kHistories && others > kHistories);
    }
};

QTEST_GUILESS_MAIN(tst_PointInTime)
#include "tst_pointintime.moc"
