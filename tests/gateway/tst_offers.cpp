// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/deskfixture.h"
#include "gateway/fakeplatform.h"
#include "gateway/manualclock.h"

using namespace Gateway;
using Base::Json;

// What a person is offered when an agent lacks one thing: exactly that, seldom, and nothing that an
// agent could learn from.
class tst_Offers : public DeskFixture
{
    Q_OBJECT

private:
    std::unique_ptr<FakePlatform> m_platform;
    ManualClock m_manual;

    void setUp() override
    {
        DeskFixture::setUp();
        m_platform = std::make_unique<FakePlatform>();
        m_platform->can.analytics = true;
        m_platform->known.push_back(FakePlatform::database("reports", "default"));
        m_time = &m_manual;
        openDesk(*m_platform, R"json({"approval_deadline":"1m","max_open_approvals":1})json");
    }
    std::string id() const { return m_desk->grants().front().id; }
    std::vector<Approval> offers() const
    {
        auto open = m_desk->approvals();
        std::erase_if(open, [](const Approval &approval) { return approval.kind != "widen"; });
        return open;
    }
    // Everything that was to be looked up has been.
    static void settle()
    {
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents();
    }
    const Asked &insert(const Mcp::Principal &principal, const char *database = "demo-shop")
    {
        return call(principal, "write_database",
                    {{"database", database}, {"sql", "INSERT INTO t VALUES (1)"}});
    }
    const Asked &select(const Mcp::Principal &principal, const std::string &database)
    {
        return call(principal, "read_database",
                    {{"database", database}, {"sql", "SELECT " + std::to_string(m_asked.size())}});
    }
    std::string offered()
    {
        settle();
        return offers().empty() ? std::string() : offers().front().id;
    }

private Q_SLOTS:
    void onePermissionIsOfferedAndAddedAndNothingElse_data()
    {
        QTest::addColumn<QByteArray>("permission");
        QTest::addColumn<QByteArray>("tool");
        QTest::addColumn<QByteArray>("arguments");
        QTest::addColumn<std::string>("sentence");
        const auto row = [](const char *permission, const char *tool, const char *arguments,
                            const char *sentence) {
            QTest::newRow(permission) << QByteArray(permission) << QByteArray(tool)
                                      << QByteArray(arguments) << std::string(sentence);
        };
        row("read", "read_database", R"json({"database":"demo-shop","sql":"SELECT 1"})json",
            "codex wants to read demo-shop");
        row("write", "write_database",
            R"json({"database":"demo-shop","sql":"INSERT INTO t VALUES (1)"})json",
            "codex wants to write to demo-shop");
        row("delete", "delete_from_database",
            R"json({"database":"demo-shop","sql":"DELETE FROM t"})json",
            "codex wants to delete rows from demo-shop");
        row("schema", "evolve_schema",
            R"json({"database":"demo-shop","sql":"CREATE TABLE t(a)"})json",
            "codex wants to change the schema of demo-shop");
        row("create", "create_database", R"json({"name":"fresh"})json",
            "codex wants to create databases");
        row("branch", "create_branch", R"json({"database":"demo-shop","name":"try"})json",
            "codex wants to make a branch of demo-shop");
        row("configure", "set_database_config",
            R"json({"database":"demo-shop","delete_protection":true})json",
            "codex wants to configure demo-shop");
        row("delete-database", "delete_database", R"json({"database":"demo-shop"})json",
            "codex wants to delete the database demo-shop");
        row("analytics", "database_analytics", R"json({"database":"demo-shop"})json",
            "codex wants to see the query statistics of demo-shop");
    }
    void onePermissionIsOfferedAndAddedAndNothingElse()
    {
        QFETCH(QByteArray, permission);
        QFETCH(QByteArray, tool);
        QFETCH(QByteArray, arguments);
        QFETCH(std::string, sentence);
        // Everything else, one of them asking: that must stay as it is.
        Permissions had = Permissions::fullAccess();
        const auto missing = permissionFromName(permission.toStdString()).value();
        const auto asking = missing == Permission::Read ? Permission::Write : Permission::Read;
        had.set(missing, Access::Off);
        had.set(asking, Access::Ask);
        const auto principal = token(had.text().c_str(), {}, "default");
        const Grant before = m_desk->grants().front();
        const Json what = Base::parseJson(arguments.toStdString()).value();
        const Asked &refused = call(principal, tool.constData(), what);
        QCOMPARE(refused.code(), std::string("not_granted")); // at once
        const std::string approval = offered();
        QVERIFY(!approval.empty());
        const Approval offer = offers().front();
        QCOMPARE(offer.sentence, sentence);
        QVERIFY(offer.context.find("all databases of the group default") != std::string::npos);
        QVERIFY(offer.offer.has_value());
        QVERIFY(*offer.offer == (Offer{before.id, missing, {}}));
        QVERIFY(!offer.mayRemember && offer.mustType.empty());
        QVERIFY(approve(approval));
        Grant expected = before;
        expected.permissions.set(missing, Access::On);
        QVERIFY(m_desk->grants().front() == expected);
        const Asked &again = call(principal, tool.constData(), what);
        QTRY_VERIFY(again.isDone() || !m_desk->approvals().empty());
        QVERIFY(again.code() != "not_granted" && offers().empty());
    }

    void oneDatabaseIsOfferedAndAddedAndNothingElse()
    {
        const auto principal = token("read-only", {"demo-shop"}, "default");
        const Grant before = m_desk->grants().front();
        QCOMPARE(select(principal, "reports").code(), std::string("not_found"));
        const std::string approval = offered();
        QVERIFY(!approval.empty());
        QCOMPARE(offers().front().sentence, std::string("codex wants to use reports"));
        QVERIFY(approve(approval));
        Grant expected = before;
        expected.databases.push_back("reports");
        QVERIFY(m_desk->grants().front() == expected);
        QCOMPARE(outcome(select(principal, "reports")), std::string("ok"));
    }

    // What REPLACE needs beside `write` shows only when the statement has been read.
    void aFurtherPermissionIsOfferedAsWell()
    {
        const auto principal = token("read,write", {}, "default");
        const Json replace = {{"database", "demo-shop"}, {"sql", "REPLACE INTO t VALUES (1)"}};
        const Asked &asked = call(principal, "write_database", replace);
        QTRY_COMPARE(asked.code(), std::string("not_granted"));
        QVERIFY(!offered().empty());
        QVERIFY(offers().front().offer->permission == Permission::Delete);
    }

    void anAgentCannotTellWhatExists_data()
    {
        QTest::addColumn<QByteArray>("permissions");
        QTest::addColumn<QByteArray>("group");
        QTest::newRow("databases") << QByteArray("read-only") << QByteArray();
        QTest::newRow("databases of a group") << QByteArray("read-only") << QByteArray("default");
        QTest::newRow("without the permission") << QByteArray("analytics") << QByteArray();
    }
    void anAgentCannotTellWhatExists()
    {
        QFETCH(QByteArray, permissions);
        QFETCH(QByteArray, group);
        const auto principal = token(permissions.constData(), {"demo-shop"}, group.toStdString());
        const auto answer = [&](const std::string &database) {
            const Asked &asked = select(principal, database);
            auto said = Base::parseJson(asked.get<Mcp::ToolResult>()->structured).value();
            said.erase("call_id");
            std::string text = Base::dumpJson(said); // there at once, for both
            const auto name = text.find(database);
            return name == std::string::npos ? text : text.replace(name, database.size(), "NAME");
        };
        const std::string missing = answer("nothing");
        QVERIFY(offered().empty());
        QCOMPARE(answer("reports"), missing);
        const bool isOffered = !offered().empty();
        QCOMPARE(isOffered, permissions == "read-only");
        QCOMPARE(answer("reports"), missing); // with an offer open
        if (isOffered) {
            QVERIFY(m_desk->deny(offered(), "no"));
            QCOMPARE(answer("reports"), missing); // and after a no, which it does not hear
        }
        const auto calls = records("");
        for (const CallRecord &record : calls) {
            const auto detail = m_desk->call(record.id);
            QTRY_VERIFY(detail.isFinished());
            QCOMPARE(detail.result()->approvalId, std::string());
        }
    }

    void nothingIsOffered_data()
    {
        QTest::addColumn<QByteArray>("why");
        for (const char *why :
             {"no such database", "two things are missing", "another group", "it would not help",
              "wrong arguments", "it is paused", "everything is read-only", "it only looks around",
              "the group is another"})
            QTest::newRow(why) << QByteArray(why);
    }
    void nothingIsOffered()
    {
        QFETCH(QByteArray, why);
        const bool isRead = why == "another group" || why == "it is paused";
        const auto principal = token(why == "it only looks around" ? "analytics" : "read-only",
                                     why == "it would not help" || why == "two things are missing"
                                         ? std::vector<std::string>{"demo-shop"}
                                         : std::vector<std::string>{},
                                     isRead || why == "the group is another" ? "default" : "");
        GrantChange pause;
        pause.paused = true;
        if (why == "it is paused")
            QVERIFY(m_desk->changeGrant(id(), pause));
        if (why == "everything is read-only")
            m_desk->setReadOnly(true, {});
        if (why == "no such database")
            insert(principal, "nothing");
        else if (why == "two things are missing")
            insert(principal, "reports");
        else if (why == "it would not help")
            call(principal, "create_database", {{"name", "fresh"}});
        else if (why == "wrong arguments")
            call(principal, "write_database", {{"database", "demo-shop"}, {"sql", "SELECT 1"}});
        else if (why == "it only looks around")
            list(principal);
        else if (why == "the group is another")
            call(principal, "create_database", {{"name", "fresh"}, {"group", "second"}});
        else if (isRead)
            select(principal, "other");
        else
            insert(principal);
        QVERIFY(offered().empty());
        QVERIFY(m_desk->approvals().empty());
    }

    void theSameIsOfferedOnceAndFewAtATime()
    {
        const auto principal = token("analytics");
        insert(principal);
        insert(principal, "reports");
        settle();
        QCOMPARE(offers().size(), std::size_t(1));
        select(principal, "demo-shop");
        settle();
        QCOMPARE(offers().size(), Offers::kMostOfOneGrant);
        call(principal, "create_database", {{"name", "fresh"}});
        settle();
        QCOMPARE(offers().size(), Offers::kMostOfOneGrant);
        for (std::size_t i = 0; i < 2 * Offers::kMostOpen; ++i) {
            insert(token("read-only"));
            settle();
        }
        QCOMPARE(offers().size(), Offers::kMostOpen);
        // There is still room for the one question that these settings allow.
        const Asked &asks = call(token("read:ask"), "list_databases", Json::object());
        settle();
        QVERIFY(!asks.isDone());
        QCOMPARE(m_desk->approvals().size(), Offers::kMostOpen + 1);
        const Asked &crowded = call(token("read:ask"), "list_databases", Json::object());
        QTRY_COMPARE(crowded.code(), std::string("limit_exceeded"));
    }

    void twoThatAreNotWantedBringARest_data()
    {
        QTest::addColumn<bool>("denied");
        QTest::newRow("denied") << true;
        QTest::newRow("unanswered") << false;
    }
    void twoThatAreNotWantedBringARest()
    {
        QFETCH(bool, denied);
        const auto principal = token("read-only");
        for (int i = 0; i < Offers::kMostUnheeded; ++i) {
            insert(principal);
            const std::string approval = offered();
            QVERIFY(!approval.empty());
            if (denied) {
                QVERIFY(m_desk->deny(approval, {}));
            } else {
                m_manual.advance(60'000);
                QVERIFY(!approve(approval)); // too late
            }
            QVERIFY(offers().empty());
        }
        insert(principal);
        call(principal, "create_database", {{"name", "fresh"}}); // of whatever kind
        QVERIFY(offered().empty());
        m_manual.advance(Offers::kRest - 1);
        insert(principal);
        QVERIFY(offered().empty());
        m_manual.advance(1);
        insert(principal);
        QVERIFY(!offered().empty());
    }

    void aYesBeginsTheCountAnew()
    {
        const auto principal = token("read-only");
        insert(principal);
        QVERIFY(m_desk->deny(offered(), {}));
        insert(principal);
        QVERIFY(approve(offered()));
        call(principal, "create_database", {{"name", "fresh"}});
        QVERIFY(m_desk->deny(offered(), {}));
        call(principal, "create_database", {{"name", "fresh"}});
        QVERIFY(!offered().empty());
    }

    void anOfferThatHasLostItsSenseIsWithdrawn_data()
    {
        QTest::addColumn<QByteArray>("change");
        for (const char *change : {"narrowed", "paused", "granted by hand", "revoked"})
            QTest::newRow(change) << QByteArray(change);
    }
    void anOfferThatHasLostItsSenseIsWithdrawn()
    {
        QFETCH(QByteArray, change);
        insert(token("read-only"));
        const std::string approval = offered();
        QVERIFY(!approval.empty());
        GrantChange other;
        if (change == "narrowed")
            other.permissions = Permissions::parse("read").value();
        else if (change == "paused")
            other.paused = true;
        else
            other.permissions = Permissions::parse("read,write:ask,analytics").value();
        if (change == "revoked")
            QVERIFY(m_desk->revokeGrant(id()));
        else
            QVERIFY(m_desk->changeGrant(id(), other));
        QCOMPARE(m_desk->approval(approval)->state, ApprovalState::Withdrawn);
        const auto before = m_desk->grants();
        QVERIFY(!approve(approval));
        QVERIFY(m_desk->grants() == before);
    }

    // Nor does a yes come to more than the person was told.
    void anOfferThatWouldMeanMoreIsTakenBack()
    {
        insert(token("read-only", {"demo-shop"}));
        const std::string approval = offered();
        QVERIFY(!approval.empty());
        GrantChange wider;
        wider.databases = std::vector<std::string>{};
        QVERIFY(m_desk->changeGrant(id(), wider));
        QCOMPARE(m_desk->approval(approval)->state, ApprovalState::Withdrawn);
        QVERIFY(!approve(approval));
        QVERIFY(m_desk->grants().front().permissions == Permissions::readOnly());
    }

    // It adds to what the grant is when the person says yes, not to what it was.
    void aYesAddsToTheGrantAsItIsThen()
    {
        insert(token("read-only"));
        const std::string approval = offered();
        GrantChange more;
        more.permissions = Permissions::parse("read,analytics,schema:ask").value();
        QVERIFY(m_desk->changeGrant(id(), more));
        QVERIFY(approve(approval));
        QCOMPARE(m_desk->grants().front().permissions.text(),
                 std::string("read,write,schema:ask,analytics"));
    }
};

QTEST_GUILESS_MAIN(tst_Offers)
#include "tst_offers.moc"
