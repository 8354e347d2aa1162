// SPDX-License-Identifier: GPL-3.0-or-later
// The wizard's model on real files in a home of its own, with a real app that answers handshakes.
#include "support/testcase.h"
#include "window/agentshome.h"
#include "window/connectwizard.h"
#include "window/connectwording.h"
#include "window/desklink.h"
#include "window/playedapp.h"
#include "window/realapp.h"

#include <QDir>

using Window::ConnectWizard;

namespace
{

const QString kDesktop = QStringLiteral("claude-desktop");
const QString kDesktopFile = QStringLiteral(".config/Claude/claude_desktop_config.json");

struct Desk {
    Played::AgentsHome home;
    Played::PlayedApp app;
    Window::DeskLink link{app.client()};
    ConnectWizard wizard{link, home.places()};

    explicit Desk(const Played::RealApp &real)
    {
        home.furnish();
        app.status.profile = real.profile().toStdString();
        app.status.endpoint = real.endpoint().toStdString();
    }
    bool open()
    {
        link.open();
        if (!QTest::qWaitFor([this] { return link.isConnected() && !link.endpoint().isEmpty(); },
                             20'000))
            return false;
        wizard.open();
        return QTest::qWaitFor([this] { return !wizard.agents().isEmpty(); }, 20'000);
    }
    bool choose(const QString &id)
    {
        wizard.choose(id);
        return idle();
    }
    bool idle() const
    {
        return QTest::qWaitFor([this] { return !wizard.isBusy(); }, 20'000);
    }
    QVariantMap agent(const QString &id) const
    {
        for (const QVariant &agent : wizard.agents()) {
            if (agent.toMap()[QStringLiteral("id")] == id)
                return agent.toMap();
        }
        return {};
    }
    QString state(const QString &id) const { return agent(id)[QStringLiteral("state")].toString(); }
    QStringList steps(const char *what = "text") const
    {
        QStringList texts;
        for (const QVariant &step : wizard.steps())
            texts << step.toMap()[QLatin1StringView(what)].toString();
        return texts;
    }
    QString added() const
    {
        QStringList texts;
        for (const QVariant &line : wizard.diff()) {
            if (line.toMap()[QStringLiteral("kind")] == QStringLiteral("added"))
                texts << line.toMap()[QStringLiteral("text")].toString();
        }
        return texts.join(u'\n');
    }
};

} // namespace

class tst_ConnectWizard : public Support::TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<Played::RealApp> m_real;

private Q_SLOTS:
    void initTestCase()
    {
        m_real
            = std::make_unique<Played::RealApp>(QStringLiteral(BINARY_FOLDER "/turso-companion"));
        QVERIFY(m_real->isServing());
    }
    void cleanupTestCase() { m_real.reset(); }

    void agentsAreFoundAsTheyAre()
    {
        Desk desk(*m_real);
        QVERIFY(desk.open());
        QCOMPARE(desk.wizard.agents().size(), 8);
        QCOMPARE(desk.state(kDesktop), QStringLiteral("installed"));
        QCOMPARE(desk.state(QStringLiteral("windsurf")), QStringLiteral("not_installed"));
        QCOMPARE(desk.state(QStringLiteral("cursor")), QStringLiteral("file_broken"));
        QCOMPARE(desk.state(QStringLiteral("gemini")), QStringLiteral("connected_differently"));
        QVERIFY(!desk.agent(QStringLiteral("cursor"))[QStringLiteral("explanation")]
                     .toString()
                     .isEmpty());
    }

    void everyAgentIsConnectedTriedOutAndPutBack_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("claude-desktop") << kDesktopFile;
        QTest::newRow("claude-code") << ".claude.json";
        QTest::newRow("codex") << ".codex/config.toml";
        QTest::newRow("vscode") << ".config/Code/User/mcp.json";
        QTest::newRow("windsurf") << ".codeium/windsurf/mcp_config.json";
        QTest::newRow("zed") << ".config/zed/settings.json";
        QTest::newRow("gemini") << ".gemini/settings.json";
    }
    void everyAgentIsConnectedTriedOutAndPutBack()
    {
        QFETCH(QString, file);
        const QString id = QString::fromLatin1(QTest::currentDataTag());
        Desk desk(*m_real);
        const bool existed = desk.home.has(file);
        const QByteArray before = desk.home.read(file);
        QVERIFY(desk.open());
        QVERIFY(desk.choose(id));
        QVERIFY2(desk.wizard.isReady(), qPrintable(desk.wizard.problem()));
        QVERIFY(desk.added().contains(QStringLiteral("turso-companion-mcp")));
        QCOMPARE(desk.home.read(file), before); // shown is not written

        desk.wizard.go();
        QCOMPARE(desk.wizard.stage(), ConnectWizard::Stage::Result);
        QVERIFY(desk.idle());
        QVERIFY2(desk.wizard.hasSucceeded(), qPrintable(desk.wizard.problem()));
        QVERIFY(desk.home.read(file).contains("turso-companion-mcp"));
        const QStringList details = desk.steps("detail");
        if (existed) {
            QCOMPARE(desk.steps().first(), QStringLiteral("Backed up"));
            QFile backup(details.first());
            QVERIFY(backup.open(QIODevice::ReadOnly));
            QCOMPARE(backup.readAll(), before);
        }
        QCOMPARE(desk.steps("state").last(), QStringLiteral("todo"));
        QVERIFY2(details.value(2).contains(QStringLiteral("tools")),
                 qPrintable(desk.steps().join(u'\n') + details.join(u'\n')));
        QTRY_COMPARE(desk.state(id), QStringLiteral("connected"));

        QVERIFY(desk.wizard.isUndoable());
        desk.wizard.undo();
        QVERIFY(desk.idle());
        QVERIFY2(desk.wizard.hasSucceeded(), qPrintable(desk.wizard.problem()));
        QCOMPARE(desk.home.has(file), existed);
        QCOMPARE(desk.home.read(file), before);
        QVERIFY(!desk.wizard.isUndoable());
    }

    void aFileThatChangesMeanwhileIsLeftAlone()
    {
        Desk desk(*m_real);
        QVERIFY(desk.open());
        QVERIFY(desk.choose(kDesktop));
        const QByteArray others = "{\"mcpServers\": {}, \"new\": true}\n";
        desk.home.write(kDesktopFile, others);
        desk.wizard.go();
        QVERIFY(desk.idle());
        QCOMPARE(desk.home.read(kDesktopFile), others);
        QVERIFY(!desk.wizard.hasSucceeded());
        QVERIFY(!desk.wizard.isUndoable());
        QVERIFY(!desk.wizard.problem().isEmpty());
        QCOMPARE(desk.steps("state"), QStringList{QStringLiteral("failed")});
        desk.wizard.lookAgain();
        QVERIFY(desk.idle());
        QVERIFY(desk.wizard.isReady());
        QVERIFY(desk.wizard.problem().isEmpty());
    }

    void aBrokenFileIsSaidAndKept()
    {
        Desk desk(*m_real);
        const QString file = QStringLiteral(".cursor/mcp.json");
        const QByteArray before = desk.home.read(file);
        QVERIFY(desk.open());
        QVERIFY(desk.choose(QStringLiteral("cursor")));
        QVERIFY(!desk.wizard.isReady());
        QVERIFY2(desk.wizard.problem().contains(QStringLiteral("line")),
                 qPrintable(desk.wizard.problem()));
        desk.wizard.go();
        QCOMPARE(desk.wizard.stage(), ConnectWizard::Stage::Preview);
        QCOMPARE(desk.home.read(file), before);
        desk.home.write(file, "{}\n");
        desk.wizard.lookAgain();
        QVERIFY(desk.idle());
        QVERIFY(desk.wizard.isReady());
    }

    void withoutAHandshakeItSaysSoAndCanBeUndone()
    {
        Desk desk(*m_real);
        desk.app.status.endpoint = "http://127.0.0.1:9/mcp"; // nobody serves on "discard"
        const QByteArray before = desk.home.read(QStringLiteral(".claude.json"));
        QVERIFY(desk.open());
        QVERIFY(desk.choose(QStringLiteral("claude-code")));
        QCOMPARE(desk.wizard.ways().size(), 2);
        desk.wizard.chooseWay(QStringLiteral("http"));
        QVERIFY(desk.idle());
        QVERIFY(desk.added().contains(QStringLiteral("127.0.0.1:9")));
        desk.wizard.go();
        QVERIFY(desk.idle());
        QVERIFY(!desk.wizard.hasSucceeded());
        QVERIFY(!desk.wizard.problem().isEmpty());
        QCOMPARE(desk.steps("state").last(), QStringLiteral("failed"));
        QVERIFY(desk.wizard.isUndoable());
        desk.wizard.undo();
        QVERIFY(desk.idle());
        QCOMPARE(desk.home.read(QStringLiteral(".claude.json")), before);
    }

    void whatIsConnectedNeedsNothingAndCanLeave()
    {
        Desk desk(*m_real);
        const QByteArray before = desk.home.read(kDesktopFile);
        QVERIFY(desk.open());
        QVERIFY(desk.choose(kDesktop));
        desk.wizard.go();
        QVERIFY(desk.idle());
        QVERIFY(desk.wizard.back());
        QTRY_COMPARE(desk.state(kDesktop), QStringLiteral("connected"));
        QVERIFY(desk.choose(kDesktop));
        QVERIFY(desk.wizard.isNothingToDo());
        QVERIFY(desk.agent(kDesktop)[QStringLiteral("ours")].toBool());
        desk.wizard.check();
        QVERIFY(desk.idle());
        QVERIFY2(desk.wizard.hasSucceeded(), qPrintable(desk.wizard.problem()));
        desk.wizard.chooseLeaving();
        QVERIFY(desk.idle());
        QVERIFY(desk.wizard.isReady() && desk.wizard.isLeaving());
        QVERIFY(desk.added().isEmpty() || !desk.added().contains(QStringLiteral("companion")));
        desk.wizard.go();
        QVERIFY(desk.idle());
        QVERIFY(desk.wizard.hasSucceeded());
        QCOMPARE(desk.home.read(kDesktopFile), before);
    }

    void goingBackForgetsWhatWasUnderWay()
    {
        Desk desk(*m_real);
        QVERIFY(desk.open());
        desk.wizard.choose(kDesktop);
        QVERIFY(desk.wizard.isBusy());
        QVERIFY(desk.wizard.back());
        QVERIFY(!desk.wizard.isBusy());
        QVERIFY(desk.choose(QStringLiteral("zed")));
        QVERIFY(desk.wizard.agent()[QStringLiteral("file")].toString().endsWith(
            QStringLiteral("zed/settings.json")));
        QVERIFY(desk.added().contains(QStringLiteral("custom")));
        QVERIFY(desk.wizard.back());
        QVERIFY(!desk.wizard.back());
    }

    void anyOtherGetsARecipe()
    {
        Desk desk(*m_real);
        QVERIFY(desk.open());
        desk.wizard.chooseOther();
        QTRY_VERIFY(!desk.wizard.recipe().isEmpty());
        const QVariantMap recipe = desk.wizard.recipe();
        QCOMPARE(recipe[QStringLiteral("url")].toString(), m_real->endpoint());
        QVERIFY(recipe[QStringLiteral("commandLine")].toString().contains(
            QStringLiteral("turso-companion-mcp")));
        QVERIFY(recipe[QStringLiteral("json")].toString().contains(QStringLiteral("mcpServers")));
    }

    void aDiffIsReadLineByLine()
    {
        const QVariantList lines = Window::ConnectWording::diff(
            "--- a\n+++ b\n@@ -1,3 +1,4 @@\n {\n-  \"a\": 1\n+  \"a\": 1,\n+  \"b\": 2\n }\n"
            "@@ -20 +21,2 @@\n x\n+--- not a name\n\\ No newline at end of file\n");
        QStringList kinds;
        QStringList numbers;
        for (const QVariant &line : lines) {
            kinds << line.toMap()[QStringLiteral("kind")].toString();
            numbers << line.toMap()[QStringLiteral("number")].toString();
        }
        QCOMPARE(kinds.join(u' '),
                 QStringLiteral("context removed added added context place context added place"));
        QCOMPARE(numbers.join(u' '), QStringLiteral("1 2 2 3 4 0 21 22 0"));
        QCOMPARE(lines[7].toMap()[QStringLiteral("text")].toString(),
                 QStringLiteral("--- not a name"));
    }
};

QTEST_GUILESS_MAIN(tst_ConnectWizard)
#include "tst_connectwizard.moc"
