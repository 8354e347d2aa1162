// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/deskfixture.h"
#include "gateway/fakeplatform.h"
#include "mcp/auth/consent.h"

#include <QSignalSpy>

using namespace Gateway;
using Base::Json;

// Grants that change while an agent works: what counts from the next call on, what is stopped while
// it waits, and what goes on.
class tst_LiveGrants : public DeskFixture
{
    Q_OBJECT

private:
    static constexpr bool kTasks = true;
    std::unique_ptr<FakePlatform> m_platform;
    std::vector<std::shared_ptr<QPromise<Base::Result<Turso::Outcome>>>> m_held;

    void setUp() override
    {
        DeskFixture::setUp();
        m_platform = std::make_unique<FakePlatform>();
        openDesk(*m_platform);
    }
    void tearDown() override
    {
        DeskFixture::tearDown();
        m_held.clear();
    }
    // Agents are told to come back after a while that a test can wait for, and a slow machine
    // keeps.
    void beImpatient() { openDesk(*m_platform, R"({"approval_hold":"2s"})"); }
    // Runs of this kind stay until the test ends them.
    void hold(bool dryRuns)
    {
        m_platform->onRun = [this, dryRuns](const FakePlatform::Run &run) {
            if (run.script.dryRun != dryRuns)
                return Base::readyNow(
                    Base::Result<Turso::Outcome>(FakePlatform::outcome(1, run.script.dryRun)));
            auto promise = std::make_shared<QPromise<Base::Result<Turso::Outcome>>>();
            promise->start();
            m_held.push_back(promise);
            return Base::Pending<Turso::Outcome>(promise->future());
        };
    }
    void letGo(const Base::Result<Turso::Outcome> &outcome)
    {
        m_held.front()->addResult(outcome);
        m_held.front()->finish();
    }
    std::string id() const { return m_desk->grants().front().id; }
    Base::Result<Grant> narrow(const char *permissions)
    {
        GrantChange change;
        change.permissions = Permissions::parse(permissions).value();
        return m_desk->changeGrant(id(), change);
    }
    Base::Result<Grant> pause(bool on)
    {
        GrantChange change;
        change.paused = on;
        return m_desk->changeGrant(id(), change);
    }
    // By name, so that it can be a row.
    void doIt(const QByteArray &what)
    {
        GrantChange change;
        if (what == "permission")
            change.permissions = Permissions::parse("read,write,schema").value();
        else if (what == "database")
            change.databases = {"other"};
        else if (what == "group")
            change.group = "second";
        else if (what == "expiry")
            change.expiry = Expiry{m_clock.now() + 50};
        else if (what == "pause")
            change.paused = true;
        if (what == "revoke")
            QVERIFY(m_desk->revokeGrant(id()));
        else
            QVERIFY(m_desk->changeGrant(id(), change));
    }
    static std::string codeOf(const QByteArray &what)
    {
        return what == "database" || what == "group" ? "not_found" : "not_granted";
    }
    Asked &remove(const Mcp::Principal &principal, bool tasks = false, bool progress = false)
    {
        return call(principal, "delete_from_database",
                    {{"database", "demo-shop"}, {"sql", "DELETE FROM orders WHERE id = 1"}}, tasks,
                    progress);
    }
    Asked &select(const Mcp::Principal &principal)
    {
        return call(principal, "read_database", {{"database", "demo-shop"}, {"sql", "SELECT 1"}});
    }
    // A principal of each kind, with full access.
    Mcp::Principal agent(const QByteArray &kind)
    {
        GrantDraft draft;
        draft.agent = "claude";
        draft.permissions = Permissions::fullAccess();
        if (kind == "bridge") {
            m_desk->createGrant(draft).value();
            return bridge();
        }
        if (kind == "token")
            return token("full-access");
        Mcp::Auth::ConsentQuestion question;
        question.id = "q";
        question.client.id = "client";
        question.client.name = "claude";
        m_desk->signIns().ask(question);
        m_desk->approve(this->question(), {}, draft).value();
        return {Identity::tokenPrincipal(id()), "claude"};
    }
    static std::string textOf(const Asked &asked)
    {
        const auto *result = asked.get<Mcp::ToolResult>();
        return result ? result->structured : std::string();
    }

private Q_SLOTS:
    void aChangeCountsFromTheNextCallOn_data()
    {
        QTest::addColumn<QByteArray>("kind");
        for (const char *kind : {"token", "bridge", "oauth"})
            QTest::newRow(kind) << QByteArray(kind);
    }
    void aChangeCountsFromTheNextCallOn()
    {
        QFETCH(QByteArray, kind);
        const auto principal = agent(kind);
        QCOMPARE(QByteArray::fromStdString(m_desk->grants().front().kind), kind);
        QCOMPARE(outcome(select(principal)), std::string("ok"));
        const QSignalSpy ended(m_desk.get(), &FrontDesk::principalEnded);
        const QSignalSpy lists(m_desk.get(), &FrontDesk::resourcesChanged);
        m_desk->setConnected({{principal, "x"}});
        QVERIFY(narrow("analytics"));
        QCOMPARE(outcome(select(principal)), std::string("not_granted"));
        QVERIFY(narrow("read"));
        QCOMPARE(outcome(select(principal)), std::string("ok"));
        QVERIFY(pause(true));
        const Asked &paused = select(principal);
        QCOMPARE(paused.code(), std::string("not_granted"));
        QVERIFY(textOf(paused).find("paused") != std::string::npos);
        QVERIFY(pause(false));
        QCOMPARE(outcome(select(principal)), std::string("ok"));
        QCOMPARE(ended.size(), 0); // never a new login
        QCOMPARE(lists.size(), 4); // and each time its lists are other ones
        QVERIFY(m_desk->approvals().size() <= 1); // the offer of "read" at most
    }

    void aPausedAgentSeesNothing_data() { aChangeCountsFromTheNextCallOn_data(); }
    void aPausedAgentSeesNothing()
    {
        QFETCH(QByteArray, kind);
        const auto principal = agent(kind);
        const char *const kSchema = "turso://workspace/demo-shop/schema";
        const auto templates = m_desk->resources().templates(principal).size();
        const auto prompts = m_desk->prompts().prompts(principal).size();
        QVERIFY(templates > 0 && prompts > 0);
        QVERIFY(m_desk->resources().maySubscribe(principal, kSchema));
        QVERIFY(pause(true));
        QVERIFY(list(principal).names().empty());
        QVERIFY(complete(principal, "explore_database", "database").names().empty());
        QVERIFY(m_desk->resources().templates(principal).empty());
        QVERIFY(m_desk->prompts().prompts(principal).empty());
        QVERIFY(!m_desk->resources().maySubscribe(principal, kSchema));
        QCOMPARE(read(principal, kSchema).code(), std::string("not_granted"));
        QCOMPARE(call(principal, "list_databases", Json::object()).code(),
                 std::string("not_granted"));
        QCOMPARE(call(principal, "approval_wait", {{"approval_id", "x"}}).code(),
                 std::string("not_granted"));
        QVERIFY(m_platform->runs.empty());
        QVERIFY(m_desk->approvals().empty()); // and nobody is asked, as for one without a grant
        QVERIFY(pause(false));
        QCOMPARE(m_desk->resources().templates(principal).size(), templates);
        QCOMPARE(m_desk->prompts().prompts(principal).size(), prompts);
    }

    void whatTakesTheGroundAwayStopsTheCallThatWaits_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QByteArray>("how");
        for (const char *what : {"permission", "database", "group", "expiry", "pause", "revoke"}) {
            for (const char *how : {"plain", "progress", "task", "approval_wait"})
                QTest::addRow("%s, %s", what, how) << QByteArray(what) << QByteArray(how);
        }
        QTest::newRow("pause, gone") << QByteArray("pause") << QByteArray("gone");
    }
    void whatTakesTheGroundAwayStopsTheCallThatWaits()
    {
        QFETCH(QByteArray, what);
        QFETCH(QByteArray, how);
        const bool comesBack = how == "approval_wait" || how == "gone";
        if (comesBack)
            beImpatient();
        const auto principal = token("full-access");
        Asked &asked = remove(principal, how == "task", how == "progress");
        const std::string approval = question();
        Asked *waiting = &asked;
        if (comesBack) {
            QTRY_COMPARE_WITH_TIMEOUT(asked.code(), std::string("pending_approval"), 10'000);
            if (how == "approval_wait")
                waiting = &call(principal, "approval_wait", {{"approval_id", approval}});
        }
        doIt(what);
        if (how != "gone")
            QTRY_COMPARE(waiting->code(), codeOf(what));
        QTRY_VERIFY(m_desk->approvals().empty());
        QCOMPARE(m_desk->approval(approval)->state, ApprovalState::Withdrawn);
        QVERIFY(!m_desk->approve(approval, {}, {}));
        QTRY_COMPARE(records("tool:delete_from_database").front().code, codeOf(what));
        QVERIFY(m_platform->changes().empty());
    }

    void whatIsStillAllowedGoesOnWaiting_data()
    {
        QTest::addColumn<QByteArray>("change");
        for (const char *change : {"permission", "database", "group", "expiry", "asks"})
            QTest::newRow(change) << QByteArray(change);
    }
    void whatIsStillAllowedGoesOnWaiting()
    {
        QFETCH(QByteArray, change);
        const Asked &asked = remove(token("full-access"));
        const std::string approval = question();
        GrantChange less;
        if (change == "permission")
            less.permissions = Permissions::parse("delete").value();
        else if (change == "database")
            less.databases = {"demo-shop"};
        else if (change == "group")
            less.group = "default";
        else if (change == "expiry")
            less.expiry = Expiry{m_clock.now() + 600'000};
        else
            less.permissions = Permissions::parse("read,delete:ask").value();
        QVERIFY(m_desk->changeGrant(id(), less));
        QCoreApplication::processEvents();
        QVERIFY(!asked.isDone());
        QVERIFY(approve(approval));
        QTRY_COMPARE(asked.code(), std::string("ok"));
        QCOMPARE(m_platform->changes().size(), std::size_t(1));
    }

    // The group of the database is looked up while the yes has been given already.
    void aYesDoesNotOvertakeTheNarrowing()
    {
        const Asked &asked = remove(token("full-access"));
        const std::string approval = question();
        GrantChange elsewhere;
        elsewhere.group = "second";
        const bool changed = m_desk->changeGrant(id(), elsewhere).has_value();
        (void)m_desk->approve(approval, {}, {});
        QVERIFY(changed);
        QTRY_COMPARE(asked.code(), std::string("not_found"));
        QVERIFY(m_platform->changes().empty());
    }

    void aPreviewEndsWithItsGround_data()
    {
        QTest::addColumn<QByteArray>("what");
        for (const char *what : {"permission", "database", "group", "expiry", "pause", "revoke"})
            QTest::newRow(what) << QByteArray(what);
    }
    void aPreviewEndsWithItsGround()
    {
        QFETCH(QByteArray, what);
        hold(true);
        const Asked &asked = remove(token("full-access"));
        QTRY_COMPARE(m_held.size(), std::size_t(1));
        doIt(what);
        QTRY_COMPARE(asked.code(), codeOf(what));
        QVERIFY(m_platform->runs.front().cancel.isCancelled());
        letGo(FakePlatform::outcome(1, true));
        QCoreApplication::processEvents();
        QVERIFY(m_desk->approvals().empty());
        QVERIFY(m_platform->changes().empty());
    }

    // What runs already finishes; only revoking interrupts it.
    void whatRunsFinishes_data() { aPreviewEndsWithItsGround_data(); }
    void whatRunsFinishes()
    {
        QFETCH(QByteArray, what);
        hold(false);
        const auto principal = token("full-access");
        const Asked &asked
            = call(principal, "write_database",
                   {{"database", "demo-shop"}, {"sql", "INSERT INTO orders VALUES (1)"}});
        QTRY_COMPARE(m_held.size(), std::size_t(1));
        doIt(what);
        if (what == "expiry")
            QTRY_VERIFY(m_desk->grants().empty());
        QCOMPARE(m_platform->runs.front().cancel.isCancelled(), what == "revoke");
        QVERIFY(!asked.isDone());
        letGo(FakePlatform::outcome(1, false));
        QTRY_COMPARE(asked.code(), std::string("ok"));
    }

    void anExpiryEndsWhatIsOpenAtItsTime()
    {
        const auto principal = token("full-access");
        const QSignalSpy ended(m_desk.get(), &FrontDesk::principalEnded);
        const QSignalSpy grantEnded(m_desk.get(), &FrontDesk::grantEnded);
        const std::string grant = id();
        doIt("expiry");
        QTRY_COMPARE(grantEnded.size(), 1);
        QCOMPARE(grantEnded.front().front().toByteArray().toStdString(), grant);
        QCOMPARE(ended.front().front().toByteArray().toStdString(), principal.id);
        QVERIFY(m_desk->grants().empty());
        QCOMPARE(outcome(select(principal)), std::string("not_granted"));
    }

    // An answer that waits to be fetched is part of what may be paused; it is not lost by it.
    void aPausedAgentFetchesItsAnswerWhenItIsResumed()
    {
        beImpatient();
        const auto principal = token("full-access");
        const Asked &asked = remove(principal);
        const std::string approval = question();
        QTRY_COMPARE_WITH_TIMEOUT(asked.code(), std::string("pending_approval"), 10'000);
        QVERIFY(approve(approval));
        QTRY_COMPARE(m_platform->changes().size(), std::size_t(1));
        QTRY_COMPARE(records("").front().code, std::string());
        const Json fetch = {{"approval_id", approval}};
        QVERIFY(pause(true));
        QCOMPARE(call(principal, "approval_wait", fetch).code(), std::string("not_granted"));
        QVERIFY(pause(false));
        QVERIFY(narrow("read"));
        QCOMPARE(call(principal, "approval_wait", fetch).code(), std::string("not_granted"));
        QVERIFY(narrow("full-access"));
        QCOMPARE(outcome(call(principal, "approval_wait", fetch)), std::string("ok"));
        QCOMPARE(m_platform->changes().size(), std::size_t(1));
    }

    void aRememberedAnswerEndsWhenTheGrantIsNarrowed()
    {
        const auto principal = token("full-access");
        const Asked &first = remove(principal);
        QVERIFY(m_desk->approve(question(), Remember{Remember::Scope::Table, 600'000}, {}));
        QTRY_COMPARE(first.code(), std::string("ok"));
        QCOMPARE(outcome(remove(principal)), std::string("ok"));
        QVERIFY(narrow("read,delete"));
        const Asked &asked = remove(principal);
        QVERIFY(approve(question()));
        QTRY_COMPARE(asked.code(), std::string("ok"));
    }

    // Only grants for this connection count here, whatever else the agent has.
    void anAgentMayHaveAGrantOnEachConnection()
    {
        GrantDraft draft;
        draft.agent = "claude";
        draft.permissions = Permissions::readOnly();
        m_desk->createGrant(draft).value();
        m_desk.reset();
        QFile file(m_folder->filePath(QStringLiteral("grants.json")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        Json stored = Base::parseJson(file.readAll().toStdString()).value();
        file.close();
        Json elsewhere = stored["grants"][0];
        elsewhere["id"] = "grant_0";
        elsewhere["connection"] = "cloud";
        elsewhere["permissions"] = "full-access";
        stored["grants"].push_back(elsewhere);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(Base::dumpJson(stored)));
        file.close();
        openDesk(*m_platform);
        QCOMPARE(m_desk->grants().size(), std::size_t(2));
        const auto principal = bridge();
        QCOMPARE(outcome(select(principal)), std::string("ok"));
        QCOMPARE(outcome(remove(principal)), std::string("not_granted"));
        for (const Grant &grant : m_desk->grants())
            QCOMPARE(grant.lastUsedAt.has_value(), grant.connection == "workspace");
        const auto agents = m_desk->agents();
        QCOMPARE(agents.size(), std::size_t(1));
        QCOMPARE(agents.front().callsToday, std::int64_t(2));
        QVERIFY(agents.front().lastCallAt);
    }
};

QTEST_GUILESS_MAIN(tst_LiveGrants)
#include "tst_livegrants.moc"
