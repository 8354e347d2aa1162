// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "support/testcase.h"
#include "window/approvalqueue.h"
#include "window/desklink.h"
#include "window/playedapp.h"
#include "window/scenes.h"
#include "window/wording.h"

#include <QSignalSpy>

#include <set>

using Base::Json;
using Window::ApprovalQueue;

/// A queue over a played app, as the window process has it.
struct Desk {
    Played::PlayedApp app;
    Window::DeskLink link;
    ApprovalQueue queue;

    explicit Desk(std::vector<Gateway::Approval> approvals)
        : link((app.approvals = std::move(approvals), app.client()))
        , queue(link)
    {
        link.open();
    }

    bool waitUntilShown()
    {
        const bool there = QTest::qWaitFor([this] { return queue.count() > 0; });
        queue.setShown(true);
        return there;
    }
    bool waitUntilArmed()
    {
        return QTest::qWaitFor([this] { return queue.canApprove(); });
    }
    /// Everything that was sent has been read: a later question has been answered.
    bool settle()
    {
        bool answered = false;
        link.call("status", Json::object(), &queue, [&answered](const auto &) { answered = true; });
        return QTest::qWaitFor([&answered] { return answered; });
    }
    int approvals() const { return static_cast<int>(app.asked("approvals.approve").size()); }
    int denials() const { return static_cast<int>(app.asked("approvals.deny").size()); }
};

class tst_Questions : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void anApprovalInTheFirst600MsDoesNothing()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        desk.queue.approve();
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
        QCOMPARE(desk.queue.count(), 1);
    }

    void theGuardLastsAtLeast600MsFromBeingShown()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QElapsedTimer since;
        since.start();
        QVERIFY(desk.waitUntilArmed());
        QVERIFY2(since.elapsed() >= ApprovalQueue::kGuardMs - 1,
                 qPrintable(QString::number(since.elapsed())));
    }

    void aLongQuestionCannotBeApprovedBeforeAllOfItIsThere()
    {
        Gateway::Approval whole = Scenes::deleteWithCascade();
        whole.sql = "DELETE FROM orders WHERE id IN (" + std::string(20'000, '1') + ")";
        Gateway::Approval cut = whole;
        cut.sql.resize(17'000);
        Desk desk({cut});
        bool there = false;
        desk.app.answer("approvals.show", [&](const Json &) -> Base::Result<Json> {
            if (!there)
                return Base::fail(Base::ErrorKind::Internal, "Not now.");
            return Control::toJson(whole);
        });
        QVERIFY(desk.waitUntilShown());
        QTest::qWait(ApprovalQueue::kGuardMs + 100);
        QVERIFY(!desk.queue.canApprove());
        there = true;
        Gateway::Approval other = Scenes::deleteWithCascade();
        other.id = "apr_other";
        desk.app.tell({other});
        QTRY_COMPARE(desk.queue.count(), 2);
        desk.queue.next();
        desk.queue.previous(); // shown again, so asked for again
        QVERIFY(desk.waitUntilArmed());
        desk.app.tell({cut}); // a later list has it cut again
        QVERIFY(desk.settle());
        QVERIFY(desk.waitUntilArmed());
        desk.queue.approve();
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 1);
    }

    void aQuestionThatIsNotOnTheScreenCannotBeApproved()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.queue.setShown(false);
        desk.queue.approve();
        desk.queue.setShown(true);
        desk.queue.approve();
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
    }

    void approvingTwiceSendsOneAnswer()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        QSignalSpy emptied(&desk.queue, &ApprovalQueue::emptied);
        desk.queue.approve();
        desk.queue.approve();
        desk.queue.deny();
        QTRY_VERIFY(emptied.count() > 0);
        QCOMPARE(desk.approvals(), 1);
        QCOMPARE(desk.denials(), 0);
        QVERIFY(desk.app.asked("approvals.approve")[0] == Json({{"id", "apr_delete"}}));
    }

    void changedContentIsGuardedAnew()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        auto changed = Scenes::deleteWithCascade();
        changed.sentence = "Codex wants to delete 4,120 rows from orders";
        desk.app.tell({changed});
        QTRY_COMPARE(desk.queue.current()->sentence(),
                     QStringLiteral("Codex wants to delete 4,120 rows from orders"));
        QVERIFY(!desk.queue.canApprove());
        desk.queue.approve();
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
    }

    void aLaterDeadlineAloneIsNotGuardedAnew()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.app.approvals[0].expiresAt += 60'000;
        desk.app.tell(desk.app.approvals);
        QTRY_VERIFY(desk.queue.secondsLeft() > 60);
        QVERIFY(desk.queue.canApprove());
    }

    void theNextQuestionIsGuardedWhenItComesUnderThePointer()
    {
        Desk desk(Scenes::allApprovals());
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.queue.approve();
        QTRY_COMPARE(desk.queue.count(), 2);
        QTRY_VERIFY(!desk.queue.isBusy());
        QVERIFY(!desk.queue.canApprove());
        desk.queue.approve();
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 1);
    }

    void leafingThroughIsGuardedToo()
    {
        Desk desk(Scenes::allApprovals());
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.queue.next();
        QVERIFY(!desk.queue.canApprove());
        QCOMPARE(desk.queue.position(), 1);
        desk.queue.previous();
        desk.queue.previous();
        QCOMPARE(desk.queue.position(), 2);
    }

    void whatCannotBeUndoneNeedsItsNameTyped()
    {
        Desk desk({Scenes::dropTable()});
        QVERIFY(desk.waitUntilShown());
        QTest::qWait(ApprovalQueue::kGuardMs + 50); // the time has passed, and still nothing
        for (const char *wrong : {"", "order", "Orders", "orders ", "orders;"}) {
            desk.queue.current()->setProperty("typed", QLatin1StringView(wrong));
            QVERIFY2(!desk.queue.canApprove(), wrong);
            desk.queue.approve();
        }
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
        desk.queue.current()->setProperty("typed", QStringLiteral("orders"));
        desk.queue.approve();
        QTRY_COMPARE(desk.approvals(), 1);
        QVERIFY(desk.app.asked("approvals.approve")[0]
                == Json({{"id", "apr_drop"}, {"typed", "orders"}}));
    }

    void anOfferSaysWhatAYesAllowsAndIsAnsweredLikeAnyQuestion()
    {
        Desk desk({Scenes::widen()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.queue.current()->isOffer());
        QCOMPARE(desk.queue.current()->yes(), QStringLiteral("Allow writing"));
        QTRY_VERIFY(desk.queue.canApprove());
        desk.queue.approve();
        QTRY_COMPARE(desk.approvals(), 1);
        QVERIFY(desk.app.asked("approvals.approve")[0] == Json({{"id", "apr_widen"}}));
    }

    void everyOfferHasItsOwnWords()
    {
        std::set<QString> words{Window::Wording::allow({.grantId = "g", .database = "d"})};
        for (int i = 0; i < Gateway::kPermissionCount; ++i)
            words.insert(Window::Wording::allow(
                {.grantId = "g", .permission = static_cast<Gateway::Permission>(i)}));
        QCOMPARE(words.size(), std::size_t(Gateway::kPermissionCount + 1));
    }

    void aTypedNameDoesNotStayForTheNextQuestion()
    {
        Desk desk({Scenes::dropTable(), Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        desk.queue.current()->setProperty("typed", QStringLiteral("orders"));
        desk.queue.next();
        desk.queue.previous();
        QVERIFY(!desk.queue.current()->isTypedRight());
    }

    void rememberingIsSentOnlyWhenChosenAndAllowed_data()
    {
        QTest::addColumn<bool>("allowed");
        QTest::addColumn<int>("seconds");
        QTest::addColumn<bool>("sent");
        QTest::newRow("just this once") << true << 0 << false;
        QTest::newRow("15 minutes") << true << 900 << true;
        QTest::newRow("not allowed") << false << 900 << false;
    }
    void rememberingIsSentOnlyWhenChosenAndAllowed()
    {
        QFETCH(bool, allowed);
        QFETCH(int, seconds);
        QFETCH(bool, sent);
        auto approval = Scenes::deleteWithCascade();
        approval.mayRemember = allowed;
        Desk desk({approval});
        QVERIFY(desk.waitUntilShown());
        desk.queue.current()->setProperty("rememberSeconds", seconds);
        desk.queue.current()->setProperty("rememberScope", QStringLiteral("table"));
        QVERIFY(desk.waitUntilArmed());
        desk.queue.approve();
        QTRY_COMPARE(desk.approvals(), 1);
        const Json params = desk.app.asked("approvals.approve")[0];
        QCOMPARE(params.contains("remember"), sent);
        if (sent)
            QVERIFY(params["remember"] == Json({{"scope", "table"}, {"seconds", seconds}}));
    }

    void anAgentThatAsksToBeLetInIsNoQuestionOfThisQueue()
    {
        Desk desk({Scenes::consent(), Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QCOMPARE(desk.queue.count(), 1);
        QCOMPARE(desk.queue.shown()->id, std::string("apr_delete"));
        QVERIFY(desk.waitUntilArmed());
        desk.queue.allow(Json::object(), {}); // a call is not answered with a grant
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
    }

    void aNoteGoesToTheAgent()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        desk.queue.deny(QStringLiteral("  do it on a branch "));
        QTRY_COMPARE(desk.denials(), 1);
        QVERIFY(desk.app.asked("approvals.deny")[0]
                == Json({{"id", "apr_delete"}, {"message", "do it on a branch"}}));
    }

    void anEndFromElsewhereIsSaidAndThenTheWindowGoes_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("word");
        QTest::newRow("expired") << int(Gateway::ApprovalState::Expired)
                                 << QStringLiteral("in time");
        QTest::newRow("approved") << int(Gateway::ApprovalState::Approved)
                                  << QStringLiteral("approved elsewhere");
        QTest::newRow("denied") << int(Gateway::ApprovalState::Denied)
                                << QStringLiteral("denied elsewhere");
        QTest::newRow("withdrawn")
            << int(Gateway::ApprovalState::Withdrawn) << QStringLiteral("no longer asks");
    }
    void anEndFromElsewhereIsSaidAndThenTheWindowGoes()
    {
        QFETCH(int, state);
        QFETCH(QString, word);
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QSignalSpy emptied(&desk.queue, &ApprovalQueue::emptied);
        desk.app.approvals[0].state = static_cast<Gateway::ApprovalState>(state);
        desk.app.tell(desk.app.approvals);
        QTRY_VERIFY2(desk.queue.notice().contains(word), qPrintable(desk.queue.notice()));
        QVERIFY(!desk.queue.canDeny());
        QCOMPARE(emptied.count(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(emptied.count(), 1, ApprovalQueue::kNoticeMs + 2000);
        QCOMPARE(desk.denials(), 0);
    }

    void anAnswerThatCameTooLateIsSaid()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.app.approvals[0].state = Gateway::ApprovalState::Expired; // and nobody told us
        desk.queue.approve();
        QTRY_VERIFY(!desk.queue.notice().isEmpty());
        QTRY_COMPARE(desk.queue.count(), 0);
    }

    void aRefusedAnswerLeavesTheQuestionOpen()
    {
        Desk desk({Scenes::deleteWithCascade()});
        desk.app.answer("approvals.approve", [](const Json &) -> Base::Result<Json> {
            return Base::fail(Base::ErrorKind::Internal, "The disk is full.");
        });
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.queue.approve();
        QTRY_COMPARE(desk.queue.notice(), QStringLiteral("The disk is full."));
        QCOMPARE(desk.queue.count(), 1);
        QVERIFY(!desk.queue.canApprove());
        QVERIFY(desk.waitUntilArmed());
    }

    void nothingCanBeAnsweredOnceTheAppHasGone()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.app.hangUp();
        QTRY_VERIFY(!desk.queue.isConnected());
        QVERIFY(!desk.queue.canApprove());
        QVERIFY(!desk.queue.canDeny());
        QVERIFY(!desk.queue.notice().isEmpty());
    }

    void readingAsksForTimeButNotAgainAndAgain()
    {
        Desk desk({Scenes::deleteWithCascade()});
        QVERIFY(desk.waitUntilShown());
        desk.queue.touch(); // it came up under the pointer: nobody reads yet
        QVERIFY(desk.waitUntilArmed());
        QVERIFY(desk.settle());
        QCOMPARE(desk.app.asked("approvals.extend").size(), std::size_t(0));
        for (int i = 0; i < 50; ++i)
            desk.queue.touch();
        QVERIFY(desk.settle());
        QCOMPARE(desk.app.asked("approvals.extend").size(), std::size_t(1));
        QTRY_VERIFY(desk.queue.secondsLeft() > 55);
        QVERIFY(desk.queue.isReading());
        QVERIFY(desk.queue.canApprove());
    }
};

QTEST_GUILESS_MAIN(tst_Questions)
#include "tst_questions.moc"
