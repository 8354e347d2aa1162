// SPDX-License-Identifier: GPL-3.0-or-later
// The Connections page, its wizard and the audit list as a person uses them, in a real window.
#include "window/connectionscenes.h"
#include "window/desklink.h"
#include "window/person.h"
#include "window/playedapp.h"
#include "window/scenes.h"
#include "window/windows.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QRegularExpression>
#include <QUrl>

using Base::Json;
using Window::ConnectionWizard;

namespace
{

constexpr const char *kToken = "tok-played-0123456789";

struct Desk : Played::Person {
    Played::PlayedApp app;
    std::unique_ptr<Window::DeskLink> link;
    std::unique_ptr<Window::Windows> windows;

    explicit Desk(const std::vector<Json> &connections = Scenes::connections())
    {
        app.connections.all = connections;
        app.connections.cli = {{"found", true}, {"username", "ada"}, {"organization", "acme-corp"}};
        app.connections.audit = Scenes::auditEntries(130);
        app.agents = Scenes::agents();
        app.grants = Scenes::grants();
        app.grants[1].connection = "con_cloud";
    }
    bool show(const char *page = "connections")
    {
        link = std::make_unique<Window::DeskLink>(app.client());
        windows = std::make_unique<Window::Windows>(*link);
        windows->start(QLatin1StringView(page));
        if (!QTest::qWaitFor([this] { return main() && main()->isExposed(); }, 20'000))
            return false;
        main()->resize(1180, 760);
        main()->requestActivate();
        return QTest::qWaitForWindowActive(main());
    }
    bool open(const char *way) { return show() && click("addConnection") && click(way); }
    QQuickWindow *main() const override { return windows->mainWindow(); }
    QString page() const { return main()->property("page").toString(); }
    ConnectionWizard *wizard() const
    {
        return main()->property("connectionWizard").value<ConnectionWizard *>();
    }
    /// Below the card of that connection.
    QQuickItem *in(const char *card, const char *name) const
    {
        QQuickItem *found = nullptr;
        if (QQuickItem *above = item(card))
            eachShown(above, [&](QQuickItem *one) {
                if (!found && one->objectName() == QLatin1StringView(name))
                    found = one;
            });
        return found;
    }
    bool clickIn(const char *card, const char *name) const
    {
        if (!QTest::qWaitFor([&] { return in(card, name) && in(card, name)->isEnabled(); }, 20'000))
            return false;
        in(card, name)->forceActiveFocus(Qt::TabFocusReason); // scrolls to it
        if (!QTest::qWaitFor([&] { return isOnTop(in(card, name)); }, 20'000))
            return false;
        click(in(card, name));
        return true;
    }
    std::size_t asked(const char *what) const
    {
        return app.asked(std::string("connections.") + what).size();
    }
    using Person::click;
};

} // namespace

class tst_ConnectionsPage : public QObject
{
    Q_OBJECT

public Q_SLOTS:
    /// The desktop's browser.
    void open(const QUrl &url) { m_opened << url; }

private:
    QList<QUrl> m_opened;

private Q_SLOTS:
    void initTestCase() { QDesktopServices::setUrlHandler(QStringLiteral("https"), this, "open"); }
    void cleanupTestCase() { QDesktopServices::unsetUrlHandler(QStringLiteral("https")); }
    void init()
    {
        m_opened.clear();
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
    }

    void everyConnectionStandsWithItsState()
    {
        Desk desk(Scenes::brokenConnections());
        QVERIFY(desk.show("live"));
        desk.key(Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(desk.page(), QStringLiteral("connections"));
        QTRY_COMPARE(desk.items(QStringLiteral("state")).size(), std::size_t(7));
        QCOMPARE(desk.main()->title(), QStringLiteral("Connections – Turso Companion"));
        QVERIFY(!desk.in("connection:workspace", "remove"));
        QVERIFY(desk.in("connection:con_away", "sentence"));
        QVERIFY(!desk.in("connection:con_memory", "sentence"));
        QVERIFY(!desk.in("connection:con_checking", "check")->isEnabled());
    }

    void theOneButtonMends()
    {
        Desk desk(Scenes::brokenConnections());
        QVERIFY(desk.show());
        QVERIFY(desk.clickIn("connection:con_away", "mend"));
        QTRY_VERIFY(!desk.in("connection:con_away", "mend"));
        QCOMPARE(desk.asked("check"), std::size_t(1));
        QVERIFY(desk.clickIn("connection:con_locked", "mend"));
        QTRY_VERIFY(!desk.in("connection:con_locked", "mend"));
        QVERIFY(desk.clickIn("connection:con_out", "mend"));
        QTRY_COMPARE(desk.page(), QStringLiteral("add-connection"));
        QVERIFY(desk.waitFor("signInUrl"));
        desk.app.connections.become("con_out", {{"state", "ready"}});
        QVERIFY(desk.click("done"));
        QCOMPARE(desk.page(), QStringLiteral("connections"));
        QCOMPARE(desk.asked("add"), std::size_t(0));
    }

    void removingTakesTwoPressesOnTwoPlaces()
    {
        Desk desk;
        QVERIFY(desk.show());
        QVERIFY(desk.clickIn("connection:con_cloud", "remove"));
        QTRY_COMPARE(desk.focused(), QStringLiteral("keep"));
        QVERIFY(desk.text("farewell").contains(QStringLiteral("1 grant goes with it")));
        desk.key(Qt::Key_Escape);
        QTRY_VERIFY(!desk.item("keep"));
        QCOMPARE(desk.focused(), QStringLiteral("remove"));
        desk.key(Qt::Key_Space);
        QTRY_VERIFY(desk.item("removeForGood"));
        QCOMPARE(desk.asked("remove"), std::size_t(0));
        QVERIFY(desk.click("removeForGood"));
        QTRY_VERIFY(!desk.item("connection:con_cloud"));
        QCOMPARE(desk.asked("remove"), std::size_t(1));
        QVERIFY(!desk.focused().isEmpty()); // the keyboard is somewhere
    }

    void onlyTheWorkspaceLeadsToTheWizard()
    {
        Desk desk(std::vector<Json>{Scenes::workspaceConnection()});
        QVERIFY(desk.show());
        QVERIFY(desk.click("addFirst"));
        QCOMPARE(desk.page(), QStringLiteral("add-connection"));
        QTRY_COMPARE(desk.focused(), QStringLiteral("way:browser"));
        QVERIFY(desk.waitFor("way:cli"));
        desk.key(Qt::Key_Escape);
        QCOMPARE(desk.page(), QStringLiteral("connections"));
        QVERIFY(!desk.item("addConnection")); // one primary button
    }

    void theKeyboardAloneAddsAServer()
    {
        Desk desk;
        QVERIFY(desk.show());
        QTRY_VERIFY(desk.item("connection:con_cloud"));
        QVERIFY(desk.tabTo(QStringLiteral("addConnection")));
        desk.key(Qt::Key_Space);
        QTRY_COMPARE(desk.focused(), QStringLiteral("way:browser"));
        QVERIFY(desk.tabTo(QStringLiteral("way:server")));
        desk.key(Qt::Key_Space);
        QTRY_COMPARE(desk.focused(), QStringLiteral("urlField"));
        desk.type("db.example.org");
        QVERIFY(!desk.wizard()->urlProblem().isEmpty());
        QVERIFY(!desk.item("submit")->isEnabled());
        desk.key(Qt::Key_A, Qt::ControlModifier);
        desk.type("https://db.example.org");
        QTRY_VERIFY(desk.item("submit")->isEnabled());
        QVERIFY(desk.tabTo(QStringLiteral("tokenField")));
        desk.type(kToken);
        desk.key(Qt::Key_Return);
        QTRY_COMPARE(desk.focused(), QStringLiteral("done"));
        QCOMPARE(desk.asked("add"), std::size_t(1));
        desk.key(Qt::Key_Space);
        QTRY_COMPARE(desk.page(), QStringLiteral("connections"));
        QTRY_VERIFY(desk.item("connection:con_1"));
    }

    void aTokenIsForgottenWhenItsFormIsLeft_data()
    {
        QTest::addColumn<QString>("by");
        QTest::newRow("cancel") << "cancel";
        QTest::newRow("escape") << "escape";
        QTest::newRow("another page") << "page";
        QTest::newRow("the window") << "window";
        QTest::newRow("success") << "success";
    }
    void aTokenIsForgottenWhenItsFormIsLeft()
    {
        QFETCH(QString, by);
        Desk desk;
        QVERIFY(desk.open("way:token"));
        QTRY_COMPARE(desk.focused(), QStringLiteral("tokenField"));
        desk.type(kToken);
        QQuickItem *field = desk.item("tokenField");
        QCOMPARE(field->property("text").toString(), QLatin1StringView(kToken));
        if (by == QStringLiteral("cancel"))
            QVERIFY(desk.click("cancel"));
        else if (by == QStringLiteral("escape"))
            desk.key(Qt::Key_Escape);
        else if (by == QStringLiteral("page"))
            desk.key(Qt::Key_1, Qt::ControlModifier);
        else if (by == QStringLiteral("window"))
            desk.main()->hide();
        else
            QVERIFY(desk.click("submit"));
        QTRY_COMPARE(field->property("text").toString(), QString());
        QVERIFY(!field->property("canUndo").toBool());
        QCOMPARE(desk.asked("add"), std::size_t(by == QStringLiteral("success") ? 1 : 0));
    }

    void aTokenCannotBeCopied()
    {
        Desk desk;
        QVERIFY(desk.open("way:token"));
        QTRY_COMPARE(desk.focused(), QStringLiteral("tokenField"));
        desk.type(kToken);
        QGuiApplication::clipboard()->setText(QStringLiteral("before"));
        desk.key(Qt::Key_A, Qt::ControlModifier);
        desk.key(Qt::Key_C, Qt::ControlModifier);
        desk.key(Qt::Key_X, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("before"));
        QQuickItem *field = desk.item("tokenField");
        QVERIFY(!field->property("displayText").toString().contains(QLatin1StringView(kToken)));
        QAccessibleInterface *told = QAccessible::queryAccessibleInterface(field);
        QVERIFY(told && told->state().passwordEdit);
    }

    void aRefusedTokenCanBeTriedAgain()
    {
        Desk desk;
        desk.app.answer("connections.add", [](const Json &) -> Base::Result<Json> {
            return Base::fail(Base::ErrorKind::Unauthorized, "It opens every organization.");
        });
        QVERIFY(desk.open("way:token"));
        QTRY_COMPARE(desk.focused(), QStringLiteral("tokenField"));
        desk.type(kToken);
        QVERIFY(desk.click("submit"));
        QTRY_COMPARE(desk.text("problem"), QStringLiteral("It opens every organization."));
        QVERIFY(desk.waitFor("submit"));
        QVERIFY(!desk.focused().isEmpty());
        desk.key(Qt::Key_Escape);
        QTRY_COMPARE(desk.focused(), QStringLiteral("way:browser"));
    }

    void cancellingWhileTheBrowserIsOpen()
    {
        Desk desk;
        QVERIFY(desk.open("way:browser"));
        QVERIFY(desk.waitFor("signInUrl"));
        QVERIFY(desk.text("signInUrl").startsWith(QStringLiteral("https://app.turso.tech/")));
        QCOMPARE(m_opened.size(), 1);
        QVERIFY(desk.text("timeLeft").endsWith(QStringLiteral("min left")));
        QTRY_COMPARE(desk.focused(), QStringLiteral("cancel"));
        desk.key(Qt::Key_Space);
        QTRY_COMPARE(desk.focused(), QStringLiteral("way:browser"));
        QTRY_COMPARE(desk.asked("remove"), std::size_t(1));
        QCOMPARE(desk.asked("sign_in_cancel"), std::size_t(1));
    }

    void theOrganizationIsAskedForAfterTheBrowser()
    {
        Desk desk;
        QVERIFY(desk.open("way:browser"));
        QVERIFY(desk.waitFor("signInUrl"));
        desk.app.connections.become("con_1",
                                    {{"state", "limited"},
                                     {"signed_in_by", "browser"},
                                     {"sentence", "Which organization?"}});
        QTRY_COMPARE(desk.focused(), QStringLiteral("organizationField"));
        desk.type("acme-corp");
        desk.key(Qt::Key_Return);
        QTRY_COMPARE(desk.focused(), QStringLiteral("done"));
        QVERIFY(desk.click("done"));
        QCOMPARE(desk.page(), QStringLiteral("connections"));
    }

    void whatCannotBeReachedAsksBeforeItIsKept()
    {
        Desk desk;
        desk.app.connections.added
            = {{"state", "unreachable"}, {"sentence", "Nobody answers there."}};
        QVERIFY(desk.open("way:server"));
        QTRY_COMPARE(desk.focused(), QStringLiteral("urlField"));
        desk.type("http://127.0.0.1:9");
        desk.key(Qt::Key_Return);
        QTRY_COMPARE(desk.text("problem"), QStringLiteral("Nobody answers there."));
        QVERIFY(!desk.wizard()->isBusy());
        QVERIFY(desk.click("anyway"));
        QTRY_COMPARE(desk.page(), QStringLiteral("connections"));
        QCOMPARE(desk.asked("remove"), std::size_t(0));
    }

    void changingSendsOnlyWhatChanged()
    {
        Desk desk;
        QVERIFY(desk.show());
        QVERIFY(desk.clickIn("connection:con_cloud", "change"));
        QTRY_COMPARE(desk.focused(), QStringLiteral("nameField"));
        QCOMPARE(desk.text("nameField"), QStringLiteral("Acme"));
        desk.key(Qt::Key_End);
        desk.type(" EU");
        desk.key(Qt::Key_Return);
        QTRY_COMPARE(desk.page(), QStringLiteral("connections"));
        QVERIFY(desk.app.asked("connections.change")[0]
                == (Json{{"id", "con_cloud"}, {"name", "Acme EU"}}));
    }

    void tenThousandDatabasesDoNotHoldUpTheWindow()
    {
        Desk desk;
        desk.app.connections.databases = Scenes::databases(10'000);
        QVERIFY(desk.show());
        QVERIFY(desk.clickIn("connection:con_cloud", "databases"));
        QCOMPARE(desk.page(), QStringLiteral("databases"));
        QTRY_COMPARE(desk.focused(), QStringLiteral("databaseFilter"));
        QTRY_VERIFY(desk.item("databaseList"));
        auto *list = desk.item("databaseList");
        QCOMPARE(list->property("count").toInt(), 200);
        desk.key(Qt::Key_Down);
        QTRY_VERIFY(list->hasActiveFocus());
        desk.key(Qt::Key_End); // near the end more comes
        QTRY_VERIFY(list->property("count").toInt() >= 400);
        QVERIFY(list->property("count").toInt() < 10'000);
        QElapsedTimer clock;
        clock.start();
        desk.item("databaseFilter")->forceActiveFocus(Qt::TabFocusReason);
        desk.type("109999");
        qint64 longest = 0; // that the window's thread was busy at a stretch
        QElapsedTimer stretch;
        stretch.start();
        while (list->property("count").toInt() != 1 && clock.elapsed() < 20'000) {
            QTest::qWait(1);
            longest = std::max(longest, stretch.restart());
        }
        QCOMPARE(list->property("count").toInt(), 1);
        QVERIFY2(longest < 500, qPrintable(QString::number(longest)));
        qInfo("10000 databases searched in %lld ms, at most %lld ms at a stretch", clock.elapsed(),
              longest);
        desk.key(Qt::Key_Escape); // the search first, then the page
        QTRY_COMPARE(list->property("count").toInt(), 10'000);
        desk.key(Qt::Key_Escape);
        QCOMPARE(desk.page(), QStringLiteral("connections"));
    }

    void theAuditListIsReadByKeyboard()
    {
        Desk desk;
        QVERIFY(desk.show());
        QVERIFY(desk.clickIn("connection:con_cloud", "audit"));
        QCOMPARE(desk.page(), QStringLiteral("cloud-audit"));
        QTRY_COMPARE(desk.focused(), QStringLiteral("audit"));
        auto *list = desk.item("audit");
        QCOMPARE(list->property("count").toInt(), 100);
        desk.key(Qt::Key_Down);
        QCOMPARE(list->property("currentIndex").toInt(), 1);
        desk.key(Qt::Key_End);
        QCOMPARE(list->property("currentIndex").toInt(), 99);
        QVERIFY(desk.tabTo(QStringLiteral("older")));
        desk.key(Qt::Key_Space);
        QTRY_COMPARE(list->property("count").toInt(), 130);
        QTRY_VERIFY(!desk.item("older"));
        desk.key(Qt::Key_Escape);
        QCOMPARE(desk.page(), QStringLiteral("connections"));
    }

    void itsAgentsAreOnePressAway()
    {
        Desk desk;
        QVERIFY(desk.show());
        QVERIFY(desk.clickIn("connection:con_cloud", "users"));
        QCOMPARE(desk.page(), QStringLiteral("agents"));
    }

    void arrowsGoFromCardToCard()
    {
        Desk desk;
        QVERIFY(desk.show());
        QTRY_VERIFY(desk.item("connection:con_server"));
        desk.item("connections")->forceActiveFocus(Qt::TabFocusReason);
        desk.key(Qt::Key_Down);
        QVERIFY(desk.item("connection:con_cloud")->hasActiveFocus());
        desk.key(Qt::Key_Down);
        QVERIFY(desk.item("connection:con_server")->hasActiveFocus());
        desk.key(Qt::Key_Up);
        QVERIFY(desk.item("connection:con_cloud")->hasActiveFocus());
    }

    void aListThatFailsIsTriedAgain()
    {
        Desk desk;
        desk.app.answer("connections.list", [](const Json &) -> Base::Result<Json> {
            return Base::fail(Base::ErrorKind::Internal, "It cannot be read.");
        });
        QVERIFY(desk.show());
        QVERIFY(desk.waitFor("problem"));
        desk.app.answer("connections.list",
                        [](const Json &) { return Base::Result<Json>(Scenes::connections()); });
        QVERIFY(desk.click("again"));
        QVERIFY(desk.waitFor("connection:con_cloud"));
        QVERIFY(!desk.item("problem"));
    }

    void everythingThatTheKeyboardReachesHasAName_data()
    {
        QTest::addColumn<QStringList>("through");
        QTest::newRow("page") << QStringList();
        QTest::newRow("about to remove") << QStringList{QStringLiteral("remove")};
        QTest::newRow("audit list") << QStringList{QStringLiteral("audit")};
        QTest::newRow("change") << QStringList{QStringLiteral("change")};
        const QString add = QStringLiteral("addConnection");
        QTest::newRow("ways") << QStringList{add};
        QTest::newRow("browser") << QStringList{add, QStringLiteral("way:browser")};
        QTest::newRow("token") << QStringList{add, QStringLiteral("way:token")};
        QTest::newRow("cli") << QStringList{add, QStringLiteral("way:cli")};
        QTest::newRow("result") << QStringList{add, QStringLiteral("way:cli"),
                                               QStringLiteral("submit")};
        QTest::newRow("server") << QStringList{add, QStringLiteral("way:server"),
                                               QStringLiteral("more")};
    }
    void everythingThatTheKeyboardReachesHasAName()
    {
        QFETCH(QStringList, through);
        Desk desk;
        QVERIFY(desk.show());
        QVERIFY(desk.waitFor("users"));
        for (const QString &name : through)
            QVERIFY2(desk.click(qPrintable(name)), qPrintable(name));
        QTRY_VERIFY(!desk.wizard()->isBusy());
        const QStringList bad = desk.nameless();
        QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QStringLiteral("; "))));
        QVERIFY(desk.main()->activeFocusItem());
    }
};

QTEST_MAIN(tst_ConnectionsPage)
#include "tst_connectionspage.moc"
