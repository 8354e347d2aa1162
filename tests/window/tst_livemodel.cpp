// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "window/desklink.h"
#include "window/impact.h"
#include "window/livemodel.h"
#include "window/playedapp.h"
#include "window/scenes.h"
#include "window/wording.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

using Gateway::CallRecord;
using Gateway::CallState;
using Window::LiveModel;

namespace
{

std::vector<CallRecord> batch(int from, int count, CallState state = CallState::Done)
{
    std::vector<CallRecord> calls;
    for (int i = from; i < from + count; ++i) {
        CallRecord call;
        call.id = "call_" + std::to_string(i);
        call.agent = "Codex";
        call.tool = "read_database";
        call.sql = "SELECT " + std::to_string(i);
        call.state = state;
        calls.push_back(call);
    }
    return calls;
}

struct Desk {
    Played::PlayedApp app;
    Window::DeskLink link{app.client()};
    LiveModel model{link};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

} // namespace

class tst_LiveModel : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void theNewestStandsLast()
    {
        Desk desk;
        desk.app.calls = Scenes::calls(50);
        desk.model.load();
        QTRY_COMPARE(desk.model.count(), 50);
        QCOMPARE(desk.model.callIdAt(49).toStdString(), desk.app.calls.front().id);
        QCOMPARE(desk.model.rowOf(QString::fromStdString(desk.app.calls.back().id)), 0);
    }

    void aBatchIsOneInsertion()
    {
        Desk desk;
        QSignalSpy inserted(&desk.model, &LiveModel::rowsInserted);
        desk.app.tell(batch(0, 100));
        QTRY_COMPARE(desk.model.count(), 100);
        QCOMPARE(inserted.count(), 1);
    }

    void aKnownCallChangesInItsPlace()
    {
        Desk desk;
        desk.model.take(batch(0, 10, CallState::Running));
        QSignalSpy changed(&desk.model, &LiveModel::dataChanged);
        QSignalSpy inserted(&desk.model, &LiveModel::rowsInserted);
        desk.model.take(batch(3, 4));
        QCOMPARE(inserted.count(), 0);
        QCOMPARE(changed.count(), 1); // neighbours together
        QCOMPARE(changed[0][0].toModelIndex().row(), 3);
        QCOMPARE(changed[0][1].toModelIndex().row(), 6);
        QCOMPARE(desk.model.index(3).data(LiveModel::StateRole).toString(), QStringLiteral("done"));
        QCOMPARE(desk.model.index(2).data(LiveModel::StateRole).toString(),
                 QStringLiteral("running"));
    }

    void tenThousandAreKeptAndTheOldestForgotten()
    {
        Desk desk;
        for (int from = 0; from < 12'500; from += 2'500)
            desk.model.take(batch(from, 2'500, CallState::Running));
        QCOMPARE(desk.model.count(), LiveModel::kCapacity);
        QCOMPARE(desk.model.callIdAt(0), QStringLiteral("call_2500"));
        QCOMPARE(desk.model.rowOf(QStringLiteral("call_0")), -1);
        QCOMPARE(desk.model.rowOf(QStringLiteral("call_12499")), LiveModel::kCapacity - 1);
        desk.model.take(batch(2'500, 1));
        QCOMPARE(desk.model.index(0).data(LiveModel::StateRole).toString(), QStringLiteral("done"));
        desk.model.take(batch(20'000, 25'000));
        QCOMPARE(desk.model.count(), LiveModel::kCapacity);
        QCOMPARE(desk.model.callIdAt(LiveModel::kCapacity - 1), QStringLiteral("call_44999"));
    }

    void timesTickOnlyWhileSomethingRunsAndSomebodyLooks()
    {
        Desk desk;
        const auto ticking = [&desk] {
            QSignalSpy changed(&desk.model, &LiveModel::dataChanged);
            return changed.wait(700);
        };
        desk.model.take(batch(0, 3, CallState::Running));
        QVERIFY(!ticking());
        desk.model.setWatched(true);
        QVERIFY(ticking());
        desk.model.take(batch(0, 3));
        QVERIFY(!ticking());
    }

    void aFilterAsksTheAppAndHoldsForWhatComes()
    {
        Desk desk;
        desk.model.setFilter(QStringLiteral("agent:codex is:done"));
        QTRY_COMPARE(desk.app.asked("calls.list").size(), std::size_t(1));
        QVERIFY(desk.app.asked("calls.list")[0]["filter"] == Base::Json("agent:codex is:done"));
        QTRY_VERIFY(!desk.model.isLoading());
        auto calls = batch(0, 2);
        calls[1].agent = "Cursor";
        desk.app.tell(calls);
        QTRY_COMPARE(desk.model.count(), 1);
        desk.app.tell(batch(7, 1, CallState::Running));
        desk.app.tell(batch(7, 1)); // matches only now
        QTRY_COMPARE(desk.model.count(), 2);
    }

    void aFilterThatCannotBeUsedSaysWhy()
    {
        Desk desk;
        desk.model.setFilter(QStringLiteral("color:red"));
        QVERIFY(desk.model.filterProblem().contains(QStringLiteral("color:")));
        desk.model.setFilter(QStringLiteral("agent:codex"));
        QVERIFY(desk.model.filterProblem().isEmpty());
    }

    void marksThatHideLettersAreMadeVisible()
    {
        QCOMPARE(Window::Wording::unmasked("DELETE /*\xE2\x80\xAE*/"),
                 QStringLiteral("DELETE /*⟨U+202E⟩*/"));
        QCOMPARE(Window::Wording::unmasked("a\n\tb<b>"), QStringLiteral("a\n\tb<b>"));
        QCOMPARE(Window::Wording::oneLine("a\n  b\tc", 10), QStringLiteral("a b c"));
        QCOMPARE(Window::Wording::oneLine("0123456789ab", 10), QStringLiteral("012345678…"));
    }

    void durationsHaveThreeFigures()
    {
        using Window::Wording::duration;
        QCOMPARE(duration(0.42), QStringLiteral("0.4 ms"));
        QCOMPARE(duration(37.2), QStringLiteral("37 ms"));
        QCOMPARE(duration(1250), QStringLiteral("1.25 s"));
        QCOMPARE(duration(14'210), QStringLiteral("14.2 s"));
        QCOMPARE(duration(185'000), QStringLiteral("3 min 05 s"));
    }

    void environmentsAreWordsOfTheirOwn()
    {
        using Window::Wording::environment;
        QCOMPARE(environment("Turso Cloud", "shop-prod"), QStringLiteral("production"));
        QCOMPARE(environment("prod-eu", "x"), QStringLiteral("production"));
        QCOMPARE(environment("Turso Cloud", "products"), QString());
        QCOMPARE(environment("Turso Cloud", "shop_staging"), QStringLiteral("staging"));
    }

    void impactShowsWhatGoesAndWhatIsReplaced()
    {
        const auto gone = Window::Impact::read(Scenes::deleteWithCascade().impact);
        QCOMPARE(gone.title, QStringLiteral("What would go"));
        QCOMPARE(gone.samples.size(), 1);
        QCOMPARE(gone.samples[0].toMap()[QStringLiteral("more")].toString(),
                 QStringLiteral("1,281"));
        QCOMPARE(gone.tables, QStringList{QStringLiteral("order_items: 212 deleted by a cascade")});
        const auto changed = Window::Impact::read(Scenes::updateBeforeAfter().impact);
        const QVariantList row
            = changed.samples[0].toMap()[QStringLiteral("rows")].toList()[0].toList();
        QCOMPARE(row[1].toMap()[QStringLiteral("before")].toString(), QStringLiteral("9.9"));
        QCOMPARE(row[1].toMap()[QStringLiteral("text")].toString(), QStringLiteral("10.4"));
        QVERIFY(!row[2].toMap()[QStringLiteral("changed")].toBool());
    }

    void impactOfAnyShapeIsSurvived_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text :
             {"", "null", "[]", "{}", "{", "{\"tables\":3,\"sample\":\"x\",\"schema\":null}",
              "{\"tables\":[1,null,[]],\"sample\":[{},{\"before\":[1]}],\"schema\":[{}]}"})
            QTest::newRow(text) << QByteArray(text);
    }
    void impactOfAnyShapeIsSurvived()
    {
        QFETCH(QByteArray, text);
        QVERIFY(Window::Impact::read(text.toStdString()).tables.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_LiveModel)
#include "tst_livemodel.moc"
