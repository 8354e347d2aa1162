// SPDX-License-Identifier: GPL-3.0-or-later
// What a person picks, and what that sends: the view models, against a played app.
#include "control/codec.h"
#include "support/testcase.h"
#include "window/desklink.h"
#include "window/grantwords.h"
#include "window/playedapp.h"
#include "window/scenes.h"
#include "window/scopepicker.h"

#include <QSignalSpy>

#include <functional>

using Base::Json;
using Window::ApprovalQueue;
using Window::ScopeChoice;
using Window::ScopePicker;

/// The picker of consents, and the one of grants and tokens, over a played app.
struct Desk {
    Played::PlayedApp app;
    Window::DeskLink link;
    ApprovalQueue queue;
    ScopePicker picker;
    ScopePicker editor;

    explicit Desk(std::vector<Gateway::Approval> approvals)
        : link((app.approvals = std::move(approvals), app.scopes = Scenes::scopes(), app.client()))
        , queue(link, ApprovalQueue::Kind::Consents)
        , picker(link, &queue)
        , editor(link, nullptr)
    {
        app.grants = Scenes::grants();
        link.open();
    }

    ScopeChoice &choice() { return *picker.choice(); }
    bool waitUntilShown()
    {
        const bool there
            = QTest::qWaitFor([this] { return queue.count() > 0 && picker.choice()->isLoaded(); });
        queue.setShown(true);
        return there;
    }
    static bool waitUntilArmed(ScopePicker &which)
    {
        return QTest::qWaitFor([&which] { return which.canAllow(); });
    }
    /// The time of the guard has passed: what is still off is off for another reason.
    void waitForGuard() const { QTest::qWait(ApprovalQueue::kGuardMs + 50); }
    bool settle()
    {
        bool answered = false;
        link.call("status", Json::object(), &queue, [&answered](const auto &) { answered = true; });
        return QTest::qWaitFor([&answered] { return answered; });
    }
    std::size_t asked(const char *method) const { return app.asked(method).size(); }
    Json granted() const
    {
        const auto all = app.asked("approvals.approve");
        return all.size() == 1 ? all[0]["grant"] : Json();
    }
    bool openEditor(const char *grantId)
    {
        const bool linked = QTest::qWaitFor([this] { return link.isConnected(); });
        editor.edit(QLatin1StringView(grantId));
        return linked && QTest::qWaitFor([this] { return editor.choice()->isLoaded(); });
    }
};

class tst_ScopePicker : public Support::TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void theDefaultIsTheFirstGroupReadOnlyUntilRevoked()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        QCOMPARE(desk.choice().preset(), QStringLiteral("read-only"));
        QCOMPARE(desk.choice().groupIndex(), 0);
        QVERIFY(desk.choice().isAllDatabases());
        QVERIFY(desk.waitUntilArmed(desk.picker));
        QVERIFY(!desk.picker.isConfirming());
        desk.picker.allow();
        QTRY_COMPARE(desk.asked("approvals.approve"), std::size_t(1));
        QVERIFY(desk.granted()
                == Json({{"agent", "Claude Code"},
                         {"connection", "workspace"},
                         {"organization", "local"},
                         {"group", "default"},
                         {"databases", Json::array()},
                         {"permissions", "read-only"}}));
        QCOMPARE(desk.asked("approvals.deny"), std::size_t(0));
    }

    void nothingIsAllowedInTheFirst600MsOrBeforeItIsKnownWhatThereIs()
    {
        Desk desk({Scenes::signIn()});
        bool there = false;
        desk.app.answer("scopes.list", [&](const Json &) -> Base::Result<Json> {
            if (!there)
                return Base::fail(Base::ErrorKind::Internal, "Not now.");
            return Control::toJsonList(desk.app.scopes);
        });
        QTRY_COMPARE(desk.queue.count(), 1);
        desk.queue.setShown(true);
        desk.waitForGuard();
        QTRY_COMPARE(desk.picker.notice(), QStringLiteral("Not now."));
        QVERIFY(desk.picker.isNoticeBad());
        QVERIFY(!desk.picker.canAllow());
        desk.picker.allow();
        there = true;
        desk.picker.load();
        QVERIFY(desk.waitUntilArmed(desk.picker));
        QVERIFY(desk.picker.notice().isEmpty());
        desk.queue.setShown(false);
        desk.queue.setShown(true);
        desk.picker.allow(); // it came up this moment
        QVERIFY(desk.settle());
        QCOMPARE(desk.asked("approvals.approve"), std::size_t(0));
    }

    void whatIsPickedIsWhatIsSent()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        ScopeChoice &choice = desk.choice();
        choice.setGroupIndex(1);
        choice.setAllDatabases(false);
        QVERIFY(desk.waitUntilShown());
        desk.waitForGuard();
        QVERIFY(!desk.picker.canAllow()); // none is picked yet
        QVERIFY(!desk.picker.missing().isEmpty());
        choice.databases()->toggle(1);
        choice.setPreset(QStringLiteral("custom"));
        choice.setAccess(int(Gateway::Permission::Write), QStringLiteral("asks"));
        choice.setAccess(int(Gateway::Permission::Delete), QStringLiteral("asks"));
        choice.setAccess(int(Gateway::Permission::Analytics), QStringLiteral("off"));
        choice.setSeconds(8 * 3600);
        QVERIFY(desk.waitUntilArmed(desk.picker));
        desk.picker.allow();
        QTRY_COMPARE(desk.asked("approvals.approve"), std::size_t(1));
        QVERIFY(desk.granted()["group"] == Json("prod"));
        QVERIFY(desk.granted()["databases"] == Json({"shop-reports"}));
        // What asks whatever was granted is granted, not asked for twice.
        QVERIFY(desk.granted()["permissions"] == Json("read,write:ask,delete"));
        QVERIFY(desk.granted()["expires"] == Json("8h"));
    }

    void whatReachesFarTakesASecondStep_data()
    {
        QTest::addColumn<bool>("whole");
        QTest::addColumn<QString>("preset");
        QTest::addColumn<bool>("steps");
        QTest::newRow("group, reading") << false << QStringLiteral("read-only") << false;
        QTest::newRow("group, everything") << false << QStringLiteral("full-access") << true;
        QTest::newRow("organization, reading") << true << QStringLiteral("read-only") << true;
        QTest::newRow("organization, everything") << true << QStringLiteral("full-access") << true;
        QTest::newRow("deleting databases") << false << QStringLiteral("custom") << true;
    }
    void whatReachesFarTakesASecondStep()
    {
        QFETCH(bool, whole);
        QFETCH(QString, preset);
        QFETCH(bool, steps);
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        if (whole)
            desk.choice().setGroupIndex(2);
        desk.choice().setPreset(preset);
        if (preset == QStringLiteral("custom"))
            desk.choice().setAccess(int(Gateway::Permission::DeleteDatabase),
                                    QStringLiteral("asks"));
        QCOMPARE(!desk.picker.confirmText().isEmpty(), steps);
        QVERIFY(desk.waitUntilArmed(desk.picker));
        desk.picker.allow();
        QCOMPARE(desk.picker.isConfirming(), steps);
        desk.picker.allow(); // the second of a hurried pair
        QVERIFY(desk.settle());
        QCOMPARE(desk.asked("approvals.approve"), std::size_t(steps ? 0 : 1));
        if (!steps)
            return;
        QVERIFY(desk.waitUntilArmed(desk.picker));
        desk.picker.allow();
        QTRY_COMPARE(desk.asked("approvals.approve"), std::size_t(1));
        QVERIFY(desk.granted()["group"] == Json(whole ? "" : "default"));
    }

    void whoPicksSomethingElseIsAskedAnew()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        desk.choice().setPreset(QStringLiteral("full-access"));
        QVERIFY(desk.waitUntilArmed(desk.picker));
        for (const auto &change : std::vector<std::function<void()>>{
                 [&] { desk.picker.back(); }, [&] { desk.choice().setGroupIndex(2); },
                 [&] { desk.choice().setSeconds(3600); },
                 [&] { desk.choice().setAllDatabases(false); },
                 [&] {
                     desk.choice().databases()->toggle(0);
                 }}) {
            QVERIFY(desk.waitUntilArmed(desk.picker));
            desk.picker.allow();
            QVERIFY(desk.picker.isConfirming());
            change();
            QVERIFY(!desk.picker.isConfirming());
            if (!desk.choice().isAllDatabases() && desk.choice().databases()->pickedCount() == 0)
                desk.choice().databases()->toggle(1);
        }
        QVERIFY(desk.settle());
        QCOMPARE(desk.asked("approvals.approve"), std::size_t(0));
    }

    void denyingAndTimingOutAreNo()
    {
        Desk desk({Scenes::signIn(), Scenes::consent()});
        QVERIFY(desk.waitUntilShown());
        desk.picker.deny();
        QTRY_COMPARE(desk.asked("approvals.deny"), std::size_t(1));
        QTRY_COMPARE(desk.picker.agent(), QStringLiteral("Claude Desktop"));
        QVERIFY(desk.picker.notice().contains(QStringLiteral("not let in")));
        QSignalSpy finished(&desk.picker, &ScopePicker::finished);
        desk.app.approvals[1].state = Gateway::ApprovalState::Expired;
        desk.app.tell(desk.app.approvals);
        QTRY_VERIFY(desk.picker.notice().contains(QStringLiteral("in time")));
        QVERIFY(!desk.picker.canAllow() && !desk.picker.canDeny());
        desk.picker.allow();
        QTRY_VERIFY_WITH_TIMEOUT(finished.count() > 0, ApprovalQueue::kNoticeMs + 2000);
        QCOMPARE(desk.asked("approvals.approve"), std::size_t(0));
    }

    void theNextAgentStartsWithTheLeast()
    {
        Desk desk({Scenes::signIn(), Scenes::consent()});
        QVERIFY(desk.waitUntilShown());
        desk.choice().setPreset(QStringLiteral("full-access"));
        desk.choice().setGroupIndex(1);
        desk.choice().setSeconds(3600);
        QVERIFY(desk.waitUntilArmed(desk.picker));
        desk.picker.allow();
        QVERIFY(desk.waitUntilArmed(desk.picker));
        desk.picker.allow();
        QTRY_COMPARE(desk.picker.agent(), QStringLiteral("Claude Desktop"));
        QCOMPARE(desk.picker.notice(), QStringLiteral("Claude Code has been let in."));
        QCOMPARE(desk.choice().preset(), QStringLiteral("read-only"));
        QCOMPARE(desk.choice().groupIndex(), 0);
        QCOMPARE(desk.choice().seconds(), 0);
        QVERIFY(!desk.picker.canAllow()); // it came under the pointer
    }

    void pickingBuysTimeAndLookingUpDoesNot()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        desk.waitForGuard();
        QSignalSpy offered(&desk.choice(), &ScopeChoice::placesChanged);
        desk.picker.load();
        QTRY_VERIFY(offered.count() > 0);
        QVERIFY(desk.settle());
        QCOMPARE(desk.asked("approvals.extend"), std::size_t(0));
        desk.choice().databases()->setFilter(QStringLiteral("shop"));
        QTRY_COMPARE(desk.asked("approvals.extend"), std::size_t(1));
    }

    void aLostAppTakesNoAnswer()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed(desk.picker));
        desk.app.hangUp();
        QTRY_VERIFY(!desk.picker.canAllow());
        QVERIFY(!desk.picker.canDeny());
        QVERIFY(desk.picker.isNoticeBad());
        QVERIFY(!desk.picker.notice().isEmpty());
    }

    void whoAsksIsToldByWhatIsKnown()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        QCOMPARE(desk.picker.proof(), QStringLiteral("self-declared"));
        QVERIFY(desk.picker.isDoubtful()); // it claims a name that people know
        QVERIFY(desk.picker.proofText().contains(QStringLiteral("127.0.0.1:45671")));
        const auto state = [&](int i) {
            return desk.picker.wishes().value(i).toMap().value(QStringLiteral("state")).toString();
        };
        QCOMPARE(state(0), QStringLiteral("given"));
        QCOMPARE(state(1), QStringLiteral("kept"));
        desk.choice().setPreset(QStringLiteral("full-access"));
        QCOMPARE(state(1), QStringLiteral("given"));
        QCOMPARE(state(2), QStringLiteral("extra"));

        using Window::GrantWords::isDoubtful;
        Gateway::Asker asker;
        QVERIFY(!isDoubtful("my-own-script", asker));
        QVERIFY(isDoubtful("GitHub Copilot", asker));
        asker.proof = Gateway::Asker::Proof::Verified;
        QVERIFY(!isDoubtful("Claude", asker));
    }

    void aProgramThatCannotBeToldIsNotLetIn()
    {
        auto approval = Scenes::consent();
        approval.asker->executable.clear();
        Desk desk({approval});
        QVERIFY(desk.waitUntilShown());
        desk.waitForGuard();
        QVERIFY(!desk.picker.canAllow());
        QVERIFY(desk.picker.isDoubtful());
        QVERIFY(desk.picker.canDeny());
    }

    void aGrantIsChangedByWhatIsDifferentAndNothingElse()
    {
        Desk desk({});
        QVERIFY(desk.openEditor("grt_2"));
        ScopeChoice &choice = *desk.editor.choice();
        QCOMPARE(desk.editor.agent(), QStringLiteral("Codex"));
        QVERIFY(choice.isPlaceFixed());
        QCOMPARE(choice.databases()->pickedCount(), 2);
        QVERIFY(desk.editor.differences().isEmpty());
        desk.waitForGuard();
        QVERIFY(!desk.editor.canAllow()); // nothing is changed yet
        choice.setAccess(int(Gateway::Permission::Write), QStringLiteral("on"));
        const int gone = choice.databases()->find(QStringLiteral("shop-staging"));
        QVERIFY(gone >= 0); // it is no longer there, and can be dropped
        choice.databases()->toggle(gone);
        QCOMPARE(desk.editor.differences(),
                 QStringList({QStringLiteral("+ add and change rows"),
                              QStringLiteral("− database shop-staging")}));
        QVERIFY(desk.editor.canAllow());
        QSignalSpy finished(&desk.editor, &ScopePicker::finished);
        desk.editor.allow();
        QTRY_COMPARE(desk.asked("grants.change"), std::size_t(1));
        QVERIFY(desk.app.asked("grants.change")[0]
                == Json({{"id", "grt_2"},
                         {"databases", {"shop-prod"}},
                         {"permissions", "read,write,analytics"}}));
        QTRY_VERIFY(!desk.editor.notice().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(finished.count() > 0, ApprovalQueue::kFarewellMs + 2000);
    }

    void onlyWhatIsNewlyFarReachingTakesASecondStepWhenEditing()
    {
        Desk desk({});
        QVERIFY(desk.openEditor("grt_1")); // full access to the whole organization already
        desk.editor.choice()->setSeconds(3600);
        QVERIFY(desk.waitUntilArmed(desk.editor));
        desk.editor.allow();
        QTRY_COMPARE(desk.asked("grants.change"), std::size_t(1));
        QVERIFY(desk.app.asked("grants.change")[0] == Json({{"id", "grt_1"}, {"expires", "1h"}}));
        QVERIFY(desk.openEditor("grt_2"));
        desk.editor.choice()->setAllDatabases(true); // of every group
        QVERIFY(desk.waitUntilArmed(desk.editor));
        desk.editor.allow();
        QVERIFY(desk.editor.isConfirming());
        QVERIFY(desk.waitUntilArmed(desk.editor));
        desk.editor.allow();
        QTRY_COMPARE(desk.asked("grants.change"), std::size_t(2));
        QVERIFY(desk.app.asked("grants.change")[1]["databases"] == Json::array());
    }

    void anEndIsTakenAwayByName()
    {
        Desk desk({});
        QVERIFY(desk.openEditor("grt_2"));
        QCOMPARE(desk.editor.choice()->seconds(), ScopeChoice::kKeepEnd);
        desk.editor.choice()->setSeconds(0);
        QVERIFY(desk.waitUntilArmed(desk.editor));
        desk.editor.allow();
        QTRY_COMPARE(desk.asked("grants.change"), std::size_t(1));
        QVERIFY(desk.app.asked("grants.change")[0]
                == Json({{"id", "grt_2"}, {"expires", "never"}}));
    }

    void whatCannotBeSavedStaysAndSaysWhy()
    {
        Desk desk({});
        QVERIFY(desk.openEditor("grt_2"));
        desk.app.answer("grants.change", [](const Json &) -> Base::Result<Json> {
            return Base::fail(Base::ErrorKind::NotFound, "There is no grant grt_2.");
        });
        QSignalSpy finished(&desk.editor, &ScopePicker::finished);
        desk.editor.choice()->setSeconds(3600);
        QVERIFY(desk.waitUntilArmed(desk.editor));
        desk.editor.allow();
        QTRY_COMPARE(desk.editor.notice(), QStringLiteral("There is no grant grt_2."));
        QVERIFY(desk.editor.isNoticeBad());
        QCOMPARE(finished.count(), 0);
        desk.editor.edit(QStringLiteral("grt_unknown"));
        QTRY_VERIFY(desk.editor.notice().contains(QStringLiteral("no longer there")));
        QVERIFY(!desk.editor.canAllow());
    }

    void aTokenNeedsANameAndIsShownOnce()
    {
        Desk desk({});
        QTRY_VERIFY(desk.link.isConnected());
        desk.editor.newToken();
        QTRY_VERIFY(desk.editor.choice()->isLoaded());
        desk.waitForGuard();
        QVERIFY(!desk.editor.canAllow());
        desk.editor.setTokenName(QStringLiteral("  nightly  report "));
        QVERIFY(desk.waitUntilArmed(desk.editor));
        desk.editor.allow();
        desk.editor.allow();
        QTRY_VERIFY(!desk.editor.token().isEmpty());
        QCOMPARE(desk.asked("tokens.create"), std::size_t(1));
        QVERIFY(desk.app.asked("tokens.create")[0]["agent"] == Json("nightly report"));
        QVERIFY(desk.app.asked("tokens.create")[0]["permissions"] == Json("read-only"));
        QSignalSpy finished(&desk.editor, &ScopePicker::finished);
        desk.editor.deny();
        QCOMPARE(finished.count(), 1);
        QVERIFY(desk.editor.token().isEmpty());
    }

    void aThousandDatabasesAreSearchedAndPickedQuickly()
    {
        Desk desk({Scenes::signIn()});
        desk.app.scopes = Scenes::manyScopes(1000);
        QVERIFY(desk.waitUntilShown());
        ScopeChoice &choice = desk.choice();
        choice.setConnection(QStringLiteral("cloud"));
        choice.setGroupIndex(static_cast<int>(choice.groups().size()) - 1);
        choice.setAllDatabases(false);
        QCOMPARE(choice.databases()->total(), 1000);
        QElapsedTimer since;
        since.start();
        for (int i = 0; i < 1000; ++i)
            choice.databases()->toggle(i);
        choice.databases()->setFilter(QStringLiteral("-0042"));
        QVERIFY2(since.elapsed() < 2000, qPrintable(QString::number(since.elapsed())));
        QCOMPARE(choice.databases()->shown(), 1);
        QCOMPARE(choice.databases()->pickedCount(), 1000); // the search hides, it drops nothing
        QVERIFY(desk.waitUntilArmed(desk.picker));
        desk.picker.allow();
        QTRY_COMPARE(desk.asked("approvals.approve"), std::size_t(1));
        QCOMPARE(desk.granted()["databases"].size(), std::size_t(1000));
    }
};

QTEST_GUILESS_MAIN(tst_ScopePicker)
#include "tst_scopepicker.moc"
