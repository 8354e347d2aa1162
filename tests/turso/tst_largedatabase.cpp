// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/branching.h"

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>

using namespace Turso;

namespace
{

constexpr std::int64_t kRows = 2048;
constexpr int kRowBytes = 1 << 20;
/// What a call on a database of any size may take beyond what the process had.
constexpr long kMostKilobytes = 64 * 1024;

/// "VmRSS" or "VmHWM" of this process, kilobytes.
long memory(const std::string &what)
{
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line)) {
        if (line.starts_with(what + ':'))
            return std::stol(line.substr(what.size() + 1));
    }
    return -1;
}

/// The most memory that the process has had since this was made, beyond what it had then.
class Peak
{
public:
    Peak()
    {
        std::ofstream("/proc/self/clear_refs") << "5"; // forgets the peak
        m_before = memory("VmRSS");
    }
    long kilobytes() const { return memory("VmHWM") - m_before; }

private:
    long m_before = 0;
};

} // namespace

/// A database of two gigabytes costs time, never memory, and writers do not wait for its copies.
class tst_LargeDatabase : public WorkspaceFixture
{
    Q_OBJECT

private:
    MovedClock m_clock;

    void reopen()
    {
        m_workspace.reset();
        WorkspaceOptions options;
        options.folder = folder();
        options.clock = &m_clock;
        options.seedDemo = false;
        m_workspace = std::move(*Workspace::open(options));
    }

    /// Every row has bytes of its own in each of its pages.
    static bool fill(const std::string &path)
    {
        Support::SqlFile file(path);
        if (!file.run("PRAGMA journal_mode=DELETE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                      "CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB); BEGIN"))
            return false;
        sqlite3_stmt *insert = nullptr;
        sqlite3_prepare_v2(file.handle(), "INSERT INTO t VALUES(?1, ?2)", -1, &insert, nullptr);
        std::string blob(kRowBytes, 'x');
        bool done = insert != nullptr;
        for (std::int64_t row = 1; row <= kRows && done; ++row) {
            for (std::size_t at = 0; at < blob.size(); at += 1024)
                std::memcpy(blob.data() + at, &row, sizeof row);
            sqlite3_bind_int64(insert, 1, row);
            sqlite3_bind_blob(insert, 2, blob.data(), kRowBytes, SQLITE_STATIC);
            done = sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK;
        }
        sqlite3_finalize(insert);
        return done && file.run("COMMIT; PRAGMA journal_mode=WAL");
    }

    void makeTwoGigabytes()
    {
        reopen();
        QVERIFY(create("db", "").empty());
        const std::string path = fileOf("db");
        m_workspace.reset();
        QVERIFY(fill(path));
        QVERIFY(std::filesystem::file_size(path) > std::uintmax_t(2) << 30);
        m_clock.advance(1000);
        reopen();
    }

private Q_SLOTS:
    void branchesAndReadsOfTwoGigabytesStayBounded()
    {
        makeTwoGigabytes();
        if (QTest::currentTestFailed())
            return;
        using Time = std::chrono::steady_clock;
        const auto seconds = [](Time::duration span) {
            return std::chrono::duration<double>(span).count();
        };
        const Peak peak;
        // Its archive begins with the first write after another program has filled it.
        auto started = Time::now();
        QVERIFY(write("db", "UPDATE t SET b = 'one' WHERE a = 1"));
        qInfo("the archive began in %.1f s", seconds(Time::now() - started));
        const Base::Millis first = m_clock.now();
        for (int i = 2; i <= 40; ++i) { // several segments
            m_clock.advance(1000);
            QVERIFY(
                write("db", "UPDATE t SET b = randomblob(1000000) WHERE a = " + std::to_string(i)));
        }
        m_clock.advance(1000);

        started = Time::now();
        auto making = m_workspace->createBranch(
            {.database = "db", .name = "now", .group = "", .timestamp = {}});
        QVERIFY(write("db", "UPDATE t SET b = 'later' WHERE a = 2000"));
        const double written = seconds(Time::now() - started);
        const auto now = wait(making);
        const double made = seconds(Time::now() - started);
        QVERIFY2(now, now ? "" : now.error().message.c_str());
        qInfo("branch in %.1f s, a write beside it in %.2f s", made, written);
        QVERIFY2(written < made / 2, "a writer has waited for a branch");

        started = Time::now();
        const auto then = wait(m_workspace->createBranch(
            {.database = "db", .name = "then", .group = "", .timestamp = first}));
        QVERIFY2(then, then ? "" : then.error().message.c_str());
        qInfo("branch at an instant in %.1f s", seconds(Time::now() - started));

        const auto many = read("now", "SELECT a, hex(b) FROM t LIMIT 100"); // 100 MB
        QVERIFY(many && many->statements.front().truncated);
        QVERIFY(many->statements.front().rows.size() <= Limits().maxBytes + 2);
        const long most = peak.kilobytes();
        qInfo("%ld KiB at most beyond what there was", most);
        QVERIFY2(most <= kMostKilobytes, "memory grows with the database");

        const std::string summary = "SELECT count(*), sum(length(b)), max(length(b)) FROM t";
        QCOMPARE(rowsOf(read("then", summary)),
                 "[[2048," + std::to_string((kRows - 1) * kRowBytes + 3) + ",1048576]]");
        // The write beside it may have been there first: then it is in the branch.
        const auto sum = [](std::int64_t bytes) {
            return "[[2048," + std::to_string(bytes + 39'000'000 + 3) + ",1048576]]";
        };
        const std::string found = rowsOf(read("now", summary));
        QVERIFY2(found == sum((kRows - 40) * kRowBytes)
                     || found == sum((kRows - 41) * kRowBytes + std::int64_t(sizeof "later") - 1),
                 found.c_str());
        QCOMPARE(rowsOf(read("then", "SELECT hex(substr(b, 1025, 2)) FROM t WHERE a IN (2, 40)")),
                 std::string(R"([["0200"],["2800"]])"));
    }
};

QTEST_GUILESS_MAIN(tst_LargeDatabase)
#include "tst_largedatabase.moc"
