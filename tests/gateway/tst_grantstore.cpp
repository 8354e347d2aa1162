// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/grantstore.h"
#include "gateway/grants/identity.h"
#include "gateway/manualclock.h"
#include "support/testcase.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

using namespace Gateway;

class tst_GrantStore : public Support::TestCase
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    ManualClock m_clock;
    std::string m_file;

    GrantStore store() { return std::move(GrantStore::open(m_file, m_clock).value()); }
    static GrantDraft draft(const char *permissions = "read-only")
    {
        GrantDraft draft;
        draft.agent = "claude-desktop";
        draft.organization = "local";
        draft.permissions = Permissions::parse(permissions).value();
        return draft;
    }
    void setUp() override
    {
        static int count = 0;
        m_file = m_folder.filePath(QString::number(++count)).toStdString();
    }

private Q_SLOTS:
    void aTokenIsItsGrantAndOnlyItsHashIsKept()
    {
        auto grants = store();
        const auto minted = grants.mintToken(draft());
        QVERIFY(minted);
        QCOMPARE(grants.byToken(minted->token)->id, minted->grant.id);
        QVERIFY(!grants.byToken(minted->token + "x"));
        QVERIFY(!grants.byToken(""));
        QFile file(QString::fromStdString(m_file));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains(minted->token.c_str()));
        const auto others
            = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QVERIFY(!(QFileInfo(file).permissions() & others));
    }

    void grantsSurviveARestartUnchanged()
    {
        GrantDraft wanted = draft("read,write,delete:ask");
        wanted.group = "default";
        wanted.databases = {"a", "b"};
        wanted.expiresIn = 5'000;
        std::string token;
        std::vector<Grant> before;
        {
            auto grants = store();
            token = grants.mintToken(wanted)->token;
            QVERIFY(grants.create(draft(), "/usr/bin/agent"));
            before = grants.all();
        }
        auto again = store();
        QCOMPARE(again.all(), before);
        QVERIFY(again.byToken(token));
    }

    void expiredAndRevokedGrantsDoNotExist()
    {
        auto grants = store();
        GrantDraft brief = draft();
        brief.expiresIn = 1'000;
        const auto expiring = grants.mintToken(brief);
        const auto revoked = grants.mintToken(draft());
        QVERIFY(grants.revoke(revoked->grant.id));
        QVERIFY(!grants.byToken(revoked->token));
        QVERIFY(grants.byToken(expiring->token));
        m_clock.advance(1'000);
        QVERIFY(!grants.byToken(expiring->token));
        QVERIFY(!grants.find(expiring->grant.id));
        QVERIFY(grants.all().empty());
        QCOMPARE(grants.revoke("grant_nothing").error().kind, Base::ErrorKind::NotFound);
        QVERIFY(!store().byToken(revoked->token));
    }

    void aBridgeGrantIsBoundToItsProgram()
    {
        auto grants = store();
        QVERIFY(grants.create(draft(), "/opt/claude"));
        QCOMPARE(grants.byAgent("claude-desktop", "/opt/claude").size(), std::size_t(1));
        QVERIFY(grants.byAgent("claude-desktop", "/tmp/impostor").empty());
        QVERIFY(grants.byAgent("codex", "/opt/claude").empty());
        QVERIFY(grants.create(draft("full-access"), ""));
        QCOMPARE(grants.byAgent("claude-desktop", "/tmp/other").size(), std::size_t(1));
        const auto both = grants.byAgent("claude-desktop", "/opt/claude");
        QCOMPARE(both.size(), std::size_t(2));
        QCOMPARE(both.front().program, std::string("/opt/claude"));
    }

    void tokensAreNotForBridges()
    {
        auto grants = store();
        QVERIFY(grants.mintToken(draft()));
        QVERIFY(grants.byAgent("claude-desktop", "").empty());
    }

    void impossibleDraftsAreRefused()
    {
        auto grants = store();
        GrantDraft nameless = draft();
        nameless.agent.clear();
        QVERIFY(!grants.mintToken(nameless));
        GrantDraft spoofed = draft();
        spoofed.agent = "a\nb";
        QVERIFY(!grants.create(spoofed, ""));
        GrantDraft empty = draft();
        empty.permissions = {};
        QVERIFY(!grants.mintToken(empty));
        QVERIFY(!QFile::exists(QString::fromStdString(m_file)));
    }

    void aBrokenFileIsAnErrorAndStaysAsItIs_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("not JSON") << QByteArray("{");
        QTest::newRow("other JSON") << QByteArray("[]");
        QTest::newRow("unknown permission") << QByteArray(
            R"({"grants":[{"id":"g","agent":"a","connection":"workspace","permissions":"fly"}]})");
        QTest::newRow("no id") << QByteArray(
            R"({"grants":[{"agent":"a","connection":"workspace","permissions":"read-only"}]})");
    }
    void aBrokenFileIsAnErrorAndStaysAsItIs()
    {
        QFETCH(QByteArray, text);
        QFile file(QString::fromStdString(m_file));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        QVERIFY(!GrantStore::open(m_file, m_clock));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), text);
    }

    void aGrantThatCannotBeSavedIsNotGiven()
    {
        m_file = "/proc/nowhere/grants.json";
        auto grants = store();
        QVERIFY(!grants.mintToken(draft()));
        QVERIFY(grants.all().empty());
    }

    void coverageIsByGroupAndDatabase()
    {
        Grant grant;
        QVERIFY(covers(grant, "a", "g"));
        grant.group = "g";
        QVERIFY(covers(grant, "a", "g"));
        QVERIFY(!covers(grant, "a", "h"));
        grant.databases = {"a"};
        QVERIFY(covers(grant, "a", "g"));
        QVERIFY(!covers(grant, "b", "g"));
        QVERIFY(!covers(grant, "A", "g"));
    }

    void localProgramsAreTheirNameAndExecutable()
    {
        auto grants = store();
        Identity identity(grants);
        Mcp::PeerProgram peer;
        peer.pid = 42;
        peer.parentExecutable = "/opt/claude/claude";
        peer.parentCommand = "/opt/claude/claude --flag";
        const auto unnamed = identity.byPeer(peer);
        QCOMPARE(unnamed.agent, std::string("claude"));
        peer.announced = "claude-desktop";
        const auto named = identity.byPeer(peer);
        QCOMPARE(named.agent, std::string("claude-desktop"));
        QVERIFY(named.id != unnamed.id);
        QVERIFY(identity.grantsOf(named).empty());
        QVERIFY(identity.grantTo(named, draft()));
        QCOMPARE(identity.grantsOf(named).size(), std::size_t(1));
        QCOMPARE(identity.grantsOf(named).front().program, peer.parentExecutable);
        peer.parentExecutable = "/tmp/impostor";
        QVERIFY(identity.grantsOf(identity.byPeer(peer)).empty());
        QVERIFY(QByteArray::fromStdString(identity.describe(named)).contains("bridge process 42"));
    }
};

QTEST_GUILESS_MAIN(tst_GrantStore)
#include "tst_grantstore.moc"
