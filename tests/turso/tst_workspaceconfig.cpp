// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspacefixture.h"

#include <atomic>
#include <thread>

using namespace Turso;
using Base::ErrorKind;

/// What a database's configuration means, and from when on.
class tst_WorkspaceConfig : public WorkspaceFixture
{
    Q_OBJECT

private:
    Base::Result<Configured> configure(const ConfigurationChange &change)
    {
        return wait(m_workspace->configureDatabase("db", change));
    }
    static std::string changedBy(const Base::Result<Configured> &done)
    {
        if (!done)
            return done.error().message;
        std::string names;
        for (const std::string &name : done->changed)
            names += name + ' ';
        return names;
    }

private Q_SLOTS:
    void whatIsGivenChangesAndStays()
    {
        open();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        QVERIFY(m_workspace->capabilities().configuration);
        QCOMPARE(changedBy(configure({})), std::string());
        QCOMPARE(changedBy(configure({.sizeLimit = 1'000'000,
                                      .deleteProtection = true,
                                      .blockWrites = true,
                                      .allowedIps = {{" 127.0.0.1 ", "", "::1", "127.0.0.1"}},
                                      .allowedAwsVpcIds = {{"vpce-1a"}}})),
                 std::string("delete_protection block_writes allowed_ips allowed_aws_vpc_ids "
                             "size_limit "));
        QCOMPARE(changedBy(configure({.deleteProtection = true, .blockReads = false})),
                 std::string());
        for (int round = 0; round < 2; ++round) {
            const DatabaseConfiguration now = wait(m_workspace->database("db"))->configuration;
            QCOMPARE(now.sizeLimit.value_or(0), std::int64_t(999424));
            QVERIFY(now.deleteProtection && now.blockWrites && !now.blockReads);
            QCOMPARE(now.allowedIps, (std::vector<std::string>{"127.0.0.1", "::1"}));
            QCOMPARE(now.allowedAwsVpcIds, std::vector<std::string>{"vpce-1a"});
            open(); // and after a restart
        }
        QCOMPARE(kindOf(wait(m_workspace->deleteDatabase("db"))), std::string("protected"));
        QCOMPARE(kindOf(write("db", "INSERT INTO t VALUES(1)")), std::string("read_only_mode"));
        QVERIFY(read("db", "SELECT 1"));
        QVERIFY(configure({.deleteProtection = false, .allowedIps = {{}}}));
        QVERIFY(wait(m_workspace->database("db"))->configuration.allowedIps.empty());
        QVERIFY(wait(m_workspace->deleteDatabase("db")));
        QCOMPARE(kindOf(configure({.blockReads = true})), std::string("not_found"));
    }

    void whatMakesNoSenseChangesNothing_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        for (const char *bad : {"10.0.0", "10.0.0.0/33", "::1/129", "::1/", "localhost",
                                "1.2.3.4/-1", "1.2.3.4/8x", "010.0.0.1.2", "1.2.3.4 5"})
            QTest::newRow(bad) << QByteArray("allowed_ips") << QByteArray(bad);
        for (const char *bad : {"vpce-", "vpc-1", "vpce-a b"})
            QTest::newRow(bad) << QByteArray("allowed_aws_vpc_ids") << QByteArray(bad);
        QTest::newRow("size") << QByteArray("size_limit") << QByteArray();
    }
    void whatMakesNoSenseChangesNothing()
    {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        open();
        QVERIFY(create("db", "").empty());
        ConfigurationChange change{.blockReads = true};
        if (key == "allowed_ips")
            change.allowedIps = {"127.0.0.1", value.toStdString()};
        else if (key == "allowed_aws_vpc_ids")
            change.allowedAwsVpcIds = {value.toStdString()};
        else
            change.sizeLimit = 4095;
        const auto done = configure(change);
        QVERIFY(!done && done.error().kind == ErrorKind::InvalidArgument);
        QCOMPARE(done.error().details, "{\"argument\":\"" + key.toStdString() + "\"}");
        QVERIFY(read("db", "SELECT 1"));
        QVERIFY(!wait(m_workspace->database("db"))->configuration.blockReads);
    }

    void allowRulesLetThisMachineInOrNobody_data()
    {
        QTest::addColumn<QByteArray>("address");
        QTest::addColumn<bool>("isIn");
        for (const char *in :
             {"127.0.0.1", "::1", "127.0.0.0/8", "0.0.0.0/0", "::/0", "127.0.0.1/32"})
            QTest::newRow(in) << QByteArray(in) << true;
        for (const char *out : {"10.0.0.1", "127.0.0.2", "128.0.0.0/8", "::2", "fe80::/10"})
            QTest::newRow(out) << QByteArray(out) << false;
    }
    void allowRulesLetThisMachineInOrNobody()
    {
        QFETCH(QByteArray, address);
        QFETCH(bool, isIn);
        open();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        QVERIFY(configure({.allowedIps = {{address.toStdString()}}}));
        const std::string expected = isIn ? "ok" : "read_only_mode";
        QCOMPARE(kindOf(read("db", "SELECT 1")), expected);
        QCOMPARE(kindOf(write("db", "INSERT INTO t VALUES(1)")), expected);
        open();
        QCOMPARE(kindOf(read("db", "SELECT 1")), expected);
        QVERIFY(configure({.allowedIps = {{}}}));
        QVERIFY(read("db", "SELECT 1"));
    }

    void aVpcListIsKeptAndSaysThatItHasNoEffect()
    {
        open();
        QVERIFY(create("db", "").empty());
        const auto done = configure({.allowedAwsVpcIds = {{"vpce-1", "vpce-1", " vpce-2"}}});
        QVERIFY(done && !done->note.empty());
        QCOMPARE(done->database.configuration.allowedAwsVpcIds.size(), std::size_t(2));
        QVERIFY(read("db", "SELECT 1"));
        QVERIFY(configure({.blockReads = false})->note.empty());
    }

    void blocksHoldForSessionsThatAreOpen()
    {
        open();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        const auto reader = m_workspace->openSession("db", Privilege::Read);
        const auto writer = m_workspace->openSession("db", Privilege::Write);
        const auto select = [&] {
            return wait(reader->execute(scriptOf("SELECT 1"), {}));
        };
        const auto insert = [&] {
            return wait(writer->execute(scriptOf("INSERT INTO t VALUES(1)"), {}));
        };
        QVERIFY(select() && insert());
        QVERIFY(configure({.blockReads = true}));
        QCOMPARE(kindOf(select()), std::string("read_only_mode"));
        QVERIFY(select().error().message.find("Operation was blocked") == 0);
        QVERIFY(select().error().details.find("BLOCKED") != std::string::npos);
        QVERIFY(insert());
        QVERIFY(configure({.blockReads = false, .blockWrites = true}));
        QVERIFY(select());
        QCOMPARE(kindOf(insert()), std::string("read_only_mode"));
        QVERIFY(configure({.blockWrites = false}));
        QVERIFY(select() && insert());
    }

    void aBlockEndsWhatRuns_data()
    {
        QTest::addColumn<bool>("reads");
        QTest::newRow("a read") << true;
        QTest::newRow("a write") << false;
    }
    void aBlockEndsWhatRuns()
    {
        QFETCH(bool, reads);
        open();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        const char *endless = reads
            ? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
            : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000) "
              "INSERT INTO t SELECT i FROM n WHERE i < 10 OR i = -1";
        const auto session
            = m_workspace->openSession("db", reads ? Privilege::Read : Privilege::Write);
        auto running = session->execute(scriptOf(endless), {});
        auto queued = session->execute(scriptOf(endless), {});
        QVERIFY(reads ? configure({.blockReads = true}) : configure({.blockWrites = true}));
        QCOMPARE(kindOf(wait(running)), std::string("read_only_mode"));
        QCOMPARE(kindOf(wait(queued)), std::string("read_only_mode"));
        QVERIFY(configure({.blockReads = false, .blockWrites = false}));
        QCOMPARE(rowsOf(read("db", "SELECT count(*) FROM t")), std::string("[[0]]"));
    }

    void aSizeLimitHoldsForTheNextWrite()
    {
        open();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        const char *large = "INSERT INTO t VALUES(zeroblob(200000))";
        QVERIFY(write("db", large));
        QVERIFY(configure({.sizeLimit = 250'000}));
        QCOMPARE(kindOf(write("db", large)), std::string("limit_exceeded"));
        QVERIFY(configure({.sizeLimit = 8192})); // less than there is: nothing can be added
        QCOMPARE(kindOf(write("db", large)), std::string("limit_exceeded"));
        QVERIFY(read("db", "SELECT 1"));
        QVERIFY(configure({.sizeLimit = 1'000'000}));
        QVERIFY(write("db", large));
    }

    void aProtectedGroupKeepsItsDatabases()
    {
        open();
        QVERIFY(create("db", "").empty());
        QVERIFY(wait(m_workspace->protectGroup("default", true))->deleteProtection);
        QVERIFY(wait(m_workspace->groups())->front().deleteProtection);
        QCOMPARE(kindOf(wait(m_workspace->deleteDatabase("db"))), std::string("protected"));
        open();
        QCOMPARE(kindOf(wait(m_workspace->deleteDatabase("db"))), std::string("protected"));
        QVERIFY(wait(m_workspace->protectGroup("default", false)));
        QVERIFY(wait(m_workspace->deleteDatabase("db")));
        QCOMPARE(kindOf(wait(m_workspace->protectGroup("nope", true))), std::string("not_found"));
    }

    void aChangeIsSeenWholeByEverybody()
    {
        open();
        QVERIFY(create("db", "CREATE TABLE t(a)").empty());
        std::atomic<bool> over = false;
        std::atomic<int> odd = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back([&] {
                const auto session = m_workspace->openSession("db", Privilege::Read);
                while (!over) {
                    const std::string kind
                        = kindOf(wait(session->execute(scriptOf("SELECT 1"), {})));
                    if (kind != "ok" && kind != "read_only_mode")
                        ++odd;
                    const auto seen = wait(m_workspace->database("db"))->configuration;
                    if (seen.blockReads != seen.blockWrites)
                        ++odd;
                }
            });
        }
        for (int i = 0; i < 40; ++i) {
            QVERIFY(configure({.blockReads = true, .blockWrites = true}));
            QCOMPARE(kindOf(read("db", "SELECT 1")), std::string("read_only_mode"));
            QVERIFY(configure({.blockReads = false, .blockWrites = false}));
            QVERIFY(read("db", "SELECT 1"));
        }
        over = true;
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(odd.load(), 0);
    }
};

QTEST_GUILESS_MAIN(tst_WorkspaceConfig)
#include "tst_workspaceconfig.moc"
