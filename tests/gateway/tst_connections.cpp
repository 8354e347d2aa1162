// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/deskfixture.h"
#include "gateway/fakeplatform.h"

using namespace Gateway;
using Base::ErrorKind;
using Base::Json;

/// The workspace and a cloud that both have a database demo-shop; only the cloud has "books".
class TwoConnections final : public Connections
{
    Q_OBJECT
public:
    std::shared_ptr<FakePlatform> workspace = std::make_shared<FakePlatform>();
    std::shared_ptr<FakePlatform> cloud = std::make_shared<FakePlatform>();
    bool isThere = true; ///< the cloud
    bool isUsable = true;
    std::vector<std::string> failures;

    TwoConnections() { cloud->known.push_back(FakePlatform::database("books", "default")); }
    std::vector<ConnectionInfo> list() const override
    {
        std::vector<ConnectionInfo> all = {{kWorkspace, "workspace", "Workspace", "ready"}};
        if (isThere)
            all.push_back({"co_1", "turso-cloud", "Acme", isUsable ? "ready" : "locked"});
        all.front().organization = "local";
        all.back().organization = "local";
        all.back().sentence = isUsable ? "" : "The keychain is locked.";
        return all;
    }
    bool has(const std::string &id) const override
    {
        return id == kWorkspace || (isThere && id == "co_1");
    }
    std::shared_ptr<Turso::Platform> find(const std::string &id) const override
    {
        if (id == kWorkspace)
            return workspace;
        return isUsable && has(id) ? cloud : nullptr;
    }
    void failed(const std::string &id, const Base::Error &) override { failures.push_back(id); }
    void takeAway()
    {
        isThere = false;
        Q_EMIT removed(QStringLiteral("co_1"));
    }
};

class tst_Connections : public DeskFixture
{
    Q_OBJECT

    std::unique_ptr<TwoConnections> m_two;

    void setUp() override
    {
        DeskFixture::setUp();
        m_two = std::make_unique<TwoConnections>();
        openDesk(*m_two);
    }
    void tearDown() override
    {
        DeskFixture::tearDown();
        m_two.reset();
    }
    Mcp::Principal tokenOf(const char *connection, const char *permissions = "full-access")
    {
        GrantDraft draft;
        draft.agent = "codex";
        draft.connection = connection;
        draft.permissions = Permissions::parse(permissions).value();
        return *m_desk->authenticator().byBearer(m_desk->mintToken(draft)->token);
    }
    void grant(const char *connection, const char *permissions)
    {
        GrantDraft draft;
        draft.agent = "claude";
        draft.connection = connection;
        draft.permissions = Permissions::parse(permissions).value();
        QVERIFY(m_desk->createGrant(draft));
    }
    Asked &select(const Mcp::Principal &who, const char *database = "demo-shop")
    {
        return call(who, "read_database", {{"database", database}, {"sql", "SELECT 1"}});
    }
    Asked &remove(const Mcp::Principal &who)
    {
        return call(who, "delete_from_database",
                    {{"database", "demo-shop"}, {"sql", "DELETE FROM orders WHERE id = 1"}});
    }

private Q_SLOTS:
    void aTokenSpeaksToItsConnectionOnly()
    {
        const auto here = tokenOf("workspace");
        const auto there = tokenOf("co_1");
        QCOMPARE(outcome(select(here)), std::string("ok"));
        QCOMPARE(m_two->workspace->runs.size(), std::size_t(1));
        QCOMPARE(m_two->cloud->runs.size(), std::size_t(0));
        QCOMPARE(outcome(select(there)), std::string("ok"));
        QCOMPARE(m_two->workspace->runs.size(), std::size_t(1));
        QCOMPARE(m_two->cloud->runs.size(), std::size_t(1));
        QCOMPARE(outcome(call(here, "get_database", {{"database", "books"}})),
                 std::string("not_found"));
        QCOMPARE(outcome(call(there, "get_database", {{"database", "books"}})), std::string("ok"));
        const auto seen = records("");
        QVERIFY(std::any_of(seen.begin(), seen.end(),
                            [](const auto &call) { return call.connection == "co_1"; }));
    }

    void everyToolGoesToTheConnectionOfTheGrant()
    {
        m_two->cloud->can.analytics = true;
        const auto there = tokenOf("co_1");
        QCOMPARE(outcome(call(there, "list_databases", Json::object())), std::string("ok"));
        QCOMPARE(outcome(call(there, "create_database", {{"name", "new"}})), std::string("ok"));
        QCOMPARE(m_two->cloud->created.size(), std::size_t(1));
        outcome(call(there, "database_analytics", {{"database", "books"}}));
        QCOMPARE(m_two->cloud->periods.size(), std::size_t(1));
        const Asked &asked = call(there, "delete_database", {{"database", "books"}});
        const std::string id = question();
        QCOMPARE(m_desk->approval(id)->connection, std::string("co_1"));
        QVERIFY(m_desk->approval(id)->context.find("Acme") != std::string::npos);
        QVERIFY(approve(id));
        QCOMPARE(outcome(asked), std::string("ok"));
        QCOMPARE(m_two->cloud->deleted, std::vector<std::string>{"books"});
        QVERIFY(m_two->workspace->created.empty() && m_two->workspace->deleted.empty()
                && m_two->workspace->runs.empty() && m_two->workspace->periods.empty());
    }

    void aRememberedAnswerHoldsInItsConnectionOnly()
    {
        const auto here = tokenOf("workspace");
        const auto there = tokenOf("co_1");
        const Asked &first = remove(here);
        QVERIFY(m_desk->approve(question(), Remember{Remember::Scope::Database, 600'000}, {}));
        QCOMPARE(outcome(first), std::string("ok"));
        QCOMPARE(outcome(remove(here)), std::string("ok")); // nobody is asked
        const Asked &other = remove(there);
        const std::string id = question();
        QVERIFY(!id.empty());
        QVERIFY(m_two->cloud->changes().empty());
        QVERIFY(m_desk->deny(id, {}));
        QCOMPARE(outcome(other), std::string("denied"));
    }

    void aNameThatStandsForTwoDatabasesIsRefused()
    {
        grant("workspace", "full-access");
        grant("co_1", "full-access");
        const auto agent = bridge();
        QCOMPARE(outcome(select(agent)), std::string("invalid_argument"));
        QCOMPARE(outcome(remove(agent)), std::string("invalid_argument"));
        QCOMPARE(outcome(select(agent, "books")), std::string("ok"));
        QCOMPARE(m_two->cloud->runs.size(), std::size_t(1));
        QCOMPARE(outcome(call(agent, "create_database", {{"name", "new"}})),
                 std::string("invalid_argument"));
        QVERIFY(m_two->workspace->runs.empty() && m_two->workspace->created.empty()
                && m_two->cloud->created.empty());
    }

    // Who may read here and delete there must not delete there what it meant here.
    void permissionsDoNotChooseTheConnection()
    {
        grant("workspace", "read-only");
        grant("co_1", "full-access");
        const auto agent = bridge();
        QCOMPARE(outcome(remove(agent)), std::string("invalid_argument"));
        m_two->cloud->known.clear(); // now it is the workspace's alone
        QCOMPARE(outcome(remove(agent)), std::string("not_granted"));
        QVERIFY(m_two->cloud->runs.empty() && m_two->workspace->runs.empty());
    }

    void aConnectionThatCannotBeUsedSaysSo()
    {
        const auto there = tokenOf("co_1");
        m_two->isUsable = false;
        QCOMPARE(outcome(select(there)), std::string("unauthorized"));
        m_two->isUsable = true;
        QCOMPARE(outcome(select(there)), std::string("ok"));
    }

    void whatFailsElsewhereIsTold()
    {
        const auto there = tokenOf("co_1");
        m_two->cloud->onRun = [](const FakePlatform::Run &) {
            return Base::readyNow<Turso::Outcome>(
                Base::fail(ErrorKind::UpstreamError, "Nobody is there."));
        };
        QCOMPARE(outcome(select(there)), std::string("upstream_error"));
        QCOMPARE(m_two->failures, std::vector<std::string>{"co_1"});
    }

    void aConnectionThatIsTakenAwayTakesItsGrantsAlong()
    {
        const auto here = tokenOf("workspace");
        const auto there = tokenOf("co_1");
        const Asked &waiting = remove(there);
        QVERIFY(!question().empty());
        m_two->takeAway();
        QCOMPARE(outcome(waiting), std::string("not_granted"));
        QVERIFY(m_desk->approvals().empty());
        QCOMPARE(m_desk->grants().size(), std::size_t(1));
        QCOMPARE(outcome(select(there)), std::string("not_granted"));
        QCOMPARE(outcome(select(here)), std::string("ok"));
        QVERIFY(m_two->cloud->changes().empty());
    }

    void aCallThatRunsKeepsItsPlatform()
    {
        auto promise = std::make_shared<QPromise<Base::Result<Turso::Outcome>>>();
        promise->start();
        m_two->cloud->onRun = [promise](const FakePlatform::Run &) {
            return Base::Pending<Turso::Outcome>(promise->future());
        };
        const Asked &asked = select(tokenOf("co_1"));
        QTRY_COMPARE(m_two->cloud->runs.size(), std::size_t(1));
        const std::weak_ptr<FakePlatform> cloud = m_two->cloud;
        m_two->isThere = false;
        m_two->cloud.reset();
        QVERIFY(!cloud.expired());
        promise->addResult(Base::Result<Turso::Outcome>(FakePlatform::outcome(0, false)));
        promise->finish();
        QCOMPARE(outcome(asked), std::string("ok"));
        QTRY_VERIFY(cloud.expired());
    }

    void scopesAreThoseOfAll()
    {
        m_two->isUsable = false;
        const auto pending = m_desk->scopes();
        QVERIFY(QTest::qWaitFor([&pending] { return pending.isFinished(); }));
        const auto scopes = Base::resultOf(pending).value();
        QCOMPARE(scopes.size(), std::size_t(2));
        QVERIFY(scopes[0].problem.empty() && !scopes[0].groups.empty());
        QCOMPARE(scopes[1].problem, std::string("The keychain is locked."));
    }

    void aDraftForNoConnectionIsRefused()
    {
        GrantDraft draft;
        draft.agent = "codex";
        draft.connection = "co_2";
        draft.permissions = Permissions::readOnly();
        QCOMPARE(m_desk->mintToken(draft).error().kind, ErrorKind::NotFound);
        draft.connection = "co_1";
        draft.organization = "elsewhere";
        QCOMPARE(m_desk->mintToken(draft).error().kind, ErrorKind::NotFound);
    }

    void resourcesAreThoseOfTheGrantsConnection()
    {
        const auto there = tokenOf("co_1", "read-only");
        const Asked &listed = list(there);
        QTRY_VERIFY(!listed.outcomes.empty());
        m_two->cloud->onRun = [](const FakePlatform::Run &) {
            return Base::readyNow(Base::Result<Turso::Outcome>(FakePlatform::rows(5, "[]")));
        };
        const Asked &wrong = read(there, "turso://workspace/demo-shop/schema");
        QTRY_VERIFY(!wrong.outcomes.empty());
        QVERIFY(std::holds_alternative<Mcp::RpcError>(wrong.outcomes.front()));
        const std::size_t before = m_two->cloud->runs.size();
        const Asked &right = read(there, "turso://co_1/demo-shop/schema");
        QTRY_VERIFY(!right.outcomes.empty());
        QCOMPARE(m_two->cloud->runs.size(), before + 1);
        QVERIFY(m_two->workspace->runs.empty());
    }
};

QTEST_GUILESS_MAIN(tst_Connections)
#include "tst_connections.moc"
