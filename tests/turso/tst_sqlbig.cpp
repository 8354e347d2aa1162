// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclientfixture.h"

#include <QElapsedTimer>
#include <QFile>

using Turso::Privilege;

namespace
{

qint64 statusKilobytes(const char *name)
{
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith(name))
            return line.simplified().split(' ').value(1).toLongLong();
    }
    return -1;
}

/// The peak of the memory begins anew.
bool forgetPeak()
{
    QFile file(QStringLiteral("/proc/self/clear_refs"));
    return file.open(QIODevice::WriteOnly) && file.write("5") == 1;
}

constexpr const char *kHundredMegabytes
    = "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c LIMIT 100000) "
      "SELECT i, hex(zeroblob(500)) FROM c";

} // namespace

class TestSqlBig : public SqlClientFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        startServer();
        open(m_sqld.url());
        makeSchema("CREATE TABLE t(a)");
        QVERIFY(read("SELECT 1"));
    }
    void memoryIsBoundedWhateverTheSize();
    void aRowThatIsTooLargeIsNotEvenThere();
    void cancellingEndsTheServersWork();
};

void TestSqlBig::memoryIsBoundedWhateverTheSize()
{
    const qint64 before = statusKilobytes("VmRSS:");
    QVERIFY(forgetPeak());
    // The second statement makes the whole of the first pass by.
    const auto result = run(Privilege::Read, [] {
        Turso::Script script = scriptOf(std::string(kHundredMegabytes) + "; SELECT 'end'");
        script.limits.timeout = std::chrono::seconds(50);
        return script;
    }());
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QVERIFY(result->statements[0].truncated);
    QCOMPARE(result->statements[1].rows, std::string(R"([["end"]])"));
    const qint64 grown = statusKilobytes("VmHWM:") - before;
    qInfo("100 MB read: peak %lld kB over before", static_cast<long long>(grown));
    QVERIFY2(grown < 6 * 1024, qPrintable(QString::number(grown)));
    const auto cut = read(kHundredMegabytes);
    QVERIFY(cut && cut->statements[0].truncated);
    QVERIFY(statusKilobytes("VmHWM:") - before < 6 * 1024);
}

void TestSqlBig::aRowThatIsTooLargeIsNotEvenThere()
{
    const qint64 before = statusKilobytes("VmRSS:");
    QVERIFY(forgetPeak());
    const auto result = read("SELECT hex(zeroblob(2400000)), hex(zeroblob(10))");
    QVERIFY(result && result->statements[0].truncated);
    QVERIFY(statusKilobytes("VmHWM:") - before < 10 * 1024);
}

void TestSqlBig::cancellingEndsTheServersWork()
{
    const std::string endless = "INSERT INTO t WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT "
                                "i + 1 FROM c) SELECT i FROM c WHERE i < 0";
    Base::CancelToken cancel;
    const auto running = begin(Privilege::Write, scriptOf(endless), cancel);
    // It has the turn to write when somebody else does not get it.
    const auto session = std::move(m_session);
    Turso::Script other = scriptOf("INSERT INTO t VALUES(1)");
    other.limits.timeout = std::chrono::milliseconds(300);
    QTRY_VERIFY_WITH_TIMEOUT(kindOf(run(Privilege::Write, other)) == "upstream_error", 20'000);
    QElapsedTimer timer;
    timer.start();
    cancel.cancel();
    other.limits.timeout = std::chrono::seconds(20);
    QCOMPARE(kindOf(run(Privilege::Write, other)), std::string("ok"));
    QCOMPARE(kindOf(waitFor(running)), std::string("cancelled"));
    qInfo("the next writer was done %lld ms after the cancelling",
          static_cast<long long>(timer.elapsed()));
    QVERIFY(timer.elapsed() < 1'000);
}

QTEST_GUILESS_MAIN(TestSqlBig)
#include "tst_sqlbig.moc"
