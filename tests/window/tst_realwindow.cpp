// SPDX-License-Identifier: GPL-3.0-or-later
// The real process on a real X server, driven from outside: needs DISPLAY (ctest runs it under
// xvfb-run), openbox and xdotool.
#include "support/testcase.h"
#include "window/playedapp.h"
#include "window/scenes.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>

#include <fcntl.h>
#include <unistd.h>

namespace
{

QByteArray run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    process.waitForFinished(10'000);
    return process.readAllStandardOutput().trimmed();
}

QByteArray xdotool(const QStringList &arguments)
{
    return run(QStringLiteral("xdotool"), arguments);
}

} // namespace

class tst_RealWindow : public Support::TestCase
{
    Q_OBJECT

private:
    Played::PlayedApp *m_app = nullptr;
    QProcess *m_manager = nullptr;
    QProcess *m_window = nullptr;

    void setUp() override
    {
        m_app = new Played::PlayedApp;
        m_app->approvals = {Scenes::deleteWithCascade()};
    }

    void tearDown() override
    {
        m_app->hangUp();
        if (m_window) {
            m_window->waitForFinished(10'000);
            delete std::exchange(m_window, nullptr);
        }
        delete std::exchange(m_app, nullptr);
    }

    void startWindow(const QStringList &more = {})
    {
        const int descriptor = m_app->takeDescriptor();
        m_window = new QProcess;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("xcb"));
        environment.insert(QStringLiteral("TURSO_COMPANION_TIMING"), QStringLiteral("1"));
        m_window->setProcessEnvironment(environment);
        m_window->setChildProcessModifier([descriptor] { ::fcntl(descriptor, F_SETFD, 0); });
        m_window->start(QStringLiteral(BINARY_FOLDER "/turso-companion-window"),
                        QStringList{QStringLiteral("--control-fd"), QString::number(descriptor)}
                            + more);
        QVERIFY(m_window->waitForStarted());
        ::close(descriptor);
    }

    static QByteArray windowId(const char *title)
    {
        QByteArray found;
        const auto there = [&] {
            found = xdotool({QStringLiteral("search"), QStringLiteral("--onlyvisible"),
                             QStringLiteral("--name"), QLatin1StringView(title)})
                        .split('\n')
                        .last();
            return !found.isEmpty();
        };
        return QTest::qWaitFor(there, 15'000) ? found : QByteArray();
    }

    /// A click on Approve, which stands at the lower right.
    static void clickApprove(const QByteArray &id)
    {
        const QByteArray geometry = xdotool({QStringLiteral("getwindowgeometry"),
                                             QStringLiteral("--shell"), QString::fromLatin1(id)});
        int width = 0;
        int height = 0;
        for (const QByteArray &line : geometry.split('\n')) {
            if (line.startsWith("WIDTH="))
                width = line.mid(6).toInt();
            if (line.startsWith("HEIGHT="))
                height = line.mid(7).toInt();
        }
        xdotool({QStringLiteral("mousemove"), QStringLiteral("--window"), QString::fromLatin1(id),
                 QString::number(width - 70), QString::number(height - 32), QStringLiteral("click"),
                 QStringLiteral("1")});
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (const char *tool : {"xdotool", "openbox"}) {
            if (QStandardPaths::findExecutable(QLatin1StringView(tool)).isEmpty())
                QSKIP("needs xdotool and openbox");
        }
        if (qEnvironmentVariableIsEmpty("DISPLAY"))
            QSKIP("needs an X server");
        m_manager = new QProcess;
        m_manager->start(QStringLiteral("openbox"), QStringList());
        QVERIFY(m_manager->waitForStarted());
    }

    void cleanupTestCase()
    {
        if (!m_manager)
            return;
        m_manager->kill();
        m_manager->waitForFinished();
        delete std::exchange(m_manager, nullptr);
    }

    void thePopupLeavesTheKeyboardWhereItIsAndApprovesByClick()
    {
        // Another window has the keyboard: the main window will do.
        const auto approvals = std::exchange(m_app->approvals, {});
        startWindow({QStringLiteral("--page"), QStringLiteral("live")});
        const QByteArray main = windowId("Live");
        QVERIFY(!main.isEmpty());
        QTRY_COMPARE(xdotool({QStringLiteral("getwindowfocus")}), main);
        m_app->approvals = approvals;
        m_app->tell(m_app->approvals);
        const QByteArray popup = windowId("asks");
        QVERIFY(!popup.isEmpty());
        clickApprove(main); // nothing of ours under it; only to move the pointer away
        QCOMPARE(xdotool({QStringLiteral("getwindowfocus")}), main);
        // Keys go on to the window that had them, and none of them answers.
        xdotool({QStringLiteral("key"), QStringLiteral("Return"), QStringLiteral("space"),
                 QStringLiteral("Escape")});
        QTest::qWait(800);
        QCOMPARE(m_app->asked("approvals.approve").size(), std::size_t(0));
        QCOMPARE(m_app->asked("approvals.deny").size(), std::size_t(0));
        QCOMPARE(xdotool({QStringLiteral("getwindowfocus")}), main);
        clickApprove(popup);
        QTRY_COMPARE(m_app->asked("approvals.approve").size(), std::size_t(1));
        QCOMPARE(m_app->asked("approvals.deny").size(), std::size_t(0));
    }

    void thePickerLeavesTheKeyboardWhereItIsAndAllowsByClick()
    {
        m_app->approvals.clear();
        m_app->scopes = Scenes::scopes();
        startWindow({QStringLiteral("--page"), QStringLiteral("live")});
        const QByteArray main = windowId("Live");
        QVERIFY(!main.isEmpty());
        QTRY_COMPARE(xdotool({QStringLiteral("getwindowfocus")}), main);
        m_app->approvals = {Scenes::signIn()};
        m_app->tell(m_app->approvals);
        const QByteArray picker = windowId("Let it in");
        QVERIFY(!picker.isEmpty());
        QTest::qWait(800);
        xdotool({QStringLiteral("key"), QStringLiteral("Return"), QStringLiteral("space"),
                 QStringLiteral("ctrl+shift+a")});
        QTest::qWait(300);
        QCOMPARE(xdotool({QStringLiteral("getwindowfocus")}), main);
        QCOMPARE(m_app->asked("approvals.approve").size(), std::size_t(0));
        QCOMPARE(m_app->asked("approvals.deny").size(), std::size_t(0));
        clickApprove(picker);
        QTRY_COMPARE(m_app->asked("approvals.approve").size(), std::size_t(1));
        QVERIFY(m_app->asked("approvals.approve")[0]["grant"]["permissions"]
                == Base::Json("read-only"));
    }

    void thePickerIsWorkedByKeyboard()
    {
        m_app->approvals = {Scenes::signIn()};
        m_app->scopes = Scenes::scopes();
        startWindow();
        const QByteArray picker = windowId("Let it in");
        QVERIFY(!picker.isEmpty());
        QTest::qWait(800);
        xdotool({QStringLiteral("windowactivate"), QStringLiteral("--sync"),
                 QString::fromLatin1(picker), QStringLiteral("key"), QStringLiteral("--delay"),
                 QStringLiteral("60"), QStringLiteral("alt+g"), QStringLiteral("Down"),
                 QStringLiteral("alt+2"), QStringLiteral("ctrl+shift+a"),
                 QStringLiteral("ctrl+shift+a")});
        QTest::qWait(800);
        QCOMPARE(m_app->asked("approvals.approve").size(),
                 std::size_t(0)); // there is a second step
        xdotool({QStringLiteral("key"), QStringLiteral("ctrl+shift+a")});
        QTRY_COMPARE(m_app->asked("approvals.approve").size(), std::size_t(1));
        const Base::Json grant = m_app->asked("approvals.approve")[0]["grant"];
        QVERIFY(grant["permissions"] == Base::Json("full-access"));
        QVERIFY(grant["group"] == Base::Json("prod"));
    }

    void closingByTheWindowManagerDenies()
    {
        startWindow();
        const QByteArray popup = windowId("asks");
        QVERIFY(!popup.isEmpty());
        QTest::qWait(800);
        xdotool({QStringLiteral("windowactivate"), QStringLiteral("--sync"),
                 QString::fromLatin1(popup), QStringLiteral("key"), QStringLiteral("alt+F4")});
        QTRY_COMPARE(m_app->asked("approvals.deny").size(), std::size_t(1));
        QCOMPARE(m_app->asked("approvals.approve").size(), std::size_t(0));
    }

    void theProcessEndsWhenItsAppHasGone()
    {
        startWindow();
        QVERIFY(!windowId("asks").isEmpty());
        m_app->hangUp();
        QVERIFY(m_window->waitForFinished(10'000));
        QCOMPARE(m_window->exitStatus(), QProcess::NormalExit);
        QCOMPARE(m_window->exitCode(), 0);
        const QByteArray said = m_window->readAllStandardError();
        QVERIFY2(said.contains("first frame "), said.constData());
        qInfo("%s", said.constData());
    }
};

QTEST_GUILESS_MAIN(tst_RealWindow)
#include "tst_realwindow.moc"
