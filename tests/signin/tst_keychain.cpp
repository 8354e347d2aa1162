// SPDX-License-Identifier: GPL-3.0-or-later
// The store on a real keyring: gnome-keyring in a home and on a bus of its own.
#include "base/json.h"
#include "support/testcase.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

using Base::Json;

class KeychainTest : public Support::TestCase
{
    Q_OBJECT

private:
    void setUp() override
    {
        home = std::make_unique<QTemporaryDir>();
        profile = home->filePath(QStringLiteral("profile"));
        QVERIFY(QDir().mkpath(profile));
        patience = 0;
    }

    /// A session: its bus, `before` (a shell's words), and the programs that follow, whose lines it
    /// answers.
    std::vector<Json> session(const QString &before, const QList<QStringList> &tries,
                              const QString &bus = {}, const QString &more = {})
    {
        QString script = before;
        for (const QStringList &one : tries) {
            script += QStringLiteral("\n'" BINARY_FOLDER "/../tests/keychain-try' '") + profile
                + u'\'';
            for (const QString &word : one)
                script += QStringLiteral(" '") + word + u'\'';
        }
        script += QStringLiteral("\n") + more;
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("PATH"), qEnvironmentVariable("PATH"));
        environment.insert(QStringLiteral("HOME"), home->path());
        environment.insert(QStringLiteral("LANG"), QStringLiteral("C.UTF-8"));
        environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), home->path());
        environment.insert(QStringLiteral("XDG_DATA_HOME"), home->filePath(QStringLiteral("data")));
        if (patience > 0)
            environment.insert(QStringLiteral("PATIENCE_MS"), QString::number(patience));
        QProcess run;
        run.setProcessEnvironment(environment);
        run.setProcessChannelMode(QProcess::SeparateChannels);
        QStringList arguments;
        if (bus != u"none") {
            arguments << QStringLiteral("dbus-run-session");
            if (!bus.isEmpty())
                arguments << QStringLiteral("--config-file=") + bus;
            arguments << QStringLiteral("--");
        }
        arguments << QStringLiteral("/bin/sh") << QStringLiteral("-c") << script;
        run.start(arguments.takeFirst(), arguments);
        if (!QTest::qWaitFor([&run] { return run.state() == QProcess::NotRunning; }, 60'000)) {
            run.kill();
            run.waitForFinished();
        }
        std::vector<Json> lines;
        for (const QByteArray &line : run.readAllStandardOutput().split('\n')) {
            if (line.startsWith('{'))
                lines.push_back(*Base::parseJson(line.toStdString()));
        }
        if (lines.size() != std::size_t(tries.size()))
            qCritical("%s", run.readAllStandardError().constData());
        lines.resize(std::size_t(tries.size()));
        return lines;
    }
    static QString unlocked(const char *password = "pw")
    {
        return QStringLiteral("printf %s '%1' | gnome-keyring-daemon --unlock --components=secrets "
                              ">/dev/null")
            .arg(QLatin1String(password));
    }
    /// A keyring that runs and cannot be unlocked: nobody has said the password.
    static QString locked()
    {
        return QStringLiteral("gnome-keyring-daemon --start --components=secrets >/dev/null");
    }
    static std::string text(const Json &line, const char *key)
    {
        return Base::stringMember(line, key).value_or(std::string());
    }
    QByteArray everythingInProfile() const
    {
        QByteArray all;
        for (const QFileInfo &one : QDir(profile).entryInfoList(QDir::Files | QDir::Hidden)) {
            QFile file(one.filePath());
            if (file.open(QIODevice::ReadOnly))
                all += file.readAll();
        }
        return all;
    }
    void expectInMemory(const Json &line, const char *why)
    {
        QCOMPARE(Base::boolMember(line, "in_keychain"), std::optional(false));
        QVERIFY2(text(line, "why").find(why) != std::string::npos, line.dump().c_str());
        QCOMPARE(text(line, "read"), std::string("s3cret"));
        QVERIFY(!everythingInProfile().contains("s3cret"));
    }

    std::unique_ptr<QTemporaryDir> home;
    QString profile;
    int patience = 0;
    const QStringList write{QStringLiteral("write"), QStringLiteral("organization acme"),
                            QStringLiteral("s3cret")};
    const QStringList read{QStringLiteral("read"), QStringLiteral("organization acme")};
    const QStringList remove{QStringLiteral("remove"), QStringLiteral("organization acme")};

private Q_SLOTS:
    void keepsWhatAnotherSessionReads()
    {
        auto lines = session(unlocked(), {read, write, read});
        QCOMPARE(text(lines[0], "error"), std::string("not_found"));
        QCOMPARE(Base::boolMember(lines[1], "in_keychain"), std::optional(true));
        QCOMPARE(Base::boolMember(lines[1], "on_gateway"), std::optional(true));
        QCOMPARE(text(lines[2], "read"), std::string("s3cret"));
        lines = session(unlocked(), {read, remove, read, remove});
        QCOMPARE(text(lines[0], "read"), std::string("s3cret"));
        QCOMPARE(Base::boolMember(lines[1], "removed"), std::optional(true));
        QCOMPARE(text(lines[2], "error"), std::string("not_found"));
        QCOMPARE(Base::boolMember(lines[3], "removed"), std::optional(true));
        QVERIFY(!everythingInProfile().contains("s3cret"));
    }
    void anyNameAndAnySize()
    {
        const QString name = QStringLiteral("Größe/東京 \"x\" %s");
        const QString big(8 * 1024, u'k');
        const auto lines = session(
            unlocked(), {{QStringLiteral("write"), name, big}, {QStringLiteral("read"), name}});
        QCOMPARE(text(lines[1], "read"), big.toStdString());
    }
    void manyAtOnce()
    {
        const auto lines = session(unlocked(), {{QStringLiteral("crowd")}});
        QCOMPARE(Base::integerMember(lines[0], "good"), std::optional<long long>(20));
        QCOMPARE(everythingInProfile().count("account"),
                 20 + 20); // the word stands in each name too
    }
    void profilesDoNotTakeEachOthers()
    {
        session(unlocked(), {write});
        profile = home->filePath(QStringLiteral("other"));
        QVERIFY(QDir().mkpath(profile));
        const QStringList other{write[0], write[1], QStringLiteral("another")};
        QCOMPARE(text(session(unlocked(), {other, read})[1], "read"), std::string("another"));
        profile = home->filePath(QStringLiteral("profile"));
        QCOMPARE(text(session(unlocked(), {read})[0], "read"), std::string("s3cret"));
    }
    void lockedIsNotEmpty()
    {
        session(unlocked(), {write});
        patience = 3'000;
        const QStringList other{write[0], write[1], QStringLiteral("another")};
        auto lines = session(locked(), {read, other, remove});
        QCOMPARE(text(lines[0], "error"), std::string("unauthorized"));
        QCOMPARE(text(lines[0], "details"), std::string(R"x({"keychain":"locked"})x"));
        QCOMPARE(Base::boolMember(lines[1], "in_keychain"), std::optional(false));
        QCOMPARE(text(lines[1], "read"), std::string("another"));
        QCOMPARE(text(lines[2], "error"), std::string("upstream_error"));
        patience = 0;
        lines = session(unlocked(), {read});
        QCOMPARE(text(lines[0], "read"), std::string("s3cret")); // as it was
    }
    void aKeyringThatIsGone()
    {
        session(unlocked(), {write});
        QFile bus(home->filePath(QStringLiteral("bus.conf")));
        QVERIFY(bus.open(QIODevice::WriteOnly));
        bus.write("<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>"
                  "<policy context=\"default\"><allow send_destination=\"*\"/>"
                  "<allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>");
        bus.close();
        const auto lines = session({}, {read, write}, bus.fileName());
        QCOMPARE(text(lines[0], "error"), std::string("unauthorized"));
        QVERIFY(text(lines[0], "message").starts_with("No keyring is running on this desktop"));
        expectInMemory(lines[1], "No keyring is running on this desktop, so");
    }
    void noBusAtAll()
    {
        const auto lines = session({}, {write, read}, QStringLiteral("none"));
        expectInMemory(lines[0], "No keyring is running on this desktop, so");
        QCOMPARE(text(lines[1], "error"), std::string("not_found")); // it was another start
    }
    void aKeyringThatDoesNotAnswer()
    {
        session(unlocked(), {write});
        patience = 1'000;
        QElapsedTimer clock;
        clock.start();
        // It has the name on the bus, and says nothing.
        const QString stopped = QStringLiteral(
            "\npid() { dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / "
            "org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets "
            "2>/dev/null | awk '{print $2}'; }\n"
            "until [ \"$(pid)\" ]; do sleep 0.05; done\nkeyring=$(pid)\nkill -STOP $keyring");
        const auto lines = session(unlocked() + stopped, {read, write}, {},
                                   QStringLiteral("kill -KILL $keyring"));
        QCOMPARE(text(lines[0], "error"), std::string("unauthorized"));
        QVERIFY(text(lines[0], "message").find("did not answer in time") != std::string::npos);
        expectInMemory(lines[1], "did not answer in time");
        QVERIFY(clock.elapsed() < 30'000);
    }
};

QTEST_GUILESS_MAIN(KeychainTest)
#include "tst_keychain.moc"
