// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/branching.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

using namespace Turso;
namespace fs = std::filesystem;

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

    void setUp() override
    {
        m_folder = quickFolder();
        m_segmentBytes = 4 << 20;
    }

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

    QStringList entriesOf(const std::string &name) const
    {
        const QFileInfo data(QString::fromStdString(fileOf(name)));
        return QDir(data.dir().filePath(QStringLiteral("archive"))).entryList(QDir::Files);
    }

    /// Changes a file as a failing disk would: its time stays.
    static void damage(const fs::path &path, int kind, std::mt19937 &random)
    {
        if (kind == 2) {
            fs::remove(path);
            return;
        }
        const auto time = fs::last_write_time(path);
        const auto at = random() % fs::file_size(path);
        if (kind == 1) {
            fs::resize_file(path, at);
        } else {
            std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
            file.seekg(std::streamoff(at));
            const int byte = file.get() ^ (1 << random() % 8);
            file.seekp(std::streamoff(at));
            file.put(char(byte));
        }
        fs::last_write_time(path, time);
    }
    /// The folder's content as it is in `from`, the times of databases included.
    void putBack(const fs::path &from) const
    {
        fs::remove_all(folder());
        fs::copy(from, folder(), fs::copy_options::recursive);
        for (const auto &entry : fs::recursive_directory_iterator(from)) {
            if (entry.is_regular_file())
                fs::last_write_time(folder() / fs::relative(entry.path(), from),
                                    entry.last_write_time());
        }
    }
    /// How many of `states` cannot be had; whatever can be had is right.
    int refusedOf(const std::map<Base::Millis, std::string> &states)
    {
        int refused = 0;
        for (const auto &[at, content] : states) {
            const auto made = branch("db", "b", at);
            if (!made) {
                refused += made.error().message.empty() ? 0 : 1;
                continue;
            }
            const bool isRight = contentOf(fileOf("b")) == content;
            if (!isRight || !wait(m_workspace->deleteDatabase("b")))
                return -1;
        }
        return refused;
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

    void anInstantOutsideIsRefusedByName()
    {
        reopen();
        const Base::Millis born = m_clock.now();
        QVERIFY(create("db", "").empty());
        m_clock.advance(1000);
        QVERIFY(write("db", "CREATE TABLE t(a)", Privilege::Schema));
        const auto early = branch("db", "b", born - 1);
        QCOMPARE(kindOf(early), std::string("invalid_argument"));
        QVERIFY(early.error().message.find(Base::toRfc3339(born)) != std::string::npos);
        QVERIFY(early.error().message.find(Base::toRfc3339(m_clock.now())) != std::string::npos);
        QCOMPARE(early.error().details, std::string(R"({"argument":"timestamp"})"));
        QCOMPARE(kindOf(branch("db", "b", m_clock.now() + 1)), std::string("invalid_argument"));
        QCOMPARE(kindOf(branch("none", "b")), std::string("not_found"));
        QCOMPARE(kindOf(branch("db", "db")), std::string("invalid_argument"));
        QCOMPARE(kindOf(branch("db", "No Name")), std::string("invalid_argument"));
        const auto homeless = wait(m_workspace->createBranch(
            {.database = "db", .name = "b", .group = "none", .timestamp = {}}));
        QCOMPARE(homeless.error().message, std::string("group not found"));
        QVERIFY(branch("db", "b", born));
        QCOMPARE(rowsOf(read("b", "SELECT count(*) FROM sqlite_schema")), std::string("[[0]]"));
        QCOMPARE(kindOf(branch("db", "b")), std::string("already_exists"));
        QCOMPARE(wait(m_workspace->databases(""))->size(), std::size_t(2));
        QCOMPARE(kindOf(branch("b", "c", born)), std::string("invalid_argument")); // its own
    }

    void aBranchInheritsWhatShutsOutAndNothingElse()
    {
        reopen();
        QVERIFY(create("db", "CREATE TABLE t(a)", 1 << 20).empty());
        QVERIFY(
            wait(m_workspace->configureDatabase("db",
                                                {.deleteProtection = true,
                                                 .blockReads = true,
                                                 .blockWrites = true,
                                                 .allowedIps = {{"127.0.0.1", "10.0.0.0/8"}}})));
        m_clock.advance(10);
        const auto made = branch("db", "b");
        QVERIFY(made);
        QCOMPARE(made->group, std::string("default"));
        QCOMPARE(made->parent->name, std::string("db"));
        QCOMPARE(made->parent->branchedAt, m_clock.now());
        QCOMPARE(*made->configuration.sizeLimit, std::int64_t(1 << 20));
        QVERIFY(made->configuration.blockReads && !made->configuration.blockWrites);
        QVERIFY(!made->configuration.deleteProtection);
        QCOMPARE(made->configuration.allowedIps.size(), std::size_t(2));
        QVERIFY(write("b", "INSERT INTO t VALUES(1)"));
    }

    void aBranchOutlivesItsParent()
    {
        reopen();
        QVERIFY(create("db", "CREATE TABLE t(a); CREATE TABLE u(a)").empty());
        const std::string id = wait(m_workspace->database("db"))->id;
        QVERIFY(branch("db", "b") && branch("db", "a") && branch("b", "deeper"));
        std::vector<std::string> names;
        const auto branches = wait(m_workspace->branches("db"));
        for (const Database &database : *branches)
            names.push_back(database.name);
        QCOMPARE(names, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(kindOf(wait(m_workspace->branches("none"))), std::string("not_found"));
        const QString archive = QString::fromStdString(folder() + "/databases/" + id + "/archive");
        QVERIFY(QDir(archive).exists());
        QVERIFY(wait(m_workspace->deleteDatabase("db")));
        QVERIFY(!QDir(archive).exists());
        const QDir trash(m_folder->filePath(QStringLiteral("trash")));
        const QString deleted = trash.entryList(QDir::Dirs | QDir::NoDotAndDotDot).front();
        QVERIFY(QDir(trash.filePath(deleted + QStringLiteral("/archive"))).exists());
        QVERIFY(create("db", "").empty());
        QVERIFY(wait(m_workspace->branches("db"))->empty()); // another database of that name
        reopen();
        QCOMPARE(wait(m_workspace->database("b"))->parent->id, id);
        QCOMPARE(wait(m_workspace->database("b"))->parent->name, std::string("db"));
        QCOMPARE(rowsOf(read("b", "SELECT count(*) FROM sqlite_schema")), std::string("[[2]]"));
    }

    void whatIsOldGoesWhole()
    {
        m_segmentBytes = 1;
        reopen();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        const Base::Millis first = m_clock.now();
        for (int hour = 0; hour < 30; ++hour) {
            m_clock.advance(3'600'000);
            QVERIFY(write("db", "INSERT INTO t VALUES(1)"));
        }
        QCOMPARE(kindOf(branch("db", "b", first)), std::string("invalid_argument"));
        QVERIFY(branch("db", "b", m_clock.now() - 24LL * 3'600'000));
        QCOMPARE(rowsOf(read("b", "SELECT count(*) FROM t")), std::string("[[6]]"));
        QVERIFY(entriesOf("db").size() < 3 * 28);
        m_clock.advance(1000LL * 3'600'000); // quiet for long: yesterday's state is today's
        QVERIFY(branch("db", "c", m_clock.now() - 24LL * 3'600'000));
        QCOMPARE(rowsOf(read("c", "SELECT count(*) FROM t")), std::string("[[30]]"));
    }

    void anotherProgramLeavesAGapNeverALie_data()
    {
        QTest::addColumn<int>("segmentBytes");
        QTest::newRow("within a segment") << (4 << 20);
        QTest::newRow("between segments") << 1;
    }
    void anotherProgramLeavesAGapNeverALie()
    {
        QFETCH(int, segmentBytes);
        m_segmentBytes = segmentBytes;
        reopen();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        m_clock.advance(10);
        QVERIFY(write("db", "INSERT INTO t VALUES(1)"));
        const Base::Millis before = m_clock.now();
        m_clock.advance(10);
        {
            Support::SqlFile other(fileOf("db"));
            QVERIFY(other.run("INSERT INTO t VALUES(2)"));
        }
        m_clock.advance(10); // in SQLite's log, at a time that nobody knows
        QVERIFY(write("db", "INSERT INTO t VALUES(3)"));
        const Base::Millis after = m_clock.now();
        const auto sure = branch("db", "b1", before);
        QVERIFY2(sure, sure ? "" : sure.error().message.c_str());
        QCOMPARE(rowsOf(read("b1", "SELECT a FROM t")), std::string("[[1]]"));
        const auto between = branch("db", "b2", before + 1);
        QCOMPARE(kindOf(between), std::string("invalid_argument"));
        QVERIFY(between.error().message.find(Base::toRfc3339(before)) != std::string::npos);
        QVERIFY(branch("db", "b2", after));
        QCOMPARE(rowsOf(read("b2", "SELECT a FROM t")), std::string("[[1],[2],[3]]"));
        // The newest state is also what others have written.
        QVERIFY(Support::SqlFile(fileOf("db")).run("INSERT INTO t VALUES(4)"));
        m_clock.advance(10);
        QVERIFY(branch("db", "b3"));
        QCOMPARE(rowsOf(read("b3", "SELECT max(a) FROM t")), std::string("[[4]]"));
        // It moves the log into the file: what was before has no way to it any more.
        QVERIFY(Support::SqlFile(fileOf("db")).run("PRAGMA wal_checkpoint(TRUNCATE)"));
        m_clock.advance(10);
        const auto gone = branch("db", "b4", after);
        QCOMPARE(kindOf(gone), std::string("invalid_argument"));
        QVERIFY(gone.error().message.find("another program") != std::string::npos);
        QVERIFY(branch("db", "b4"));
        QCOMPARE(rowsOf(read("b4", "SELECT count(*) FROM t")), std::string("[[4]]"));
        m_clock.advance(10);
        QVERIFY(write("db", "INSERT INTO t VALUES(5)"));
        m_clock.advance(10);
        QVERIFY(branch("db", "b5", m_clock.now() - 10));
        QCOMPARE(rowsOf(read("b5", "SELECT count(*) FROM t")), std::string("[[5]]"));
    }

    void anotherProgramWhileItIsClosed_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<bool>("leavesGap");
        QTest::newRow("looks") << QByteArray("SELECT * FROM t") << false;
        QTest::newRow("moves the log") << QByteArray("PRAGMA wal_checkpoint(TRUNCATE)") << false;
        QTest::newRow("writes") << QByteArray("INSERT INTO t VALUES(2)") << true;
        QTest::newRow("rewrites") << QByteArray("VACUUM") << true;
    }
    void anotherProgramWhileItIsClosed()
    {
        QFETCH(QByteArray, sql);
        QFETCH(bool, leavesGap);
        reopen();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        const Base::Millis before = m_clock.now();
        m_clock.advance(10);
        QVERIFY(write("db", "INSERT INTO t VALUES(1)"));
        const std::string path = fileOf("db");
        m_workspace.reset();
        QVERIFY(Support::SqlFile(path).run(sql.toStdString()));
        const std::string content = contentOf(path);
        m_clock.advance(10);
        reopen();
        const auto old = branch("db", "old", before);
        QCOMPARE(kindOf(old), std::string(leavesGap ? "invalid_argument" : "ok"));
        if (!leavesGap)
            QCOMPARE(rowsOf(read("old", "SELECT count(*) FROM t")), std::string("[[0]]"));
        QVERIFY(branch("db", "new"));
        QCOMPARE(contentOf(fileOf("new")), content);
    }

    void damageIsToldNeverHandedOut_data()
    {
        QTest::addColumn<QByteArray>("ending");
        QTest::addColumn<int>("kind");
        static constexpr const char *kEndings[] = {"log", "before", "wal", "data.db"};
        static constexpr const char *kKinds[] = {"flipped", "cut", "missing"};
        for (const char *ending : kEndings) {
            for (int kind = 0; kind < (ending == kEndings[3] ? 1 : 3); ++kind)
                QTest::addRow("%s %s", ending, kKinds[kind]) << QByteArray(ending) << kind;
        }
    }
    void damageIsToldNeverHandedOut()
    {
        QFETCH(QByteArray, ending);
        QFETCH(int, kind);
        std::mt19937 random(7);
        m_segmentBytes = 50'000;
        reopen();
        QVERIFY(create("db", "").empty());
        std::map<Base::Millis, std::string> states = {{m_clock.now(), contentOf(fileOf("db"))}};
        RandomStatements statements(3);
        for (int i = 0; i < 40; ++i) {
            History history;
            m_clock.advance(1);
            step(statements, "db", history);
            states[m_clock.now()] = contentOf(fileOf("db"));
        }
        const fs::path data = fileOf("db");
        m_workspace.reset(); // ends the last segment
        const auto clean = quickFolder();
        const fs::path kept = fs::path(clean->path().toStdString()) / "kept";
        fs::copy(folder(), kept, fs::copy_options::recursive);
        fs::last_write_time(kept / fs::relative(data, folder()), fs::last_write_time(data));
        std::vector<fs::path> files(ending == "data.db" ? 8 : 0, data);
        for (const auto &entry : fs::directory_iterator(data.parent_path() / "archive")) {
            if (entry.path().extension() == '.' + ending.toStdString())
                files.push_back(entry.path());
        }
        std::sort(files.begin(), files.end());
        QVERIFY(files.size() > 4);
        std::size_t told = 0;
        for (const fs::path &file : files) {
            damage(file, kind, random);
            m_clock.advance(1);
            reopen();
            const int refused = refusedOf(states);
            QVERIFY2(refused >= 0, file.c_str());
            told += refused > 0 ? 1 : 0;
            // Without the newest list the one before it leads on: nothing was written since. And
            // the way forward to a segment's last commit is not taken: the next begins there.
            const bool isNeeded
                = ending != "wal" && (file != files.back() || ending != "log" || kind != 2);
            QVERIFY2(refused > 0 || !isNeeded, file.c_str());
            m_workspace.reset();
            putBack(kept);
        }
        QVERIFY2(told >= files.size() / 4, "what was damaged was hardly needed");
        reopen();
        QCOMPARE(refusedOf(states), 0);
    }

    void aDamagedLogIsToldWhileItIsOpen()
    {
        reopen();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        const Base::Millis before = m_clock.now();
        m_clock.advance(10);
        QVERIFY(write("db", "INSERT INTO t VALUES(1)"));
        m_clock.advance(10);
        QFile wal(QString::fromStdString(fileOf("db") + "-wal"));
        QVERIFY(wal.open(QIODevice::ReadWrite));
        const qint64 at = wal.size() - 100;
        QVERIFY(wal.seek(at));
        const char byte = wal.peek(1)[0];
        QVERIFY(wal.putChar(char(byte ^ 1)) && wal.flush());
        QVERIFY(branch("db", "b1", before));
        const auto damaged = branch("db", "b2");
        QCOMPARE(kindOf(damaged), std::string("upstream_error"));
        QVERIFY(damaged.error().message.find("damaged") != std::string::npos);
        QVERIFY(!wait(m_workspace->database("b2")));
        QVERIFY(wal.seek(at) && wal.putChar(byte) && wal.flush());
        QVERIFY(branch("db", "b2"));
    }

    void writersGoOnWhileBranchesAreMade()
    {
        m_segmentBytes = 20'000;
        reopen();
        QVERIFY(create("db", "CREATE TABLE t(a INTEGER PRIMARY KEY, b)").empty());
        std::vector<Base::Pending<Database>> making;
        std::vector<Base::Pending<Outcome>> writing;
        for (int i = 0; i < 20; ++i) {
            for (int j = 0; j < 10; ++j)
                writing.push_back(m_workspace->openSession("db", Privilege::Write)
                                      ->execute(scriptOf("INSERT INTO t(b) VALUES(1), (2)"), {}));
            making.push_back(m_workspace->createBranch(
                {.database = "db", .name = "b" + std::to_string(i), .group = "", .timestamp = {}}));
        }
        for (auto &written : writing)
            QVERIFY(wait(written));
        for (std::size_t i = 0; i < making.size(); ++i) {
            const auto made = wait(making[i]);
            QVERIFY2(made, made ? "" : made.error().message.c_str());
            // Both rows of a commit or none.
            QCOMPARE(rowsOf(read(made->name, "SELECT count(*) % 2, max(a) = count(*) FROM t")),
                     rowsOf(read(made->name, "SELECT 0, iif(count(*) > 0, 1, NULL) FROM t")));
        }
    }
};

QTEST_GUILESS_MAIN(tst_PointInTime)
#include "tst_pointintime.moc"
