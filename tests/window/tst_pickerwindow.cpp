// SPDX-License-Identifier: GPL-3.0-or-later
// The scope picker's window, with pointer and keyboard, against a played app.
#include "support/testcase.h"
#include "window/desklink.h"
#include "window/playedapp.h"
#include "window/scenes.h"
#include "window/windows.h"

#include <QQuickItem>
#include <QQuickWindow>
#include <QRegularExpression>

using Base::Json;
using Window::ApprovalQueue;

namespace
{

constexpr int kPatienceMs = 20'000; // on a machine that has other things to do

struct Desk {
    Played::PlayedApp app;
    std::unique_ptr<Window::DeskLink> link;
    std::unique_ptr<Window::Windows> windows;

    explicit Desk(std::vector<Gateway::Approval> approvals,
                  std::vector<Gateway::ConnectionScope> scopes = Scenes::scopes())
    {
        app.approvals = std::move(approvals);
        app.scopes = std::move(scopes);
        app.grants = Scenes::grants();
        link = std::make_unique<Window::DeskLink>(app.client());
        windows = std::make_unique<Window::Windows>(*link);
        windows->start({});
    }

    QQuickWindow *window() const { return windows->pickerWindow(); }
    Window::ScopePicker &picker() const { return windows->scopePicker(); }
    Window::ScopeChoice &choice() const { return *picker().choice(); }
    /// It has come up this moment; nothing has been looked up yet.
    bool waitUntilUp() const
    {
        return QTest::qWaitFor([this] { return window() && window()->isVisible(); }, kPatienceMs);
    }
    bool waitUntilShown() const
    {
        return QTest::qWaitFor(
            [this] { return window() && window()->isExposed() && choice().isLoaded(); },
            kPatienceMs);
    }
    bool waitUntilArmed() const { return waitUntilArmed(window()); }
    static bool waitUntilArmed(QQuickWindow *which)
    {
        return QTest::qWaitFor([which] { return item(which, "allow")->isEnabled(); }, kPatienceMs);
    }
    static QQuickItem *item(QQuickWindow *in, const char *name)
    {
        return in->findChild<QQuickItem *>(QLatin1StringView(name));
    }
    static void click(QQuickWindow *in, const char *name)
    {
        const QQuickItem *found = item(in, name);
        QVERIFY2(found && found->isVisible(), name);
        QTest::mouseClick(
            in, Qt::LeftButton, {},
            found->mapToScene(QPointF(found->width() / 2, found->height() / 2)).toPoint());
    }
    void click(const char *name) const { click(window(), name); }
    void activate(QQuickWindow *which) const
    {
        which->setFlag(Qt::WindowDoesNotAcceptFocus, false);
        which->requestActivate();
        QVERIFY(QTest::qWaitForWindowActive(which));
    }
    void key(int key, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTest::keyClick(window(), static_cast<Qt::Key>(key), modifiers);
    }
    void type(QLatin1StringView text) const
    {
        for (const char letter : text)
            QTest::keyClick(window(), letter);
    }
    bool settle()
    {
        bool answered = false;
        link->call("status", Json::object(), windows.get(),
                   [&answered](const auto &) { answered = true; });
        return QTest::qWaitFor([&answered] { return answered; });
    }
    int approvals() const { return static_cast<int>(app.asked("approvals.approve").size()); }
    int denials() const { return static_cast<int>(app.asked("approvals.deny").size()); }
    Json granted() const
    {
        return approvals() == 1 ? app.asked("approvals.approve")[0]["grant"] : Json();
    }
};

void checkPlain(const QQuickItem *item)
{
    if (item->property("textFormat").isValid())
        QCOMPARE(item->property("textFormat").toInt(), 0);
    for (const QQuickItem *child : item->childItems())
        checkPlain(child);
}

} // namespace

class tst_PickerWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        // What the offscreen platform cannot do it says as a warning.
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
    }

    void aConsentOpensThePickerAloneAndTakesNoKeyboard()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilUp());
        QVERIFY(!desk.windows->approvalWindow()->isVisible());
        QVERIFY(desk.window()->flags().testFlag(Qt::WindowStaysOnTopHint));
        QVERIFY(desk.window()->flags().testFlag(Qt::WindowDoesNotAcceptFocus));
        QVERIFY(desk.item(desk.window(), "deny")->hasFocus());
        QVERIFY(desk.waitUntilArmed());
        QTRY_VERIFY(!desk.window()->flags().testFlag(Qt::WindowDoesNotAcceptFocus));
    }

    void aClickOnAllowCountsOnceAndNotInTheFirst600Ms()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilUp());
        desk.click("allow");
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
        QVERIFY(desk.waitUntilArmed());
        desk.click("allow");
        desk.click("allow");
        QTRY_COMPARE(desk.approvals(), 1);
        QCOMPARE(desk.denials(), 0);
        QVERIFY(desk.granted()["permissions"] == Json("read-only"));
        QTRY_VERIFY_WITH_TIMEOUT(!desk.window()->isVisible(), ApprovalQueue::kFarewellMs + 2000);
    }

    void aDoubleClickIsNoSecondStep()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        desk.activate(desk.window());
        desk.key(Qt::Key_2, Qt::AltModifier);
        QCOMPARE(desk.choice().preset(), QStringLiteral("full-access"));
        QVERIFY(desk.waitUntilArmed());
        desk.click("allow");
        desk.click("allow");
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
        QVERIFY(desk.item(desk.window(), "confirmLine")->isVisible());
        QVERIFY(desk.waitUntilArmed());
        desk.click("back");
        QVERIFY(!desk.item(desk.window(), "confirmLine")->isVisible());
        QVERIFY(desk.waitUntilArmed());
        desk.click("allow");
        QVERIFY(desk.waitUntilArmed());
        desk.click("allow");
        QTRY_COMPARE(desk.approvals(), 1);
        QVERIFY(desk.granted()["permissions"] == Json("full-access"));
    }

    void keysNeverAllow_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("denials");
        QTest::newRow("Return") << int(Qt::Key_Return) << 1;
        QTest::newRow("Enter") << int(Qt::Key_Enter) << 1;
        QTest::newRow("Space") << int(Qt::Key_Space) << 1;
        QTest::newRow("Escape") << int(Qt::Key_Escape) << 0;
        QTest::newRow("a letter") << int(Qt::Key_A) << 0;
    }
    void keysNeverAllow()
    {
        QFETCH(int, key);
        QFETCH(int, denials);
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.activate(desk.window());
        desk.key(key);
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
        QCOMPARE(desk.denials(), denials);
    }

    void noPlaceOfTheKeyboardMakesReturnAllow()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        desk.activate(desk.window());
        desk.key(Qt::Key_3, Qt::AltModifier);
        const QQuickItem *deny = desk.item(desk.window(), "deny");
        std::set<const QQuickItem *> places;
        for (int i = 0; i < 40; ++i) {
            desk.key(Qt::Key_Tab);
            const QQuickItem *at = desk.window()->activeFocusItem();
            QVERIFY(at && at != desk.item(desk.window(), "allow"));
            places.insert(at);
            if (at != deny)
                desk.key(Qt::Key_Return);
        }
        QVERIFY2(places.size() > 12, qPrintable(QString::number(places.size())));
        QVERIFY(desk.settle());
        QCOMPARE(desk.approvals(), 0);
        QCOMPARE(desk.denials(), 0);
    }

    void everythingIsPickedByKeyboard()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        desk.activate(desk.window());
        desk.key(Qt::Key_3, Qt::AltModifier);
        for (const char *access : {"on", "asks", "asks"}) { // reading, writing, deleting
            desk.key(Qt::Key_Tab);
            desk.key(Qt::Key_Home);
            desk.key(Qt::Key_Right);
            if (QLatin1StringView(access) == QLatin1StringView("on"))
                desk.key(Qt::Key_Right);
        }
        desk.key(Qt::Key_G, Qt::AltModifier);
        desk.type(QLatin1StringView("pro"));
        QCOMPARE(desk.choice().groupIndex(), 1);
        desk.key(Qt::Key_Up);
        QCOMPARE(desk.choice().groupIndex(), 0);
        desk.key(Qt::Key_End);
        QCOMPARE(desk.choice().groupIndex(), 2);
        desk.key(Qt::Key_Home);
        desk.key(Qt::Key_F, Qt::ControlModifier);
        desk.type(QLatin1StringView("scratch"));
        desk.key(Qt::Key_Return);
        QCOMPARE(desk.choice().databases()->pickedCount(), 1);
        desk.key(Qt::Key_A, Qt::ControlModifier);
        desk.type(QLatin1StringView("shop"));
        desk.key(Qt::Key_Down);
        desk.key(Qt::Key_Down);
        desk.key(Qt::Key_Space);
        QCOMPARE(desk.choice().databases()->pickedCount(), 2);
        QVERIFY(desk.waitUntilArmed());
        desk.key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(desk.approvals(), 1);
        QVERIFY(desk.granted()["permissions"] == Json("read,write:ask,delete,analytics"));
        QVERIFY(desk.granted()["group"] == Json("default"));
        QCOMPARE(Base::dumpJson(desk.granted()["databases"]),
                 std::string(R"(["scratch","shop-try-out"])"));
    }

    void closingTheWindowDeniesAndTheNextOneComes()
    {
        Desk desk({Scenes::signIn(), Scenes::consent()});
        QVERIFY(desk.waitUntilShown());
        desk.window()->close();
        QTRY_COMPARE(desk.denials(), 1);
        QVERIFY(desk.app.asked("approvals.deny")[0]["id"] == Json("apr_signin"));
        QVERIFY(desk.window()->isVisible());
        QTRY_VERIFY(!desk.picker().isBusy());
        desk.click("deny");
        QTRY_COMPARE(desk.denials(), 2);
        QTRY_VERIFY_WITH_TIMEOUT(!desk.window()->isVisible(), ApprovalQueue::kFarewellMs + 3000);
        QCOMPARE(desk.approvals(), 0);
    }

    void whoMovesInItGetsMoreTime()
    {
        Desk desk({Scenes::signIn()});
        QVERIFY(desk.waitUntilShown());
        QVERIFY(desk.waitUntilArmed());
        QCOMPARE(desk.app.asked("approvals.extend").size(), std::size_t(0));
        QTest::mouseMove(desk.window(), {300, 300});
        QTest::mouseMove(desk.window(), {320, 310});
        QTRY_COMPARE(desk.app.asked("approvals.extend").size(), std::size_t(1));
    }

    void markupIsShownAsItIsWritten()
    {
        const std::string markup = "<b>Safe</b> <img src='http://127.0.0.1:1/x'> &amp;";
        auto approval = Scenes::signIn();
        approval.agent = markup;
        approval.asker->answerTo = markup;
        auto scopes = Scenes::scopes();
        scopes[0].organization = markup;
        scopes[0].groups[0].name = markup;
        scopes[0].groups[0].databases[0].name = markup;
        Desk desk({approval}, scopes);
        QVERIFY(desk.waitUntilShown());
        desk.choice().setPreset(QStringLiteral("custom"));
        desk.choice().setAllDatabases(false);
        checkPlain(desk.window()->contentItem());
    }

    void thousandDatabasesScrollWithoutAThousandRows()
    {
        Desk desk({Scenes::signIn()}, Scenes::manyScopes(2000));
        QVERIFY(desk.waitUntilShown());
        desk.choice().setConnection(QStringLiteral("cloud"));
        desk.choice().setAllDatabases(false);
        auto *list = desk.item(desk.window(), "databaseList");
        QTRY_VERIFY(list->isVisible() && list->property("count").toInt() == 1000);
        QVERIFY(list->property("contentItem").value<QQuickItem *>()->childItems().size() < 60);
    }

    void aGrantIsEditedInAWindowOfItsOwn()
    {
        Desk desk({});
        QTRY_VERIFY(desk.link->isConnected());
        desk.link->editGrant(QStringLiteral("grt_2"));
        auto &editor = desk.windows->scopeEditor();
        QTRY_VERIFY(desk.windows->editorWindow() && desk.windows->editorWindow()->isExposed());
        QTRY_VERIFY(editor.choice()->isLoaded());
        editor.choice()->setSeconds(3600);
        QVERIFY(desk.waitUntilArmed(desk.windows->editorWindow()));
        desk.click(desk.windows->editorWindow(), "allow");
        QTRY_COMPARE(desk.app.asked("grants.change").size(), std::size_t(1));
        QTRY_VERIFY_WITH_TIMEOUT(!desk.windows->editorWindow()->isVisible(),
                                 ApprovalQueue::kFarewellMs + 2000);
        desk.link->editGrant(QStringLiteral("grt_1")); // once more, and away again
        QTRY_VERIFY(desk.windows->editorWindow()->isExposed());
        desk.activate(desk.windows->editorWindow());
        QTest::keyClick(desk.windows->editorWindow(), Qt::Key_Escape);
        QTRY_VERIFY(!desk.windows->editorWindow()->isVisible());
        QCOMPARE(desk.app.asked("grants.change").size(), std::size_t(1));
    }

    void aTokenIsMadeShownAndForgotten()
    {
        Desk desk({});
        QTRY_VERIFY(desk.link->isConnected());
        desk.link->newToken();
        QTRY_VERIFY(desk.windows->editorWindow() && desk.windows->editorWindow()->isExposed());
        QQuickWindow *window = desk.windows->editorWindow();
        desk.activate(window);
        desk.click(window, "tokenName");
        for (const char letter : {'c', 'i'})
            QTest::keyClick(window, letter);
        QVERIFY(desk.waitUntilArmed(window));
        desk.click(window, "allow");
        QTRY_VERIFY(!desk.windows->scopeEditor().token().isEmpty());
        QVERIFY(desk.app.asked("tokens.create")[0]["agent"] == Json("ci"));
        desk.click(window, "tokenDone");
        QTRY_VERIFY(!window->isVisible());
        QVERIFY(desk.windows->scopeEditor().token().isEmpty());
    }
};

QTEST_MAIN(tst_PickerWindow)
#include "tst_pickerwindow.moc"
