// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/branching.h"

#include <QProcess>

#include <map>
#include <set>
#include <sstream>

using namespace Turso;

/// A process is killed at any moment: what it had answered is there, and nothing is half there.
class tst_WorkspaceKill : public WorkspaceFixture
{
    Q_OBJECT

private:
    static constexpr int kKills = 200;
    static constexpr int kKillsOfOneWorkspace = 10;
    static constexpr Base::Millis kBetween = 60'000;

    /// What the victims have said of one database.
    struct Known {
        std::map<Base::Millis, std::string> states = {}; ///< hashes of contents
        std::set<Base::Millis> quiet = {}; ///< instants between commits
        std::optional<std::int64_t> limit = {};
        bool isOpen = false; ///< something was begun and not answered
    };
    std::map<std::string, Known> m_known;
    MovedClock m_clock;
    int m_answered = 0;
    int m_restored = 0;

    static std::string hashOf(const std::string &content)
    {
        return std::to_string(qHash(QByteArray::fromStdString(content), 0));
    }

    void listen(const QByteArray &said)
    {
        std::istringstream lines(said.left(said.lastIndexOf('\n') + 1).toStdString());
        std::string open;
        std::string line;
        while (std::getline(lines, line)) {
            std::istringstream words(line);
            std::string what;
            std::string name;
            std::string value;
            Base::Millis time = 0;
            words >> what;
            if (what == "state" || what == "same")
                words >> time;
            words >> name >> value;
            open = what == "begin" ? name : std::string();
            m_answered += what == "begin" ? 0 : 1;
            if (what == "state" || what == "same") {
                if (what == "same")
                    m_known[name].quiet.insert(time);
                m_known[name].states[time] = value;
                m_clock.advance(std::max<Base::Millis>(0, time - m_clock.now()));
            } else if (what == "limit") {
                m_known[name].limit = std::stoll(value);
            } else if (what == "gone") {
                m_known.erase(name);
            }
        }
        for (auto &[name, known] : m_known)
            known.isOpen = false;
        if (!open.empty())
            m_known[open].isOpen = true;
    }

    void runAndKill(unsigned seed, std::mt19937 &random)
    {
        m_clock.advance(kBetween);
        QProcess victim;
        victim.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        victim.start(QStringLiteral(BINARY_FOLDER "/../tests/workspacevictim"),
                     {m_folder->path(), QString::number(seed), QString::number(m_clock.now())});
        QVERIFY(victim.waitForReadyRead());
        // Any moment will do, once it is at work.
        QVERIFY(!victim.waitForFinished(int(random() % 60)));
        victim.kill();
        QVERIFY(victim.waitForFinished());
        QCOMPARE(victim.exitStatus(), QProcess::CrashExit);
        listen(victim.readAllStandardOutput());
    }

    void checkDatabase(const Database &database, std::mt19937 &random)
    {
        Known &known = m_known[database.name];
        const std::string name = database.name;
        QCOMPARE(rowsOf(read(name, "PRAGMA integrity_check")), std::string("[[\"ok\"]]"));
        const std::string now = hashOf(contentOf(fileOf(name)));
        if (!known.isOpen) {
            QCOMPARE(now, known.states.rbegin()->second);
            if (known.limit)
                QCOMPARE(database.configuration.sizeLimit, known.limit);
        }
        for (int i = 0; i < 2 && !known.states.empty(); ++i) {
            auto state = known.states.begin();
            std::advance(state, i == 0 ? known.states.size() - 1 : random() % known.states.size());
            if (state->first < database.createdAt.value_or(0))
                continue;
            const auto made = wait(m_workspace->createBranch(
                {.database = name, .name = "check", .group = "", .timestamp = state->first}));
            // A commit that was not answered may have been at any time after the one before it.
            if (!made && known.quiet.contains(state->first)
                && made.error().message.find("is not known") != std::string::npos)
                continue;
            QVERIFY2(made, made ? "" : made.error().message.c_str());
            QCOMPARE(hashOf(contentOf(fileOf("check"))), state->second);
            QVERIFY(wait(m_workspace->deleteDatabase("check")));
            ++m_restored;
        }
        m_clock.advance(1);
        known.quiet.insert(m_clock.now());
        known.states[m_clock.now()] = now; // whatever was open is decided
        known.limit = database.configuration.sizeLimit;
        known.isOpen = false;
    }

    void checkWorkspace(std::mt19937 &random)
    {
        m_clock.advance(kBetween);
        WorkspaceOptions options;
        options.folder = folder();
        options.clock = &m_clock;
        options.seedDemo = false;
        auto opened = Workspace::open(options);
        QVERIFY(opened);
        m_workspace = std::move(*opened);
        std::set<std::string> there;
        const auto databases = wait(m_workspace->databases(""));
        for (const Database &database : *databases) {
            there.insert(database.name);
            QVERIFY2(m_known.contains(database.name), database.name.c_str());
            checkDatabase(database, random);
            if (QTest::currentTestFailed())
                return;
        }
        for (const auto &[name, known] : m_known)
            QVERIFY2(there.contains(name) || known.isOpen, name.c_str());
        std::erase_if(m_known, [&there](const auto &one) { return !there.contains(one.first); });
        // Nothing else is left: what was half made goes.
        const QDir folders(m_folder->filePath(QStringLiteral("databases")));
        QTRY_COMPARE(folders.entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot).size(),
                     qsizetype(there.size()));
        m_workspace.reset();
    }

private Q_SLOTS:
    void whatWasAnsweredIsThereAfterAKill()
    {
        std::mt19937 random(5);
        for (int kill = 0; kill < kKills; ++kill) {
            if (kill % kKillsOfOneWorkspace == 0) {
                m_folder = quickFolder();
                m_known.clear();
            }
            runAndKill(unsigned(kill), random);
            if (!QTest::currentTestFailed())
                checkWorkspace(random);
            if (QTest::currentTestFailed()) {
                qInfo("kill %d, %s", kill, qPrintable(m_folder->path()));
                return;
            }
        }
        qInfo("%d kills, %d answers, %d instants restored", kKills, m_answered, m_restored);
        QVERIFY(m_answered > 5 * kKills && m_restored > kKills);
    }
};

QTEST_GUILESS_MAIN(tst_WorkspaceKill)
#include "tst_workspacekill.moc"
