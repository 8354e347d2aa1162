// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/callfilter.h"
#include "gateway/history/history.h"
#include "support/testcase.h"

#include <QTemporaryDir>

#include <cstdio>

using namespace Gateway;

class tst_History : public Support::TestCase
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::string file(const char *name)
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }
    static CallDetail call(int number, CallState state = CallState::Done)
    {
        CallDetail detail;
        char id[32];
        std::snprintf(id, sizeof id, "call_%08d", number);
        detail.record.id = id;
        detail.record.startedAt = 1'000 + number;
        detail.record.agent = number % 2 ? "codex" : "claude-desktop";
        detail.record.tool = number % 3 ? "read_database" : "delete_from_database";
        detail.record.connection = "workspace";
        detail.record.database = "demo-shop";
        detail.record.statementClass = "read";
        detail.record.risk = number % 3 ? Risk::Safe : Risk::Destructive;
        detail.record.state = state;
        detail.record.decision = number % 3 ? "allowed" : "approved";
        detail.record.rows = number;
        detail.record.sql = "SELECT 100% FROM t_" + std::to_string(number);
        detail.arguments = R"({"a":1})";
        detail.runMs = 1.5;
        return detail;
    }
    template <typename T>
    static Base::Result<T> wait(const Base::Pending<T> &future)
    {
        const_cast<Base::Pending<T> &>(future).waitForFinished();
        return future.result();
    }

private Q_SLOTS:
    void whatIsRecordedIsFoundNewestFirst()
    {
        History history(file("a"));
        QVERIFY(wait(history.open()));
        for (int i = 0; i < 600; ++i)
            history.record(call(i));
        const auto found = wait(history.find("", 10));
        QVERIFY(found);
        QCOMPARE(found->size(), std::size_t(10));
        QCOMPARE(found->front().id, std::string("call_00000599"));
        QCOMPARE(wait(history.find("", 1000))->size(), std::size_t(600));
        const auto detail = wait(history.call("call_00000007"));
        QVERIFY(detail);
        QCOMPARE(detail->arguments, std::string(R"({"a":1})"));
        QCOMPARE(detail->record.rows.value_or(0), 7);
        QCOMPARE(wait(history.call("call_x")).error().kind, Base::ErrorKind::NotFound);
    }

    void aLaterRecordReplacesTheEarlier()
    {
        History history(file("b"));
        QVERIFY(wait(history.open()));
        history.record(call(1, CallState::Running));
        history.record(call(1, CallState::Done));
        const auto found = wait(history.find("", 10));
        QCOMPARE(found->size(), std::size_t(1));
        QCOMPARE(found->front().state, CallState::Done);
    }

    void durableRecordsAreThereAndUnfinishedOnesAreClosedAtTheNextStart()
    {
        {
            History history(file("c"));
            QVERIFY(wait(history.open()));
            QVERIFY(wait(history.recordDurably(call(1, CallState::Running))));
            // another reader sees it before anything else happens
            History reader(file("c"));
            QVERIFY(wait(reader.open()));
            QCOMPARE(wait(reader.find("", 10))->front().state, CallState::Failed);
        }
        History again(file("c"));
        QVERIFY(wait(again.open()));
        const auto found = wait(again.find("is:failed", 10));
        QCOMPARE(found->size(), std::size_t(1));
        QCOMPARE(found->front().code, std::string("upstream_error"));
    }

    void whatIsQueuedIsWrittenAtTheEnd()
    {
        {
            History history(file("d"));
            QVERIFY(wait(history.open()));
            history.record(call(1));
        }
        History again(file("d"));
        QVERIFY(wait(again.open()));
        QCOMPARE(wait(again.find("", 10))->size(), std::size_t(1));
    }

    void aFileThatCannotBeOpenedIsAnError()
    {
        History history("/proc/nowhere/history.db");
        QVERIFY(!wait(history.open()));
        QVERIFY(!wait(history.recordDurably(call(1))));
    }

    void unknownFieldsAreNamed()
    {
        QVERIFY(!CallFilter::parse("color:red"));
        QVERIFY(!CallFilter::parse("-colour:red"));
        QVERIFY(CallFilter::parse("").value().isEmpty());
    }

    void filtersMatchTheSameInMemoryAndInTheFile_data()
    {
        QTest::addColumn<QByteArray>("filter");
        QTest::addColumn<int>("matches");
        QTest::newRow("nothing") << QByteArray() << 60;
        QTest::newRow("agent") << QByteArray("agent:codex") << 30;
        QTest::newRow("agent, case") << QByteArray("agent:CODEX") << 30;
        QTest::newRow("wildcard") << QByteArray("agent:claude*") << 30;
        QTest::newRow("negated") << QByteArray("-agent:codex") << 30;
        QTest::newRow("two words") << QByteArray("agent:codex tool:delete*") << 10;
        QTest::newRow("risk") << QByteArray("risk:destructive") << 20;
        QTest::newRow("text") << QByteArray("t_59") << 1;
        QTest::newRow("percent is a character") << QByteArray("100%") << 60;
        QTest::newRow("underscore is a character") << QByteArray("tX5") << 0;
        QTest::newRow("a part of a field") << QByteArray("db:demo") << 60;
        QTest::newRow("no field in front of the colon") << QByteArray("12:30") << 0;
        QTest::newRow("injection") << QByteArray("agent:'OR'1'='1") << 0;
        QTest::newRow("state") << QByteArray("is:done") << 60;
        QTest::newRow("part of a state") << QByteArray("is:don") << 0;
        QTest::newRow("decision") << QByteArray("is:approved") << 20;
        QTest::newRow("not a decision") << QByteArray("-is:approved") << 40;
        QTest::newRow("text by name") << QByteArray("text:t_59") << 1;
    }
    void filtersMatchTheSameInMemoryAndInTheFile()
    {
        QFETCH(QByteArray, filter);
        QFETCH(int, matches);
        History history(file("e"));
        QVERIFY(wait(history.open()));
        const auto parsed = CallFilter::parse(filter.toStdString());
        QVERIFY(parsed);
        int inMemory = 0;
        for (int i = 0; i < 60; ++i) {
            history.record(call(i));
            inMemory += parsed->matches(call(i).record) ? 1 : 0;
        }
        QCOMPARE(inMemory, matches);
        QCOMPARE(wait(history.find(filter.toStdString(), 1000))->size(), std::size_t(matches));
    }
};

QTEST_GUILESS_MAIN(tst_History)
#include "tst_history.moc"
