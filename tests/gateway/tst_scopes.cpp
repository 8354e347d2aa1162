// SPDX-License-Identifier: GPL-3.0-or-later
// What can be granted, and who asks for it, as the person's side of the gateway says it.
#include "gateway/deskfixture.h"
#include "gateway/fakeplatform.h"
#include "gateway/grants/signins.h"
#include "gateway/manualclock.h"
#include "gateway/scopes.h"

using namespace Gateway;

namespace
{

/// A connection whose groups come when the test says so, or not at all.
class Grouped final : public Turso::Platform
{
public:
    std::vector<Turso::Database> known;
    Base::Result<std::vector<Turso::Group>> list = std::vector<Turso::Group>{};
    std::optional<Base::Error> noDatabases;

    Turso::Capabilities capabilities() const override { return {}; }
    Turso::Organization organization() const override { return {"acme", "Acme"}; }
    Base::Pending<std::vector<Turso::Group>> groups() override { return Base::readyNow(list); }
    Base::Pending<std::vector<Turso::Database>> databases(std::string) override
    {
        if (noDatabases)
            return Base::readyNow<std::vector<Turso::Database>>(
                tl::unexpected<Base::Error>(*noDatabases));
        return Base::readyNow<std::vector<Turso::Database>>(known);
    }
    Base::Pending<Turso::Database> database(std::string) override { return no(); }
    Base::Pending<Turso::Database> createDatabase(Turso::NewDatabase) override { return no(); }
    Base::Pending<std::string> deleteDatabase(std::string) override
    {
        return Base::readyNow<std::string>(Base::fail(Base::ErrorKind::Unsupported, "no"));
    }
    std::unique_ptr<Turso::Session> openSession(std::string, Turso::Privilege) override
    {
        return nullptr;
    }

private:
    static Base::Pending<Turso::Database> no()
    {
        return Base::readyNow<Turso::Database>(Base::fail(Base::ErrorKind::Unsupported, "no"));
    }
};

Mcp::Auth::ConsentQuestion signIn(bool isDocument)
{
    Mcp::Auth::ConsentQuestion question;
    question.id = "q1";
    question.client.id = isDocument ? "https://claude.ai/oauth/client.json" : "dyn_1";
    question.client.name = "Claude";
    question.client.isDocument = isDocument;
    question.redirectOwner = "127.0.0.1:4567, a program on this computer";
    question.scope = "db:read db:write";
    return question;
}

} // namespace

class tst_Scopes : public DeskFixture
{
    Q_OBJECT

private:
    static ConnectionScope scopeOf(Turso::Platform &platform, QObject &owner)
    {
        const auto pending
            = scopesOf(std::shared_ptr<Turso::Platform>(std::shared_ptr<void>(), &platform),
                       {"c1", "turso-cloud", "Cloud", "ready"}, &owner);
        if (!QTest::qWaitFor([&] { return pending.isFinished(); }))
            return {};
        return Base::resultOf(pending)->front();
    }

private Q_SLOTS:
    void databasesStandInTheirGroupsWithTheFactsThatMatter()
    {
        Grouped platform;
        platform.list = std::vector<Turso::Group>{{"default", "g1", false}, {"prod", "g2", true}};
        platform.known
            = {FakePlatform::database("a", "prod"), FakePlatform::database("b", "default"),
               FakePlatform::database("c", "elsewhere")};
        platform.known[0].configuration.deleteProtection = true;
        platform.known[1].parent = Turso::ParentDatabase{"id", "a", 5};
        platform.known[1].sizeBytes = 4096;
        QObject owner;
        const ConnectionScope scope = scopeOf(platform, owner);
        const ConnectionScope wanted{"c1",
                                     "turso-cloud",
                                     "Cloud",
                                     "acme",
                                     {{"default", false, {{"b", false, "a", 4096}}},
                                      {"prod", true, {{"a", true, {}, {}}}},
                                      {"elsewhere", false, {{"c", false, {}, {}}}}}};
        QVERIFY(scope == wanted);
    }

    void aConnectionThatCannotBeAskedSaysSoInsteadOfHidingTheOthers()
    {
        QObject owner;
        Grouped platform;
        platform.list = Base::fail(Base::ErrorKind::UpstreamError, "It cannot be reached.");
        QCOMPARE(scopeOf(platform, owner).problem, std::string("It cannot be reached."));
        platform.list = Base::fail(Base::ErrorKind::Unsupported, "It has no groups.");
        platform.known = {FakePlatform::database("a", "")};
        QVERIFY(scopeOf(platform, owner).problem.empty());
        QCOMPARE(scopeOf(platform, owner).groups.size(), std::size_t(1));
        platform.noDatabases = Base::Error{Base::ErrorKind::Unauthorized, "Sign in again.", {}, {}};
        QCOMPARE(scopeOf(platform, owner).problem, std::string("Sign in again."));
    }

    void theListHasAnEnd()
    {
        Grouped platform;
        for (std::size_t i = 0; i < kMostScopeDatabases + 7; ++i)
            platform.known.push_back(FakePlatform::database("d" + std::to_string(i), "g"));
        QObject owner;
        const ConnectionScope scope = scopeOf(platform, owner);
        QCOMPARE(scope.groups.front().databases.size(), kMostScopeDatabases);
        QCOMPARE(scope.leftOut, std::int64_t(7));
    }

    void theDeskListsItsConnection()
    {
        FakePlatform platform;
        openDesk(platform);
        const auto pending = m_desk->scopes();
        QVERIFY(QTest::qWaitFor([&] { return pending.isFinished(); }));
        const auto scopes = Base::resultOf(pending);
        QCOMPARE(scopes->size(), std::size_t(1));
        QCOMPARE(scopes->front().id, std::string("workspace"));
        QCOMPARE(scopes->front().organization, std::string("local"));
        QCOMPARE(scopes->front().groups.size(), std::size_t(2));
    }

    void aSignInSaysWhatItsNameIsWorth()
    {
        ManualClock clock;
        auto grants = std::move(
            GrantStore::open(m_folder->filePath(QStringLiteral("g")).toStdString(), clock).value());
        ApprovalQueue approvals(clock, 60'000, 8);
        SignIns signIns(grants, approvals);
        signIns.ask(signIn(true));
        auto other = signIn(false);
        other.id = "q2";
        signIns.ask(other);
        const auto open = approvals.open();
        QCOMPARE(open.size(), std::size_t(2));
        const Asker verified = open[0].asker.value();
        QVERIFY(verified.proof == Asker::Proof::Verified);
        QCOMPARE(verified.host, std::string("claude.ai"));
        QCOMPARE(verified.answerTo, std::string("127.0.0.1:4567, a program on this computer"));
        QCOMPARE(verified.scope, std::string("db:read db:write"));
        const Asker claimed = open[1].asker.value();
        QVERIFY(claimed.proof == Asker::Proof::SelfDeclared);
        QCOMPARE(claimed.host, std::string());
    }

    void aLocalProgramIsKnownByItsExecutable()
    {
        FakePlatform platform;
        openDesk(platform);
        const auto claude = bridge();
        Mcp::ToolCall request;
        request.principal = claude;
        request.tool = "list_databases";
        request.arguments = Base::Json::object();
        m_desk->toolGate().begin(request, replyTo(m_asked.emplace_back()), {});
        QTRY_COMPARE(m_desk->approvals().size(), std::size_t(1));
        const Asker asker = m_desk->approvals().front().asker.value();
        QVERIFY(asker.proof == Asker::Proof::LocalProgram);
        QCOMPARE(asker.executable, std::string("/opt/claude"));
        QCOMPARE(asker.announced, std::string("claude"));
    }
};

QTEST_GUILESS_MAIN(tst_Scopes)
#include "tst_scopes.moc"
