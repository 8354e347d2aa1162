// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/socketpath.h"
#include "bridge/bridgeprocess.h"
#include "support/testcase.h"

#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

// JSON with single quotes, since moc cannot read raw strings inside macros.
static QByteArray json(const char *text)
{
    return QByteArray(text).replace('\'', '"');
}

class tst_Bridge : public Support::TestCase
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_socket;

protected:
    void setUp() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("TURSO_COMPANION_RUNTIME_DIR", m_folder->path().toUtf8());
        const std::string folder = Base::socketFolder("");
        QCOMPARE(Base::prepareSocketFolder(folder), std::string());
        m_socket = QString::fromStdString(Base::agentSocketPath(""));
    }

private Q_SLOTS:
    void saysHelloThenPassesLinesBothWays()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge({QStringLiteral("--agent"), QStringLiteral("Claude \"Code\"")});
        bridge.start();
        QTRY_COMPARE(
            app.lines().value(0),
            QByteArray("{\"turso_companion_bridge\":1,\"agent\":\"Claude \\\"Code\\\"\"}"));
        bridge.say(json("{'jsonrpc':'2.0','id':1,'method':'ping'}"));
        QTRY_COMPARE(app.lines().value(1), json("{'jsonrpc':'2.0','id':1,'method':'ping'}"));
        app.say(json("{'jsonrpc':'2.0','method':'notifications/progress'}"));
        app.say(json("{'jsonrpc':'2.0','id':1,'result':{}}"));
        QTRY_COMPARE(bridge.answers().size(), 2);
        QCOMPARE(bridge.answers().value(1), json("{'jsonrpc':'2.0','id':1,'result':{}}"));
        endsCleanly(bridge);
        QCOMPARE(bridge.readAllStandardError(), QByteArray());
    }

    void largeLinesGoBothWaysUnchanged_data()
    {
        QTest::addColumn<qsizetype>("size");
        QTest::newRow("10 MB") << qsizetype(10'000'000);
        QTest::newRow("as long as a line may be") << qsizetype(32) * 1024 * 1024;
    }
    void largeLinesGoBothWaysUnchanged()
    {
        QFETCH(qsizetype, size);
        const auto filled = [size](const QByteArray &start, char with) {
            const QByteArray end = "\"}";
            return start + QByteArray(size - start.size() - end.size(), with) + end;
        };
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge;
        bridge.start();
        const QByteArray big = filled(json("{'jsonrpc':'2.0','id':1,'method':'m','params':'"), 'x');
        bridge.say(big);
        QTRY_COMPARE_WITH_TIMEOUT(app.lines().size(), 2, 20000);
        QVERIFY(app.lines().value(1) == big);
        const QByteArray answer = filled(json("{'jsonrpc':'2.0','id':1,'result':'"), 'y');
        app.say(answer);
        QTRY_COMPARE_WITH_TIMEOUT(bridge.answers().size(), 1, 20000);
        QVERIFY(bridge.answers().value(0) == answer);
        endsCleanly(bridge);
    }

    void aLineMayComeInPieces()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge;
        bridge.start();
        QTRY_COMPARE(app.lines().size(), 1);
        for (const char c : std::string("{\"id\":1,\"method\":\"m\"}\n")) {
            bridge.write(&c, 1);
            QVERIFY(bridge.waitForBytesWritten());
        }
        QTRY_COMPARE(app.lines().value(1), json("{'id':1,'method':'m'}"));
        for (const char c : std::string("{\"id\":1,\"result\":{}}\n")) {
            app.bridge()->write(&c, 1);
            QVERIFY(app.bridge()->waitForBytesWritten());
        }
        QTRY_COMPARE(bridge.answers(), QByteArrayList{json("{'id':1,'result':{}}")});
        endsCleanly(bridge);
    }

    void everyRequestOfAnAppThatIsNotThereIsAnswered()
    {
        BridgeProcess bridge;
        bridge.start();
        bridge.say("{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\",\"method\":\"initialize\"}");
        bridge.say(json("{'jsonrpc':'2.0','method':'notifications/initialized'}"));
        bridge.say(json("{'jsonrpc':'2.0','id':2,'method':'tools/list'}"));
        QTRY_COMPARE(bridge.answers().size(), 2);
        QVERIFY(
            errorMessage(bridge.answers().value(0)).startsWith("Turso Companion is not running: "));
        QCOMPARE(idOf(bridge.answers().value(0)), QByteArray("\"a\\\"b\""));
        QCOMPARE(idOf(bridge.answers().value(1)), QByteArray("2"));
        // and the next line tries again
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        bridge.say(json("{'id':3,'method':'m'}"));
        QTRY_COMPARE(app.lines().size(), 2);
        QCOMPARE(app.lines().value(1), json("{'id':3,'method':'m'}"));
        app.say(json("{'id':3,'result':1}"));
        QTRY_COMPARE(bridge.answers().size(), 3);
        endsCleanly(bridge);
    }

    void aRestartIsSurvivedByTheSession()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge;
        bridge.start();
        bridge.say(json("{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'id':0}}"));
        QTRY_COMPARE(app.lines().size(), 2);
        app.say(json("{'jsonrpc':'2.0','id':0,'result':{'first':true}}"));
        bridge.say(json("{'jsonrpc':'2.0','method':'notifications/initialized'}"));
        bridge.say(json("{'jsonrpc':'2.0','id':1,'method':'tools/call'}"));
        QTRY_COMPARE(app.lines().size(), 4);
        app.stop();
        QTRY_COMPARE(bridge.answers().size(), 2);
        QCOMPARE(idOf(bridge.answers().value(1)), QByteArray("1"));
        QVERIFY(errorMessage(bridge.answers().value(1)).contains("outcome is unknown"));

        QVERIFY(app.start(m_socket));
        bridge.say(json("{'jsonrpc':'2.0','id':2,'method':'tools/list'}"));
        QTRY_COMPARE(app.lines().size(), 4);
        QCOMPARE(app.lines().value(1),
                 json("{'jsonrpc':'2.0','id':'turso-companion-bridge-1','method':'initialize','"
                      "params':{'id':0}}"));
        QCOMPARE(app.lines().value(2),
                 json("{'jsonrpc':'2.0','method':'notifications/initialized'}"));
        app.say(json("{'jsonrpc':'2.0','id':'turso-companion-bridge-1','result':{'second':true}}"));
        app.say(json("{'jsonrpc':'2.0','id':2,'result':{}}"));
        QTRY_COMPARE(bridge.answers().size(), 3);
        QCOMPARE(idOf(bridge.answers().value(2)), QByteArray("2"));
        QVERIFY(!bridge.answers().join().contains("second"));
        endsCleanly(bridge);
    }

    void whatAnEndingAppHasNotReadGoesToTheNextOne()
    {
        // Never accepted, or accepted and never read: the kernel has the line, the app has not.
        const QByteArray path = m_socket.toLocal8Bit();
        for (const bool accepted : {false, true}) {
            unlink(path.constData());
            const int listener = listenOn(path);
            QVERIFY(listener >= 0);
            BridgeProcess bridge;
            bridge.start();
            bridge.say(json("{'id':1,'method':'initialize'}"));
            pollfd waiting{listener, POLLIN, 0};
            QCOMPARE(poll(&waiting, 1, 5000), 1);
            const int peer = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            QVERIFY(peer >= 0);
            QTRY_VERIFY(isInQueue(peer, "initialize"));
            PlayedApp app;
            app.answerAll();
            if (!accepted) { // this one ends, and the next connection stays in the queue
                close(peer);
                QCOMPARE(poll(&waiting, 1, 5000), 1);
            }
            // In the old one's place at once: a bridge that finds nobody would start the real app.
            const QString beside = m_socket + QStringLiteral(".new");
            QVERIFY(app.start(beside));
            QCOMPARE(rename(beside.toLocal8Bit().constData(), path.constData()), 0);
            close(listener);
            if (accepted)
                close(peer);
            QTRY_COMPARE(bridge.answers().size(), 1);
            QCOMPARE(bridge.answers().value(0),
                     json("{'id':1,'jsonrpc':'2.0','result':{'ok':true}}"));
            QCOMPARE(app.lines().size(), 2); // the hello and the request, once
            endsCleanly(bridge);
        }
    }

    void anAppThatEndsWithoutReadingAgainAndAgainIsNotTriedForEver()
    {
        const QByteArray path = m_socket.toLocal8Bit();
        const int listener = listenOn(path);
        BridgeProcess bridge;
        bridge.start();
        bridge.say(json("{'id':1,'method':'m'}"));
        pollfd waiting{listener, POLLIN, 0};
        const auto turnAway = [&] {
            if (poll(&waiting, 1, 0) == 1) {
                const int peer = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
                for (int i = 0; i < 5000 && !isInQueue(peer, "method"); ++i)
                    QTest::qWait(1);
                close(peer);
            }
            return bridge.answers().size() == 1;
        };
        QTRY_VERIFY(turnAway());
        QVERIFY(errorMessage(bridge.answers().value(0)).contains("not carried out"));
        close(listener);
        unlink(path.constData());
        bridge.kill();
        bridge.waitForFinished();
    }

    void anInitializeThatWasLostIsNotReplayed()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge;
        bridge.start();
        bridge.say(json("{'id':0,'method':'initialize'}"));
        QTRY_COMPARE(app.lines().size(), 2);
        app.stop();
        QTRY_COMPARE(bridge.answers().size(), 1);
        QVERIFY(app.start(m_socket));
        bridge.say(json("{'id':1,'method':'initialize'}"));
        QTRY_COMPARE(app.lines().size(), 2);
        QCOMPARE(app.lines().value(1), json("{'id':1,'method':'initialize'}"));
        bridge.kill();
        bridge.waitForFinished();
    }

    void anAppThatComesBackIsJoinedWithoutARequest()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge;
        bridge.start();
        QTRY_COMPARE(app.lines().size(), 1);
        app.stop();
        QVERIFY(app.start(m_socket));
        bridge.say(json("{'method':'notifications/roots/list_changed'}"));
        QTRY_COMPARE(app.lines().size(), 2);
        endsCleanly(bridge);
    }

    void aCancelledRequestIsNotWaitedFor()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge;
        bridge.start();
        bridge.say(json("{'id':1,'method':'m'}"));
        bridge.say(json("{'method':'notifications/cancelled','params':{'requestId':1}}"));
        QTRY_COMPARE(app.lines().size(), 3);
        endsCleanly(bridge);
    }

    void theEndOfInputWaitsForAnswersOnWayOnly()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge;
        bridge.start();
        bridge.say(json("{'id':1,'method':'m'}"));
        bridge.closeWriteChannel();
        QTRY_COMPARE(app.lines().size(), 2);
        QCOMPARE(bridge.state(), QProcess::Running);
        app.say(json("{'id':1,'result':{}}"));
        QTRY_COMPARE_WITH_TIMEOUT(bridge.state(), QProcess::NotRunning, 1500);
        QCOMPARE(bridge.exitCode(), 0);
        QCOMPARE(bridge.answers().size(), 1);
    }

    void theEndOfInputDoesNotWaitForEver()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge;
        bridge.start();
        bridge.say(json("{'id':1,'method':'m'}"));
        QElapsedTimer timer;
        timer.start();
        bridge.closeWriteChannel();
        QTRY_COMPARE_WITH_TIMEOUT(bridge.state(), QProcess::NotRunning, 6000);
        QCOMPARE(bridge.exitCode(), 0);
        QVERIFY2(timer.elapsed() >= 1500, "it did not wait for the answer at all");
    }

    void fiftyBridgesAtOnceAreServed()
    {
        PlayedApp app;
        app.answerAll();
        QVERIFY(app.start(m_socket));
        std::vector<std::unique_ptr<BridgeProcess>> bridges;
        for (int i = 0; i < 50; ++i) {
            bridges.push_back(std::make_unique<BridgeProcess>());
            bridges.back()->start();
            bridges.back()->say("{\"id\":" + QByteArray::number(i) + ",\"method\":\"m\"}");
        }
        for (int i = 0; i < 50; ++i) {
            QTRY_COMPARE_WITH_TIMEOUT(bridges[std::size_t(i)]->answers().size(), 1, 20000);
            QCOMPARE(idOf(bridges[std::size_t(i)]->answers().value(0)), QByteArray::number(i));
        }
        for (const auto &bridge : bridges)
            endsCleanly(*bridge);
    }

    void severalBridgesStartOneApp()
    {
        const QString bin = m_folder->filePath(QStringLiteral("bin"));
        const QString log = m_folder->filePath(QStringLiteral("starts"));
        placeProgram(bin,
                     "#!/bin/sh\necho \"$(date +%s%3N) $*\" >> '" + log.toUtf8()
                         + "'\necho noise\necho noise >&2\n");
        std::vector<std::unique_ptr<BridgeProcess>> bridges;
        for (int i = 0; i < 8; ++i) {
            bridges.push_back(std::make_unique<BridgeProcess>(
                QStringList{QStringLiteral("--profile"), QStringLiteral("/p")}, true));
            bridges.back()->setProgram(bin + QStringLiteral("/turso-companion-mcp"));
            bridges.back()->start();
            bridges.back()->say(json("{'id':1,'method':'m'}"));
        }
        QTRY_VERIFY(QFile::exists(log));
        PlayedApp app;
        app.answerAll();
        const std::string folder = Base::socketFolder("/p");
        QVERIFY(app.start(QString::fromStdString(Base::agentSocketPath("/p"))));
        for (const auto &bridge : bridges) {
            QTRY_COMPARE_WITH_TIMEOUT(bridge->answers().size(), 1, 9000);
            QCOMPARE(bridge->answers().value(0),
                     json("{'id':1,'jsonrpc':'2.0','result':{'ok':true}}"));
            endsCleanly(*bridge);
        }
        QFile file(log);
        QVERIFY(file.open(QIODevice::ReadOnly));
        // One bridge starts it, and on a slow machine again after 400 ms; never two at the same
        // time.
        qint64 before = 0;
        for (const QByteArray &line : file.readAll().trimmed().split('\n')) {
            const qint64 now = line.left(line.indexOf(' ')).toLongLong();
            QCOMPARE(line.mid(line.indexOf(' ') + 1),
                     QByteArray("--background --profile /p --port 0"));
            QVERIFY(now - before > 100);
            before = now;
        }
    }

    void aMissingAppIsSaidAtOnce()
    {
        const QString bin = m_folder->filePath(QStringLiteral("bin"));
        placeProgram(bin, {});
        BridgeProcess bridge({}, true);
        bridge.setProgram(bin + QStringLiteral("/turso-companion-mcp"));
        QProcessEnvironment environment = bridge.processEnvironment();
        environment.insert(QStringLiteral("PATH"), bin);
        bridge.setProcessEnvironment(environment);
        bridge.start();
        bridge.say(json("{'id':1,'method':'m'}"));
        QTRY_COMPARE_WITH_TIMEOUT(bridge.answers().size(), 1, 2000);
        QVERIFY(errorMessage(bridge.answers().value(0)).contains("was not found"));
        endsCleanly(bridge);
    }

    void anAppThatSaidGoodbyeIsNotStartedAgain()
    {
        const QString bin = m_folder->filePath(QStringLiteral("bin"));
        const QString log = m_folder->filePath(QStringLiteral("starts"));
        placeProgram(bin, "#!/bin/sh\necho started >> '" + log.toUtf8() + "'\n");
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge({}, true);
        bridge.setProgram(bin + QStringLiteral("/turso-companion-mcp"));
        bridge.start();
        QTRY_COMPARE(app.lines().size(), 1);
        app.say(json("{'turso_companion_bridge':1,'goodbye':true}"));
        QVERIFY(app.bridge()->waitForBytesWritten() || app.bridge()->bytesToWrite() == 0);
        app.bridge()->disconnectFromServer();
        app.stop();
        bridge.say(json("{'id':1,'method':'m'}"));
        QTRY_COMPARE_WITH_TIMEOUT(bridge.answers().size(), 1, 2000);
        QVERIFY(errorMessage(bridge.answers().value(0)).contains("it was quit"));
        QVERIFY(!QFile::exists(log));
        endsCleanly(bridge);
    }

    void anAgentThatIsGoneEndsTheBridge()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        BridgeProcess bridge;
        bridge.setArguments({QStringLiteral("-c"), bridge.program() + QStringLiteral(" | true")});
        bridge.setProgram(QStringLiteral("/bin/sh"));
        bridge.start();
        QTRY_COMPARE(bridge.state(), QProcess::NotRunning);
        QCOMPARE(bridge.exitCode(), 0);
    }

    void anAgentThatDoesNotReadHoldsTheAppBack()
    {
        PlayedApp app;
        QVERIFY(app.start(m_socket));
        const QString fifo = m_folder->filePath(QStringLiteral("out"));
        QCOMPARE(mkfifo(fifo.toUtf8().constData(), 0600), 0);
        const int reader = open(fifo.toUtf8().constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        BridgeProcess bridge;
        bridge.setStandardOutputFile(fifo);
        bridge.start();
        QTRY_COMPARE(app.lines().size(), 1);
        const QByteArray line = json("{'method':'n','params':'") + QByteArray(99'000, 'x') + "'}";
        constexpr qint64 kLines = 400;
        for (qint64 i = 0; i < kLines; ++i)
            app.say(line);
        // Most of it stays with the app: the bridge takes what it may hold, and no more.
        qint64 left = 0;
        QTRY_VERIFY(std::exchange(left, app.bridge()->bytesToWrite())
                        == app.bridge()->bytesToWrite()
                    && left < kLines * line.size());
        QTest::qWait(200);
        QVERIFY2(app.bridge()->bytesToWrite() > kLines * line.size() - 8'000'000,
                 qPrintable(QString::number(app.bridge()->bytesToWrite())));
        qint64 arrived = 0;
        std::vector<char> buffer(1 << 20);
        const auto drain = [&] {
            // A pipe holds 64 KiB: many turns in each try.
            for (int turn = 0; turn < 2000; ++turn) {
                QCoreApplication::processEvents();
                const ssize_t count = read(reader, buffer.data(), buffer.size());
                arrived += std::max<ssize_t>(count, 0);
            }
            return arrived == kLines * (line.size() + 1);
        };
        QTRY_VERIFY_WITH_TIMEOUT(drain(), 20000);
        close(reader);
        QTRY_COMPARE(bridge.state(), QProcess::NotRunning);
    }

    void wrongOptionsAreRefusedOnStderr()
    {
        BridgeProcess bridge({QStringLiteral("--nonsense")});
        bridge.start();
        QVERIFY(bridge.waitForFinished());
        QCOMPARE(bridge.exitCode(), 2);
        QCOMPARE(bridge.readAllStandardOutput(), QByteArray());
        QVERIFY(bridge.readAllStandardError().contains("--nonsense"));
    }

    // Measured against the quickest program that could do it: cat, which gives a line back without
    // asking anybody.
    void startToFirstAnswerIsQuick()
    {
        PlayedApp app;
        app.answerAll();
        QVERIFY(app.start(m_socket));
        std::vector<double> bridges;
        std::vector<double> cats;
        for (int i = 0; i < 25; ++i) {
            BridgeProcess bridge;
            bridges.push_back(startToFirstAnswer(bridge));
            QCOMPARE(bridge.answers().size(), 1);
            endsCleanly(bridge);
            BridgeProcess cat;
            cat.setProgram(QStringLiteral("/bin/cat"));
            cats.push_back(startToFirstAnswer(cat));
            QCOMPARE(cat.answers().size(), 1);
            endsCleanly(cat);
        }
        std::sort(bridges.begin(), bridges.end());
        std::sort(cats.begin(), cats.end());
        qInfo("start to first answer: median %.2f ms, best %.2f; /bin/cat %.2f, %.2f",
              bridges[bridges.size() / 2], bridges.front(), cats[cats.size() / 2], cats.front());
        // The first quarter: the rest is what else the machine has to do.
        QVERIFY(bridges[bridges.size() / 4] < 3 * cats[cats.size() / 4] + 1);
    }

private:
    static double startToFirstAnswer(BridgeProcess &program)
    {
        QElapsedTimer timer;
        timer.start();
        program.start();
        program.say(json("{'id':1,'method':'m'}"));
        QEventLoop loop;
        connect(&program, &QProcess::readyReadStandardOutput, &loop, &QEventLoop::quit);
        QTimer::singleShot(5000, &loop, &QEventLoop::quit);
        loop.exec();
        return double(timer.nsecsElapsed()) / 1e6;
    }
    static void endsCleanly(BridgeProcess &bridge)
    {
        bridge.closeWriteChannel();
        QTRY_COMPARE_WITH_TIMEOUT(bridge.state(), QProcess::NotRunning, 1500);
        QCOMPARE(bridge.exitStatus(), QProcess::NormalExit);
        QCOMPARE(bridge.exitCode(), 0);
    }
    // A socket that nobody serves: what arrives stays unread.
    static int listenOn(const QByteArray &path)
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy(path.begin(), path.end(), address.sun_path);
        const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const void *raw = &address;
        if (bind(listener, static_cast<const sockaddr *>(raw), sizeof address) == 0
            && listen(listener, 8) == 0)
            return listener;
        close(listener);
        return -1;
    }
    static bool isInQueue(int descriptor, const char *text)
    {
        char bytes[4096];
        const ssize_t count = recv(descriptor, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
        return QByteArray(bytes, std::max<ssize_t>(count, 0)).contains(text);
    }
    // A copy of the bridge, and beside it the given script as the app; no script, no app.
    static void placeProgram(const QString &folder, const QByteArray &script)
    {
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(QFile::copy(QStringLiteral(BINARY_FOLDER "/turso-companion-mcp"),
                            folder + QStringLiteral("/turso-companion-mcp")));
        if (script.isEmpty())
            return;
        QFile file(folder + QStringLiteral("/turso-companion"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(script);
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
};

QTEST_GUILESS_MAIN(tst_Bridge)
#include "tst_bridge.moc"
