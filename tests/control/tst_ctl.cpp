// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "control/fakedesk.h"
#include "control/server.h"
#include "ctl/text.h"
#include "support/testcase.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>

using namespace Control;
using Base::Json;

class tst_Ctl : public Support::TestCase
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeDesk> m_desk;
    std::unique_ptr<Server> m_server;
    QString m_out;
    QString m_err;

protected:
    void setUp() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("TURSO_COMPANION_RUNTIME_DIR", m_folder->path().toUtf8());
        m_desk = std::make_unique<FakeDesk>();
        m_server = std::make_unique<Server>(*m_desk, Base::Secret("the-right-operator-key"));
        QVERIFY(m_server->listen("/p"));
        keyFile(QStringLiteral("right"), "the-right-operator-key\n");
        keyFile(QStringLiteral("wrong"), "the-wrong-operator-key\n");
        keyFile(QStringLiteral("short"), "short\n");
        keyFile(QStringLiteral("open"), "the-right-operator-key\n", true);
    }
    void tearDown() override { m_server.reset(); }

    void keyFile(const QString &name, const char *key, bool open = false)
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(key);
        auto mode = QFile::ReadOwner | QFile::WriteOwner;
        file.setPermissions(open ? mode | QFile::ReadOther : mode);
    }

    // "@right" stands for the path of that key file.
    QStringList words(const QString &line) const
    {
        QStringList list{QStringLiteral("--profile"), QStringLiteral("/p")};
        for (QString word : line.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
            if (word.startsWith(QLatin1Char('@')))
                word = m_folder->filePath(word.mid(1));
            list += word;
        }
        return list;
    }

    int run(const QString &line)
    {
        QProcess process;
        process.start(QStringLiteral(BINARY_FOLDER "/turso-companionctl"), words(line));
        if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 10000))
            return -1;
        m_out = QString::fromUtf8(process.readAllStandardOutput());
        m_err = QString::fromUtf8(process.readAllStandardError());
        return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    }

    Json json() const
    {
        auto value = Base::parseJson(m_out.toStdString());
        return value ? *value : Json("not JSON: " + m_out.toStdString());
    }

private Q_SLOTS:
    void exitCodesAreAsPromised_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("code");
        const auto row = [](const char *line, int code) {
            QTest::newRow(line) << QString::fromLatin1(line) << code;
        };
        for (const char *line :
             {"status",
              "agents",
              "connections list",
              "connections check co_1",
              "connections sign-out co_1",
              "connections audit co_1 --page 2",
              "connections databases co_1",
              "connections add --kind libsql-server --url http://127.0.0.1:8080 "
              "--operator-key-file @right",
              "connections change co_1 --name Other --operator-key-file @right",
              "connections remove co_1 --operator-key-file @right",
              "connections sign-in co_1 --operator-key-file @right",
              "tokens list",
              "tokens revoke gr_token",
              "grants",
              "grants list",
              "grants pause gr_bridge",
              "grants change gr_bridge --permissions read",
              "grants change gr_bridge --expires 8h",
              "grants change gr_bridge --permissions read,write --all-groups --all-databases "
              "--expires never --operator-key-file @right",
              "grants resume gr_bridge --operator-key-file @right",
              "grants revoke gr_bridge",
              "approvals list",
              "approvals show ap_1",
              "approvals deny ap_1",
              "approvals deny ap_1 --message=no",
              "calls",
              "calls --limit 1",
              "calls show call_1",
              "read-only on",
              "read-only on --for 30m",
              "--help",
              "--version",
              "calls --help",
              "--operator-key-file @right status",
              "tokens create --agent a --permissions read-only --operator-key-file @right",
              "grants create --agent a --permissions read,write:ask --operator-key-file @right",
              "approvals approve ap_1 --operator-key-file @right",
              "approvals approve ap_1 --remember table:15m --operator-key-file @right",
              "read-only off --operator-key-file @right",
              "workspace serve on --operator-key-file @right",
              "workspace serve on --port 0 --operator-key-file @right --json",
              "workspace serve off"})
            row(line, 0);
        for (const char *line :
             {"",
              "undo x",
              "audit verify",
              "connections add",
              "workspace serve",
              "workspace serve on now",
              "workspace serve off --port 1",
              "workspace serve on --port 65536 --operator-key-file @right",
              "workspace serve on --port x --operator-key-file @right",
              "doctor",
              "grants change gr_bridge",
              "grants change gr_bridge --group a --all-groups",
              "grants change gr_bridge --database a --all-databases",
              "grants change gr_bridge --expires soon",
              "grants change gr_bridge --permissions most",
              "grants change gr_bridge --agent other",
              "grants pause",
              "approvals",
              "tokens",
              "read-only",
              "status now",
              "calls show",
              "approvals approve",
              "calls --limit 0",
              "calls --limit x",
              "calls --limit",
              "status --limit 5",
              "status --nonsense",
              "status --json=1",
              "calls --limit 1 --limit 2",
              "approvals approve ap_1 --remember table",
              "approvals approve ap_1 --remember row:5m",
              "approvals approve ap_1 --remember table:5",
              "read-only on --for long",
              "status --operator-key-file @none",
              "tokens create --agent a --operator-key-file @right",
              "tokens create --agent a --permissions most --operator-key-file @right"})
            row(line, 2);
        for (const char *line :
             {"calls show call_x", "approvals show x", "approvals deny x", "grants revoke x",
              "grants pause x", "grants change x --permissions read", "tokens revoke gr_bridge",
              "approvals approve x --operator-key-file @right"})
            row(line, 4);
        for (const char *line :
             {"grants change gr_bridge --permissions read,write",
              "grants change gr_bridge --all-groups", "approvals approve ap_1",
              "tokens create --agent a --permissions read-only",
              "grants create --agent a --permissions read-only", "read-only off",
              "connections add --kind turso-cloud", "connections remove co_1",
              "connections sign-in co_1", "connections change co_1 --name Other",
              "workspace serve on", "workspace serve on --port 0 --operator-key-file @wrong",
              "approvals approve ap_1 --operator-key-file @wrong",
              "approvals approve ap_1 --operator-key-file @open",
              "approvals approve ap_1 --operator-key-file @short"})
            row(line, 5);
    }
    void exitCodesAreAsPromised()
    {
        QFETCH(QString, line);
        QFETCH(int, code);
        QCOMPARE(run(line), code);
        QCOMPARE(m_err.isEmpty(), code == 0);
        QCOMPARE(m_out.isEmpty(), code != 0);
        if (code == 5) {
            QVERIFY2(m_err.contains(QLatin1String("--operator-key-file"))
                         || m_err.contains(QLatin1String("chmod 600"))
                         || m_err.contains(QLatin1String("16 characters")),
                     qPrintable(m_err));
            QCOMPARE(m_desk->done, QStringList());
        }
    }

    void noAppIsExitCodeThree()
    {
        m_server.reset();
        QCOMPARE(run(QStringLiteral("status")), 3);
        QVERIFY(m_err.contains(QLatin1String("not running")));
        QCOMPARE(m_out, QString());
    }

    void jsonHasTheShapesOfTheControlApi()
    {
        QCOMPARE(run(QStringLiteral("status --json")), 0);
        QVERIFY(json() == toJson(m_desk->currentStatus));
        QCOMPARE(run(QStringLiteral("agents --json")), 0);
        QVERIFY(json() == toJsonList(m_desk->knownAgents));
        QCOMPARE(run(QStringLiteral("connections list --json")), 0);
        QVERIFY(json() == toJsonList(m_desk->currentStatus.connections));
        QCOMPARE(run(QStringLiteral("grants --json")), 0);
        QVERIFY(json() == toJsonList(m_desk->knownGrants));
        QCOMPARE(run(QStringLiteral("tokens list --json")), 0);
        QCOMPARE(json().size(), std::size_t(1));
        QCOMPARE(run(QStringLiteral("approvals list --json")), 0);
        QVERIFY(json() == toJsonList(m_desk->openApprovals));
        QCOMPARE(run(QStringLiteral("approvals show ap_1 --json")), 0);
        QVERIFY(json() == toJson(m_desk->openApprovals[0]));
        QCOMPARE(run(QStringLiteral("approvals deny ap_1 --json")), 0);
        QVERIFY(json()["state"] == Json("denied"));
        QCOMPARE(run(QStringLiteral("calls show call_1 --json")), 0);
        QVERIFY(json()["result"]["rows"][0][0] == Json(1));
        QCOMPARE(run(QStringLiteral("read-only on --json")), 0);
        QVERIFY(json()["read_only"] == Json(true));
        QCOMPARE(run(QStringLiteral(
                     "tokens create --agent ci --permissions read,delete:ask --expires 8h "
                     "--database a --database b --operator-key-file @right --json")),
                 0);
        QVERIFY(json()["token"] == Json("tct_secret"));
        QVERIFY(json()["grant"]["agent"] == Json("ci"));
        QVERIFY(json()["grant"]["permissions"] == Json("read,delete:ask"));
    }

    void callsAreLinesInTheOrderOfTime()
    {
        QCOMPARE(run(QStringLiteral("calls --json --limit 2")), 0);
        const QStringList lines = m_out.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 2);
        QVERIFY(Base::parseJson(lines[0].toStdString()).value() == toJson(m_desk->knownCalls[1]));
        QVERIFY(Base::parseJson(lines[1].toStdString()).value() == toJson(m_desk->knownCalls[0]));
        QCOMPARE(run(QStringLiteral("calls --filter agent:nobody --json")), 0);
        QCOMPARE(m_out, QString());
        QCOMPARE(m_desk->done.last(), QStringLiteral("calls agent:nobody 100"));
    }

    void theWorkspaceIsSwitchedOnByDeciders()
    {
        const QString key = QStringLiteral(" --operator-key-file @right");
        QCOMPARE(run(QStringLiteral("workspace serve on --port 0 --json")), 5);
        QCOMPARE(m_desk->done, QStringList());
        QCOMPARE(run(QStringLiteral("workspace serve on --port 0 --json") + key), 0);
        QCOMPARE(m_desk->done.takeLast(), QStringLiteral("serve 1 0"));
        QCOMPARE(m_out,
                 QStringLiteral("{\"host_suffix\":\"localhost:7\","
                                "\"platform_url\":\"http://127.0.0.1:7\","
                                "\"sql_url\":\"http://127.0.0.1:7\","
                                "\"token\":\"platform_secret\"}\n"));
        QCOMPARE(run(QStringLiteral("workspace serve on") + key), 0);
        QCOMPARE(m_desk->done.takeLast(), QStringLiteral("serve 1 -1"));
        QVERIFY(m_out.contains(QStringLiteral("platform_secret")));
        QCOMPARE(run(QStringLiteral("status")), 0);
        QVERIFY(m_out.contains(QStringLiteral("at http://127.0.0.1:7")));
        QVERIFY(!m_out.contains(QStringLiteral("platform_secret")));
        QCOMPARE(run(QStringLiteral("workspace serve on --port 80") + key), 1);
        QCOMPARE(run(QStringLiteral("workspace serve off --json")), 0); // that is less
        QCOMPARE(m_desk->done.takeLast(), QStringLiteral("serve 0 -1"));
        QVERIFY(json()["token"].is_null());
    }

    void answersReachTheDeskAsGiven()
    {
        const QString key = QStringLiteral(" --operator-key-file @right");
        QCOMPARE(run(QStringLiteral("approvals approve ap_1 --remember database:15m") + key), 0);
        QCOMPARE(m_desk->done.takeLast(), QStringLiteral("approve ap_1 2:900000"));
        m_desk->openApprovals[0].mustType = "shop-prod";
        QCOMPARE(run(QStringLiteral("approvals approve ap_1 --typed shop") + key), 2);
        QCOMPARE(m_desk->done, QStringList());
        QCOMPARE(run(QStringLiteral("approvals approve ap_1 --typed shop-prod") + key), 0);
        QCOMPARE(m_desk->done.takeLast(), QStringLiteral("approve ap_1"));
        QCOMPARE(run(QStringLiteral("approvals approve ap_1") + key), 0);
        QCOMPARE(m_desk->done.takeLast(), QStringLiteral("approve ap_1"));
        m_desk->openApprovals[0].mustType.clear();
        m_desk->openApprovals[0].kind = "consent";
        QCOMPARE(run(QStringLiteral("approvals approve ap_1 --permissions read-only --expires 1h")
                     + key),
                 0);
        QCOMPARE(m_desk->done.takeLast(),
                 QStringLiteral("approve ap_1 grant Claude Code read-only"));
        m_desk->openApprovals[0].state = Gateway::ApprovalState::Expired;
        QCOMPARE(run(QStringLiteral("approvals approve ap_1 --permissions read-only") + key), 1);
        QCOMPARE(run(QStringLiteral("read-only on --for 2h")), 0);
        QCOMPARE(m_desk->done.takeLast(), QStringLiteral("readOnly 1 7200000"));
    }

    void textFromAgentsCannotSpeakToTheTerminal()
    {
        m_desk->openApprovals[0].sentence = "\x1b[2JAll is well\r\xe2\x80\xae";
        m_desk->openApprovals[0].sql = "SELECT 1\n\x1b]0;x\x07";
        QCOMPARE(run(QStringLiteral("approvals show ap_1")), 0);
        for (const QChar c : m_out)
            QVERIFY(c == QLatin1Char('\n') || (c >= QLatin1Char(' ') && c != QChar(0x202E)));
        QVERIFY(m_out.contains(QLatin1String("\\x1b[2JAll is well")));
        QCOMPARE(run(QStringLiteral("approvals list")), 0);
        QCOMPARE(m_out.count(QLatin1Char('\n')), 2);
        m_desk->openApprovals.clear();
        QCOMPARE(run(QStringLiteral("approvals list")), 0);
        QCOMPARE(m_out, QStringLiteral("Nothing waits for you.\n"));
    }

    void followingPrintsEachCallWhenItIsOver_data()
    {
        QTest::addColumn<int>("signal");
        QTest::addColumn<bool>("filtered");
        QTest::newRow("SIGINT") << SIGINT << false;
        QTest::newRow("SIGTERM") << SIGTERM << false;
        QTest::newRow("with a filter") << SIGTERM << true;
    }
    void followingPrintsEachCallWhenItIsOver()
    {
        QFETCH(int, signal);
        QFETCH(bool, filtered);
        QProcess process;
        QStringList line = words(QStringLiteral("calls --follow --json --limit 1"));
        if (filtered)
            line << QStringLiteral("--filter") << QStringLiteral("agent:Claude Code");
        process.start(QStringLiteral(BINARY_FOLDER "/turso-companionctl"), line);
        QByteArray output;
        const auto ids = [&] {
            output += process.readAllStandardOutput();
            QStringList seen;
            for (const QByteArray &each : output.split('\n')) {
                if (const auto call = Base::parseJson(each.toStdString()))
                    seen += QString::fromStdString((*call)["call_id"].get<std::string>() + ' '
                                                   + (*call)["state"].get<std::string>());
            }
            return seen;
        };
        QStringList expected{QStringLiteral("call_3 done")};
        QTRY_COMPARE(ids(), expected);
        auto call = FakeDesk::someCall("call_4", 4000);
        for (const Gateway::CallState state :
             {Gateway::CallState::Judging, Gateway::CallState::Waiting, Gateway::CallState::Waiting,
              Gateway::CallState::Running, Gateway::CallState::Done}) {
            call.state = state;
            std::erase_if(m_desk->knownCalls, [](const auto &each) { return each.id == "call_4"; });
            m_desk->knownCalls.insert(m_desk->knownCalls.begin(), call);
            Q_EMIT m_desk->callChanged(call);
            if (state == Gateway::CallState::Waiting && expected.size() == 1) {
                expected += QStringLiteral("call_4 waiting");
                QTRY_COMPARE(ids(), expected);
            }
        }
        expected += QStringLiteral("call_4 done");
        QTRY_COMPARE(ids(), expected);
        ::kill(pid_t(process.processId()), signal);
        QTRY_COMPARE(process.state(), QProcess::NotRunning);
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 0);
        QCOMPARE(ids(), expected);
    }

    void tablesAreAlignedWhateverTheLetters()
    {
        Ctl::Table table({"A", "B"});
        table.add({"größe", "1"});
        table.add({"数据", ""});
        QCOMPARE(table.text(), std::string("A      B\ngröße  1\n数据   -\n"));
        QCOMPARE(Ctl::clipped("abcdef", 4), std::string("abc…"));
        QCOMPARE(Ctl::clipped("数据库", 4), std::string("数…"));
        QCOMPARE(Ctl::shown("a\nb", true), std::string("a\nb"));
        QCOMPARE(Ctl::shown("a\x9b"
                            "b\xc2\x9b"),
                 std::string("a\xef\xbf\xbd"
                             "b\\x9b"));
    }

    void timesAreRelative()
    {
        const Base::Millis now = 1'000'000'000;
        QCOMPARE(Ctl::relativeTime({}, now), std::string("-"));
        QCOMPARE(Ctl::relativeTime(now - 500, now), std::string("now"));
        QCOMPARE(Ctl::relativeTime(now - 90'000, now), std::string("1 min ago"));
        QCOMPARE(Ctl::relativeTime(now + 7'200'000, now), std::string("in 2 h"));
        QCOMPARE(Ctl::relativeTime(now - 90'000'000, now), std::string("1 day ago"));
        QCOMPARE(Ctl::spanText(0.42), std::string("0.4 ms"));
        QCOMPARE(Ctl::spanText(18.2), std::string("18 ms"));
        QCOMPARE(Ctl::spanText(2500), std::string("2.5 s"));
        QCOMPARE(Ctl::spanText(180'000), std::string("3 min"));
    }
};

QTEST_GUILESS_MAIN(tst_Ctl)
#include "tst_ctl.moc"
