// SPDX-License-Identifier: GPL-3.0-or-later
// The Agents page and the wizard as a person uses them: real windows, real files in a home of their
// own, and a real app that answers handshakes.
#include "window/agentshome.h"
#include "window/desklink.h"
#include "window/person.h"
#include "window/playedapp.h"
#include "window/realapp.h"
#include "window/scenes.h"
#include "window/windows.h"

#include <QDateTime>
#include <QGuiApplication>
#include <QQuickItem>
#include <QQuickWindow>
#include <QRegularExpression>
#include <QTest>

#include <functional>

using Base::Json;
using Window::ConnectWizard;

namespace
{

const QString kDesktopFile = QStringLiteral(".config/Claude/claude_desktop_config.json");

struct Desk : Played::Person {
    Played::PlayedApp app;
    std::unique_ptr<Window::DeskLink> link;
    std::unique_ptr<Window::Windows> windows;

    explicit Desk(const Played::RealApp &real, const std::function<void(Played::PlayedApp &)> &with)
    {
        app.status.profile = real.profile().toStdString();
        app.status.endpoint = real.endpoint().toStdString();
        with(app);
        link = std::make_unique<Window::DeskLink>(app.client());
        windows = std::make_unique<Window::Windows>(*link);
    }
    bool show(const char *page)
    {
        windows->start(QLatin1StringView(page));
        if (!QTest::qWaitFor([this] { return main() && main()->isExposed(); }, 20'000))
            return false;
        main()->resize(1180, 760);
        main()->requestActivate();
        return QTest::qWaitForWindowActive(main());
    }
    QQuickWindow *main() const override { return windows->mainWindow(); }
    QString page() const { return main()->property("page").toString(); }
    ConnectWizard *wizard() const { return main()->property("wizard").value<ConnectWizard *>(); }

    bool idle() const
    {
        return QTest::qWaitFor([this] { return !wizard()->isBusy(); }, 20'000);
    }
};

void crowd(Played::PlayedApp &app)
{
    app.agents = Scenes::agents();
    app.grants = Scenes::grants();
}

void alone(Played::PlayedApp &) { }

} // namespace

class tst_AgentsPages : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Played::RealApp> m_real;
    std::unique_ptr<Played::AgentsHome> m_home;

private Q_SLOTS:
    void initTestCase()
    {
        m_real
            = std::make_unique<Played::RealApp>(QStringLiteral(BINARY_FOLDER "/turso-companion"));
        QVERIFY(m_real->isServing());
    }
    void cleanupTestCase() { m_real.reset(); }
    void init()
    {
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
        m_home = std::make_unique<Played::AgentsHome>();
        m_home->furnish();
        m_home->moveIn();
    }

    void nobodyLeadsToTheWizard_data()
    {
        QTest::addColumn<QString>("page");
        QTest::addColumn<QString>("button");
        QTest::newRow("live") << "live"
                              << "firstConnect";
        QTest::newRow("agents") << "agents"
                                << "connectFirst";
    }
    void nobodyLeadsToTheWizard()
    {
        QFETCH(QString, page);
        QFETCH(QString, button);
        Desk desk(*m_real, alone);
        QVERIFY(desk.show(qPrintable(page)));
        QVERIFY(desk.click(qPrintable(button)));
        QCOMPARE(desk.page(), QStringLiteral("connect"));
        QVERIFY(desk.waitFor("agent:claude-desktop"));
        QVERIFY(desk.waitFor("agent:"));
        QCOMPARE(desk.main()->title(), QStringLiteral("Connect an agent – Turso Companion"));
    }

    void clickingThroughTheWizardWritesTriesOutAndTakesBack()
    {
        const QByteArray before = m_home->read(kDesktopFile);
        Desk desk(*m_real, crowd);
        QVERIFY(desk.show("agents"));
        QVERIFY(desk.click("connectAgent"));
        QVERIFY(desk.click("agent:claude-desktop"));
        QVERIFY2(desk.waitFor("diff"), qPrintable(desk.wizard()->problem()));
        QCOMPARE(m_home->read(kDesktopFile), before);
        QVERIFY(desk.click("go"));
        QVERIFY(desk.waitFor("done"));
        QVERIFY2(desk.wizard()->hasSucceeded(), qPrintable(desk.wizard()->problem()));
        const QByteArray after = m_home->read(kDesktopFile);
        const auto config = Base::parseJson(after.toStdString());
        QVERIFY(config);
        const Json &servers = Base::member(*config, "mcpServers");
        QVERIFY(servers.contains("files") && servers.contains("turso-companion"));
        QVERIFY(after.startsWith("{\n  \"globalShortcut\": \"Ctrl+Space\",\n"));
        QVERIFY(desk.click("undo"));
        QVERIFY(desk.idle());
        QVERIFY(desk.waitFor("done"));
        QCOMPARE(m_home->read(kDesktopFile), before);
        QVERIFY(!desk.item("undo"));
        QVERIFY(desk.click("done"));
        QCOMPARE(desk.page(), QStringLiteral("agents"));
    }

    void theKeyboardAloneIsEnough()
    {
        const QString file = QStringLiteral(".codex/config.toml");
        const QByteArray before = m_home->read(file);
        Desk desk(*m_real, crowd);
        QVERIFY(desk.show("agents"));
        QTRY_VERIFY(desk.item("calls"));
        QVERIFY(desk.tabTo(QStringLiteral("connectAgent")));
        desk.key(Qt::Key_Space);
        QTRY_COMPARE(desk.focused(), QStringLiteral("agent:claude-desktop"));
        desk.key(Qt::Key_Right);
        desk.key(Qt::Key_Right);
        QCOMPARE(desk.focused(), QStringLiteral("agent:codex"));
        desk.key(Qt::Key_Return);
        QTRY_COMPARE(desk.focused(), QStringLiteral("diff"));
        QCOMPARE(m_home->read(file), before); // a Return that is held down writes nothing
        desk.key(Qt::Key_Down);
        QVERIFY(desk.tabTo(QStringLiteral("go")));
        desk.key(Qt::Key_Space);
        QVERIFY(desk.idle());
        QTRY_COMPARE(desk.focused(), QStringLiteral("done"));
        QVERIFY(m_home->read(file).contains("[mcp_servers.turso-companion]"));
        QVERIFY(desk.tabTo(QStringLiteral("undo")));
        desk.key(Qt::Key_Space);
        QVERIFY(desk.idle());
        QTRY_COMPARE(desk.focused(), QStringLiteral("done"));
        QCOMPARE(m_home->read(file), before);
        desk.key(Qt::Key_Escape);
        QTRY_COMPARE(desk.focused(), QStringLiteral("agent:codex"));
        desk.key(Qt::Key_Escape);
        QCOMPARE(desk.page(), QStringLiteral("agents"));
    }

    void aBrokenFileIsSaidInPlace()
    {
        Desk desk(*m_real, alone);
        QVERIFY(desk.show("connect"));
        QVERIFY(desk.click("agent:cursor"));
        QVERIFY(desk.waitFor("problem"));
        QVERIFY(
            desk.item("problem")->property("text").toString().contains(QStringLiteral("mcp.json")));
        QVERIFY(!desk.item("go") && !desk.item("diff"));
        m_home->write(QStringLiteral(".cursor/mcp.json"), "{}\n");
        QVERIFY(desk.click("again"));
        QVERIFY(desk.waitFor("go"));
        QVERIFY(!desk.item("problem"));
    }

    void everythingThatTheKeyboardReachesHasAName_data()
    {
        QTest::addColumn<QString>("page");
        QTest::addColumn<QString>("then"); // the button that leads there
        QTest::newRow("live, empty") << "live"
                                     << "";
        QTest::newRow("agents") << "agents"
                                << "";
        QTest::newRow("agents, about to revoke") << "agents"
                                                 << "revoke";
        QTest::newRow("wizard") << "connect"
                                << "";
        QTest::newRow("wizard, diff") << "connect"
                                      << "agent:claude-code";
        QTest::newRow("wizard, broken") << "connect"
                                        << "agent:cursor";
        QTest::newRow("wizard, outdated") << "connect"
                                          << "agent:gemini";
        QTest::newRow("wizard, any other") << "connect"
                                           << "agent:";
    }
    void everythingThatTheKeyboardReachesHasAName()
    {
        QFETCH(QString, page);
        QFETCH(QString, then);
        Desk desk(*m_real, page == QStringLiteral("live") ? alone : crowd);
        QVERIFY(desk.show(qPrintable(page)));
        if (page == QStringLiteral("agents"))
            QVERIFY(desk.waitFor("calls"));
        if (!then.isEmpty())
            QVERIFY(desk.click(qPrintable(then)));
        QVERIFY(desk.idle());
        const QStringList bad = desk.nameless();
        QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QStringLiteral("; "))));
    }

    void revokingTakesTwoPressesOnTwoPlaces()
    {
        Desk desk(*m_real, crowd);
        QVERIFY(desk.show("agents"));
        QVERIFY(desk.waitFor("revoke"));
        const QPointF place = desk.item("revoke")->mapToScene(
            {desk.item("revoke")->width() / 2, desk.item("revoke")->height() / 2});
        QTest::mouseDClick(desk.main(), Qt::LeftButton, {}, place.toPoint());
        QTest::qWait(100);
        QVERIFY(desk.app.asked("grants.revoke").empty());
        if (!desk.item("keep")) // the second press was on that
            QVERIFY(desk.click("revoke"));
        QCOMPARE(desk.focused(), QStringLiteral("keep"));
        desk.key(Qt::Key_Escape);
        QTRY_VERIFY(!desk.item("keep"));
        QCOMPARE(desk.focused(), QStringLiteral("revoke"));
        desk.key(Qt::Key_Space);
        QVERIFY(desk.click("revokeForGood"));
        QTRY_COMPARE(desk.app.asked("grants.revoke").size(), std::size_t(1));
        QVERIFY(desk.app.asked("grants.revoke")[0]["id"] == Json("grt_1"));
        QTRY_COMPARE(desk.items(QStringLiteral("revoke")).size(), std::size_t(2));
        QCOMPARE(desk.focused(), QStringLiteral("calls"));
    }

    void aChangeNeitherMovesTheListNorTakesTheKeyboard()
    {
        Desk desk(*m_real, [](Played::PlayedApp &app) { crowd(app); });
        for (int i = 0; i < 12; ++i)
            desk.app.agents.push_back(
                {"agent-" + std::to_string(i), "/usr/bin/agent", "stdio", true, 1, {}});
        QVERIFY(desk.show("agents"));
        QTRY_COMPARE(desk.items(QStringLiteral("calls")).size(), std::size_t(15));
        auto *list = desk.item("agents");
        desk.main()->resize(1180, 480);
        QQuickItem *button = desk.items(QStringLiteral("pause")).at(2); // far below
        button->forceActiveFocus(Qt::TabFocusReason);
        const double at = list->property("contentY").toDouble();
        QVERIFY(at > 0); // scrolled to it
        desk.key(Qt::Key_Space);
        QTRY_COMPARE(button->property("text").toString(), QStringLiteral("Resume"));
        desk.app.agents[1].callsToday = 999;
        desk.app.agents.push_back({"zz", "", "stdio", true, 0, {}});
        desk.app.tellStatus();
        QTRY_COMPARE(desk.items(QStringLiteral("calls")).size(), std::size_t(16));
        QCOMPARE(desk.main()->activeFocusItem(), button);
        QCOMPARE(list->property("contentY").toDouble(), at);
    }

    void whoHasGoneIsGone()
    {
        Desk desk(*m_real, crowd);
        QVERIFY(desk.show("agents"));
        QTRY_COMPARE(desk.items(QStringLiteral("calls")).size(), std::size_t(3));
        desk.app.agents.erase(desk.app.agents.begin() + 1);
        desk.app.grants.erase(desk.app.grants.begin() + 1);
        desk.app.tellStatus();
        QVERIFY(desk.click("ended"));
        QVERIFY(desk.click("dismiss"));
        desk.app.tellStatus();
        QTRY_COMPARE(desk.items(QStringLiteral("calls")).size(), std::size_t(2));
        QTest::qWait(50); // what goes may still say something
    }

    void itsCallsAreShownInLive()
    {
        Desk desk(*m_real, [](Played::PlayedApp &app) {
            crowd(app);
            app.calls = Scenes::calls(20);
        });
        QVERIFY(desk.show("agents"));
        QVERIFY(desk.click("calls"));
        QCOMPARE(desk.page(), QStringLiteral("live"));
        QCOMPARE(desk.windows->live().filter(), QStringLiteral("agent:Claude*Code"));
        QVERIFY(desk.windows->live().filterProblem().isEmpty());
    }

    void thePickerIsAskedForWhatItDoes()
    {
        Desk desk(*m_real, crowd);
        QStringList wanted;
        QObject::connect(desk.link.get(), &Window::DeskLink::grantWanted,
                         [&wanted](const QString &id) { wanted << id; });
        QObject::connect(desk.link.get(), &Window::DeskLink::tokenWanted,
                         [&wanted] { wanted << QStringLiteral("token"); });
        QVERIFY(desk.show("agents"));
        QVERIFY(desk.click("change"));
        QVERIFY(desk.click("newToken"));
        QCOMPARE(wanted, (QStringList{QStringLiteral("grt_1"), QStringLiteral("token")}));
    }

    void arrowsGoFromAgentToAgent()
    {
        Desk desk(*m_real, crowd);
        QVERIFY(desk.show("agents"));
        QTRY_COMPARE(desk.items(QStringLiteral("calls")).size(), std::size_t(3));
        desk.item("agents")->forceActiveFocus(Qt::TabFocusReason);
        const auto buttons = desk.items(QStringLiteral("calls"));
        desk.key(Qt::Key_Down);
        QCOMPARE(desk.main()->activeFocusItem(), buttons[1]);
        desk.key(Qt::Key_Up);
        QCOMPARE(desk.main()->activeFocusItem(), buttons[0]);
    }
};

QTEST_MAIN(tst_AgentsPages)
#include "tst_agentspages.moc"
