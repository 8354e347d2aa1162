// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/sessions.h"
#include "support/testcase.h"

using namespace Mcp;

class tst_Sessions : public Support::TestCase
{
    Q_OBJECT

private:
    static constexpr auto kKey = "0123456789abcdef";
    static Session session()
    {
        return {.revision = Revision::V2025_06_18,
                .clientName = "tester",
                .clientVersion = "9",
                .capabilities = {.elicitation = true, .roots = true}};
    }

private Q_SLOTS:
    void anIdCarriesItsSession()
    {
        Sessions sessions(kKey);
        const std::string id = sessions.open(session(), "alice");
        const auto found = sessions.find(id, "alice");
        QVERIFY(found);
        QVERIFY(found->revision == Revision::V2025_06_18);
        QCOMPARE(found->clientName, std::string("tester"));
        QCOMPARE(found->clientVersion, std::string("9"));
        QVERIFY(
            (found->capabilities == Mcp::ClientCapabilities{.elicitation = true, .roots = true}));
        QVERIFY(id.find(found->clientName) == std::string::npos);
        QVERIFY(sessions.open(session(), "alice") != id);
    }

    void anIdSurvivesARestartWithTheSameKey()
    {
        const std::string id = Sessions(kKey).open(session(), "alice");
        QVERIFY(Sessions(kKey).find(id, "alice"));
        QVERIFY(!Sessions("another key of bytes").find(id, "alice"));
        QVERIFY(!Sessions("").find(id, "alice"));
        const std::string other = Sessions("").open(session(), "alice");
        QVERIFY(!Sessions("").find(other, "alice")); // an empty key is never the key
    }

    void anIdIsOfNoUseToSomebodyElse()
    {
        Sessions sessions(kKey);
        const std::string id = sessions.open(session(), "alice");
        QVERIFY(!sessions.find(id, "bob"));
        QVERIFY(!sessions.find(id, ""));
        QVERIFY(sessions.find(id, "alice"));
        QVERIFY(!sessions.find(id, "bob")); // nor once it is known
    }

    void everyChangeOfAnIdIsNoticed()
    {
        const std::string id = Sessions(kKey).open(session(), "alice");
        for (std::size_t i = 0; i < id.size(); ++i) {
            std::string forged = id;
            forged[i] = forged[i] == 'A' ? 'B' : 'A';
            QVERIFY2(!Sessions(kKey).find(forged, "alice"), forged.c_str());
        }
        for (std::size_t i = 0; i < id.size(); ++i)
            QVERIFY(!Sessions(kKey).find(id.substr(0, i), "alice"));
        QVERIFY(!Sessions(kKey).find(id + 'A', "alice"));
        QVERIFY(!Sessions(kKey).find(id + '=', "alice"));
        QVERIFY(
            !Sessions(kKey).find(std::string(100'000, 'A') + "." + std::string(43, 'A'), "alice"));
    }

    void aTerminatedSessionStaysTerminated()
    {
        Sessions sessions(kKey);
        const std::string id = sessions.open(session(), "alice");
        const std::string other = sessions.open(session(), "alice");
        sessions.terminate(*sessions.find(id, "alice"));
        QVERIFY(!sessions.find(id, "alice"));
        QVERIFY(sessions.find(other, "alice"));
    }

    void manySessionsAreForgottenAndFoundAgain()
    {
        Sessions sessions(kKey);
        std::vector<std::string> ids;
        for (int i = 0; i < 1500; ++i) {
            ids.push_back(sessions.open(session(), "alice"));
            QVERIFY(sessions.find(ids.back(), "alice"));
        }
        for (const std::string &id : ids)
            QVERIFY(sessions.find(id, "alice"));
        sessions.terminate(*sessions.find(ids[0], "alice"));
        for (int i = 1; i < 1500; ++i)
            QVERIFY(sessions.find(ids[std::size_t(i)], "alice"));
        QVERIFY(!sessions.find(ids[0], "alice"));
    }

    void whatClientsSayOfThemselvesIsCut()
    {
        Sessions sessions(kKey);
        Session big = session();
        // 22 characters of three bytes: the 64th byte is inside of one.
        for (int i = 0; i < 100; ++i)
            big.clientName += "\xe2\x82\xac";
        big.clientVersion = std::string(100'000, '1');
        const std::string id = sessions.open(big, "alice");
        QVERIFY(id.size() < 4096);
        const auto found = sessions.find(id, "alice");
        QVERIFY(found);
        QCOMPARE(found->clientName.size(), std::size_t(63));
        QCOMPARE(found->clientVersion.size(), std::size_t(64));
    }
};

QTEST_GUILESS_MAIN(tst_Sessions)
#include "tst_sessions.moc"
