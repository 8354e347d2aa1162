// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "turso/statistics/histogram.h"
#include "turso/statistics/statistics.h"

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

using Turso::Analytics;
using Turso::Execution;
using Turso::Histogram;
using Turso::Origin;
using Turso::QueryFigures;
using Turso::Statistics;
using Turso::StatisticsOptions;

/// Figures by themselves, with times that the test tells.
class tst_Statistics : public Support::TestCase
{
    Q_OBJECT

private:
    static constexpr Base::Millis kNow = 1'795'361'940'000; // a whole minute
    static constexpr Base::Millis kMinute = 60'000;
    static constexpr Base::Millis kDay = 24 * 60 * kMinute;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<std::function<void()>> m_jobs;

    std::string path() const { return m_folder->filePath(QStringLiteral("s.db")).toStdString(); }
    std::unique_ptr<Statistics> open(StatisticsOptions options = {})
    {
        if (options.path.empty())
            options.path = path();
        return std::make_unique<Statistics>(
            options, [this](std::function<void()> job) { m_jobs.push_back(std::move(job)); });
    }
    void runJobs()
    {
        for (const auto &job : std::exchange(m_jobs, {}))
            job();
    }

    static Execution execution(Base::Millis at, const std::string &sql, int micros,
                               const std::string &database = "d")
    {
        Execution one;
        one.startedAt = at;
        one.duration = std::chrono::microseconds(micros);
        one.databaseId = database;
        one.shape = std::make_shared<const Turso::Sql::Shape>(Turso::Sql::shapeOf(sql));
        return one;
    }
    static void record(Statistics &statistics, const Execution &one)
    {
        statistics.record(std::span(&one, 1));
    }
    static Analytics figures(Statistics &statistics, Base::Millis from = 0,
                             Base::Millis to = kNow + kDay, const std::string &database = "d")
    {
        const auto analytics = statistics.figures(database, from, to);
        return analytics ? *analytics : Analytics{};
    }
    static QueryFigures query(const Analytics &analytics, const std::string &text)
    {
        for (const QueryFigures &one : analytics.queries) {
            if (one.query == text)
                return one;
        }
        return {};
    }
    static std::int64_t countOf(const Analytics &analytics)
    {
        std::int64_t sum = 0;
        for (const QueryFigures &one : analytics.queries)
            sum += one.count.value_or(0);
        return sum;
    }

    void setUp() override { m_folder = std::make_unique<QTemporaryDir>(); }
    void tearDown() override
    {
        m_jobs.clear();
        m_folder.reset();
    }

private Q_SLOTS:
    void percentilesAreThoseOfAllValues_data()
    {
        QTest::addColumn<int>("most");
        QTest::addColumn<int>("count");
        QTest::newRow("one") << 1'000'000 << 1;
        QTest::newRow("few") << 1'000'000 << 7;
        QTest::newRow("exact below 64") << 63 << 5000;
        QTest::newRow("microseconds to seconds") << 30'000'000 << 20'000;
    }
    void percentilesAreThoseOfAllValues()
    {
        QFETCH(int, most);
        QFETCH(int, count);
        std::mt19937 random(11);
        std::uniform_real_distribution<double> exponent(0, std::log(most));
        std::vector<std::int64_t> values;
        Histogram whole;
        Histogram parts[3];
        for (int i = 0; i < count; ++i) {
            values.push_back(static_cast<std::int64_t>(std::exp(exponent(random))));
            whole.add(values.back());
            parts[i % 3].add(values.back());
        }
        std::sort(values.begin(), values.end());
        for (int i : {1, 2})
            parts[0].merge(parts[i]);
        QCOMPARE(parts[0].bytes(), whole.bytes());
        QCOMPARE(whole.count(), count);
        QCOMPARE(whole.least(), values.front());
        QCOMPARE(whole.most(), values.back());
        QCOMPARE(whole.sum(), std::accumulate(values.begin(), values.end(), std::int64_t{0}));
        for (const double share : {0.0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0}) {
            const auto rank = std::max<std::size_t>(
                static_cast<std::size_t>(std::ceil(share * static_cast<double>(count))), 1);
            const auto exact = static_cast<double>(values[rank - 1]);
            const double bound = exact < 64 ? 0 : exact / 64;
            QVERIFY2(std::abs(whole.quantile(share) - exact) <= bound,
                     qPrintable(QStringLiteral("%1: %2 instead of %3")
                                    .arg(share)
                                    .arg(whole.quantile(share))
                                    .arg(exact)));
        }
    }

    void extremesHaveAPlace()
    {
        Histogram histogram;
        histogram.add(-5);
        histogram.add(INT64_MAX);
        QCOMPARE(histogram.least(), 0);
        QCOMPARE(histogram.most(), 1LL << 41);
        QCOMPARE(histogram.quantile(0.5), 0.0);
        QCOMPARE(Histogram().quantile(0.5), 0.0);
    }

    void histogramsComeBackFromTheFileAndNothingElseDoes()
    {
        std::mt19937 random(5);
        Histogram histogram;
        for (int i = 0; i < 300; ++i)
            histogram.add(static_cast<std::int64_t>(random() % 5'000'000));
        const std::string bytes = histogram.bytes();
        Histogram back;
        QVERIFY(back.parse(bytes));
        QCOMPARE(back.bytes(), bytes);
        QCOMPARE(back.quantile(0.9), histogram.quantile(0.9));
        QCOMPARE(back.count(), histogram.count());
        for (int i = 0; i < 20'000; ++i) {
            std::string other = bytes.substr(0, random() % (bytes.size() + 1));
            if (!other.empty())
                other[random() % other.size()] = static_cast<char>(random());
            Histogram read;
            if (read.parse(other)) // it may still make sense, and then it has to be whole
                QVERIFY(read.least() <= read.most() && read.quantile(0.5) <= read.quantile(0.99));
        }
    }

    void whatRanIsCounted()
    {
        const auto statistics = open();
        for (int i = 1; i <= 100; ++i)
            record(*statistics, execution(kNow + i, "SELECT " + std::to_string(i), i * 1000));
        Execution failed = execution(kNow + 500, "select 5", 7000);
        failed.error = "SQLITE_INTERRUPT";
        failed.cancelled = true;
        failed.origin = Origin::Client;
        record(*statistics, failed);
        Execution written = execution(kNow + 600, "INSERT INTO t VALUES (1)", 50);
        written.rowsWritten = 12;
        record(*statistics, written);
        Execution dry = written;
        dry.dryRun = true;
        record(*statistics, dry);

        const Analytics analytics = figures(*statistics);
        QCOMPARE(analytics.queries.size(), std::size_t(2));
        const QueryFigures select = query(analytics, "SELECT ?");
        QCOMPARE(select.fingerprint, Turso::Sql::shapeOf("SELECT 9").fingerprint);
        QCOMPARE(select.count.value(), 101);
        QCOMPARE(select.errors.value(), 1);
        QCOMPARE(select.totalMs.value(), 5057.0);
        QCOMPARE(select.maxMs.value(), 100.0);
        QVERIFY(std::abs(select.p50Ms.value() - 50) < 50 / 64.0);
        QVERIFY(std::abs(select.p95Ms.value() - 95) < 95 / 64.0);
        QVERIFY(std::abs(select.p99Ms.value() - 99) < 99 / 64.0);
        QCOMPARE(select.lastSeen.value(), kNow + 500);
        QCOMPARE(select.agentShare.value(), 100.0 / 101);
        QCOMPARE(select.source, std::string("workspace"));
        QVERIFY(!select.rowsRead);
        const QueryFigures insert = query(analytics, "INSERT INTO t VALUES (?)");
        QCOMPARE(insert.count.value(), 1);
        QCOMPARE(insert.rowsWritten.value(), 12);
        QCOMPARE(analytics.sources.size(), std::size_t(1));
        QCOMPARE(analytics.sources.front().missing, std::vector<std::string>{"rows_read"});
        QVERIFY(analytics.sources.front().covers.find("2026-11-22T15:39:00.000Z")
                != std::string::npos);
    }

    void aPeriodIsWholeMinutes()
    {
        const auto statistics = open();
        for (int minute = 0; minute < 5; ++minute)
            record(*statistics, execution(kNow + minute * kMinute + 30'000, "SELECT 1", 10));
        QCOMPARE(countOf(figures(*statistics, kNow + kMinute, kNow + 3 * kMinute)), 2);
        const Analytics cut = figures(*statistics, kNow + kMinute + 1, kNow + 3 * kMinute + 1);
        QCOMPARE(countOf(cut), 3);
        QCOMPARE(cut.from, kNow + kMinute);
        QCOMPARE(cut.to, kNow + 4 * kMinute);
        QCOMPARE(countOf(figures(*statistics, kNow + 6 * kMinute, kNow + 9 * kMinute)), 0);
        QCOMPARE(countOf(figures(*statistics, 0, kNow)), 0);
    }

    void databasesAreKeptApart()
    {
        const auto statistics = open();
        record(*statistics, execution(kNow, "SELECT 1", 10, "a"));
        record(*statistics, execution(kNow, "SELECT 1", 10, "b"));
        record(*statistics, execution(kNow, "SELECT 1", 10, "b"));
        QCOMPARE(countOf(figures(*statistics, 0, kNow + kDay, "a")), 1);
        QCOMPARE(countOf(figures(*statistics, 0, kNow + kDay, "b")), 2);
        QCOMPARE(countOf(figures(*statistics, 0, kNow + kDay, "c")), 0);
        statistics->keepOnly({"b", "z"});
        QCOMPARE(countOf(figures(*statistics, 0, kNow + kDay, "a")), 0);
        QCOMPARE(countOf(figures(*statistics, 0, kNow + kDay, "b")), 2);
    }

    void aBatchGoesWhenTheNextExecutionFindsItDue()
    {
        const auto statistics = open({.batchTime = 10'000, .batchSize = 8});
        record(*statistics, execution(kNow, "SELECT 1", 10));
        record(*statistics, execution(kNow + 9'999, "SELECT 1", 10));
        QVERIFY(m_jobs.empty());
        record(*statistics, execution(kNow + 10'000, "SELECT 1", 10));
        record(*statistics, execution(kNow + 10'001, "SELECT 1", 10)); // one job is enough
        QCOMPARE(m_jobs.size(), std::size_t(1));
        runJobs();
        for (int i = 0; i < 9; ++i)
            record(*statistics, execution(kNow + 10'002, "SELECT a" + std::to_string(i), 10));
        QCOMPARE(m_jobs.size(), std::size_t(1));
        runJobs();
        record(*statistics, execution(kNow + 10'003, "SELECT 1", 10));
        record(*statistics, execution(kNow - kDay, "SELECT 1", 10)); // the clock was set back
        QCOMPARE(m_jobs.size(), std::size_t(1));
    }

    void aKilledProcessLosesItsLastBatchOnly()
    {
        const auto killed = open();
        record(*killed, execution(kNow, "SELECT 1", 10));
        record(*killed, execution(kNow + 1, "SELECT 1", 30));
        killed->flush();
        record(*killed, execution(kNow + 2, "SELECT 1", 10));
        const auto next = open(); // the other one still has the file, as if it had never ended
        QCOMPARE(countOf(figures(*next)), 2);
        // The same minute goes on.
        record(*next, execution(kNow + 3, "SELECT 1", 500));
        next->close();
        const Analytics analytics = figures(*open());
        QCOMPARE(analytics.queries.size(), std::size_t(1));
        QCOMPARE(query(analytics, "SELECT ?").count.value(), 3);
        QCOMPARE(query(analytics, "SELECT ?").totalMs.value(), 0.54);
        QCOMPARE(query(analytics, "SELECT ?").p50Ms.value(), 0.03);
    }

    void tooManyShapesShareOneEntry()
    {
        const auto statistics = open({.shapesPerMinute = 10});
        for (int i = 0; i < 100; ++i) {
            record(*statistics, execution(kNow, "SELECT a" + std::to_string(i), 10));
            if (i % 30 == 0)
                statistics->flush(); // what is written counts for its minute
        }
        record(*statistics, execution(kNow, "SELECT a3", 10));
        record(*statistics, execution(kNow + kMinute, "SELECT b", 10));
        const Analytics analytics = figures(*statistics);
        QCOMPARE(analytics.queries.size(), std::size_t(12));
        QCOMPARE(countOf(analytics), 102);
        QCOMPARE(query(analytics, "SELECT a3").count.value(), 2);
        QVERIFY(std::any_of(
            analytics.queries.begin(), analytics.queries.end(),
            [](const QueryFigures &one) { return one.fingerprint == "other" && one.count == 90; }));
    }

    void figuresAreKeptForNinetyDays()
    {
        const auto statistics = open();
        for (int day = 0; day <= 100; ++day) {
            record(*statistics, execution(kNow + day * kDay, "SELECT " + std::string(1, 'a'), 10));
            statistics->flush();
        }
        const Base::Millis end = kNow + 101 * kDay;
        QCOMPARE(countOf(figures(*statistics, 0, end)), 91);
        QCOMPARE(countOf(figures(*statistics, 0, kNow + 10 * kDay)), 0);
        QCOMPARE(countOf(figures(*statistics, kNow + 10 * kDay, end)), 91);
    }

    void theFileDoesNotGrowForEver()
    {
        constexpr std::int64_t kMost = 400'000;
        const auto statistics = open({.keptBytes = kMost});
        for (int hour = 0; hour < 60; ++hour) {
            for (int i = 0; i < 200; ++i) {
                const std::string sql = "SELECT " + std::string(200, 'x') + std::to_string(i);
                record(*statistics, execution(kNow + hour * 60 * kMinute, sql, i));
            }
            statistics->flush();
        }
        const Base::Millis last = kNow + 59 * 60 * kMinute;
        QCOMPARE(countOf(figures(*statistics, last, last + kMinute)), 200);
        QVERIFY(countOf(figures(*statistics, 0, last)) > 200);
        QVERIFY(countOf(figures(*statistics, 0, last)) < 59 * 200);
        statistics->close();
        // Before the last hour's batch was pruned it may have been larger by that one.
        QVERIFY(QFile(QString::fromStdString(path())).size() < kMost * 3 / 2);
    }

    void aFileThatCannotBeReadIsPutAside()
    {
        QFile file(QString::fromStdString(path()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8192, 'x'));
        file.close();
        QTest::ignoreMessage(QtWarningMsg,
                             QRegularExpression(QStringLiteral("cannot be read and begin anew")));
        const auto statistics = open();
        record(*statistics, execution(kNow, "SELECT 1", 10));
        QCOMPARE(countOf(figures(*statistics)), 1);
        QVERIFY(QFile::exists(QString::fromStdString(path() + ".unreadable")));
    }

    void withoutAFileMemoryIsBounded()
    {
        QTest::ignoreMessage(
            QtWarningMsg, QRegularExpression(QStringLiteral("Query statistics are not written")));
        const auto statistics = open({.path = path() + "/nowhere/s.db", .batchSize = 10});
        for (int i = 0; i < 500; ++i) {
            record(*statistics, execution(kNow + i * 1000, "SELECT a" + std::to_string(i), 10));
            runJobs();
        }
        // What had room is told even so; the rest is gone.
        const auto kept = countOf(figures(*statistics));
        QVERIFY2(kept >= 30 && kept <= 50, QByteArray::number(qlonglong(kept)));
    }

    void longShapesAreCutBetweenCharacters()
    {
        const std::string name = "\"" + std::string(4093, 'x');
        std::string euros;
        for (int i = 0; i < 3000; ++i)
            euros += "\u20ac";
        for (std::size_t cut = 0; cut < 4; ++cut) {
            const auto shape
                = Turso::Sql::shapeOf("SELECT \"" + std::string(cut, 'x') + euros + "\"");
            QVERIFY(shape.text.size() <= Turso::Sql::kMaxShapeBytes);
            QVERIFY(shape.text.size() > Turso::Sql::kMaxShapeBytes - 6);
            QVERIFY(QString::fromStdString(shape.text).endsWith(QStringLiteral("\u20ac\u2026")));
        }
        QVERIFY(Turso::Sql::shapeOf("SELECT " + name + "a\"").fingerprint
                != Turso::Sql::shapeOf("SELECT " + name + "b\"").fingerprint);
        // A stable name: the first 64 bits of the SHA-256 of "SELECT ?".
        QCOMPARE(Turso::Sql::shapeOf("select 1;").text, std::string("SELECT ?"));
        QCOMPARE(Turso::Sql::shapeOf("select 1;").fingerprint, std::string("66cbb3a40d4bbd15"));
    }
};

QTEST_GUILESS_MAIN(tst_Statistics)
#include "tst_statistics.moc"
