// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/content/contenttools.h"
#include "gateway/content/resourceuri.h"
#include "gateway/deskfixture.h"
#include "gateway/fakeplatform.h"

#include <QSignalSpy>

using namespace Gateway;
using Base::Json;

namespace
{

constexpr char kDemo[] = "turso://workspace/demo-shop/schema"; // group default
constexpr char kOther[] = "turso://workspace/other/schema"; // group second
constexpr char kDemoTable[] = "turso://workspace/demo-shop/tables/orders";
constexpr char kOtherTable[] = "turso://workspace/other/tables/orders";
constexpr char kMissing[] = "turso://workspace/othes/schema";
constexpr char kNowhere[] = "turso://workspace/nowhere/schema";

} // namespace

// Who may list, read, complete and watch what: the consent behind resources, over a played
// connection with the databases demo-shop and other.
class tst_ContentGrants : public DeskFixture
{
    Q_OBJECT

private:
    using Strings = std::vector<std::string>;
    std::unique_ptr<FakePlatform> m_platform;

    void setUp() override
    {
        DeskFixture::setUp();
        m_platform = std::make_unique<FakePlatform>();
        m_platform->onRun = [](const FakePlatform::Run &run) {
            const std::string &sql = run.script.statements.front().text;
            const bool names = sql.starts_with("SELECT name");
            const bool table = sql.starts_with("SELECT 0");
            Turso::Outcome outcome = FakePlatform::outcome(1, run.script.dryRun);
            if (names)
                outcome = FakePlatform::rows(1, R"([["orders"],["people"]])");
            else if (table)
                outcome = FakePlatform::rows(
                    8, R"x([[0,"",0,"orders","table",0,0,"CREATE TABLE orders (id)"]])x");
            else if (run.privilege == Turso::Privilege::Read)
                outcome = FakePlatform::rows(2, R"x([["table","CREATE TABLE orders (id)"]])x");
            return Base::readyNow(Base::Result<Turso::Outcome>(std::move(outcome)));
        };
        openDesk(*m_platform);
    }

    Mcp::Principal agent(const QByteArray &kind)
    {
        if (kind == "stranger")
            return bridge("stranger");
        if (kind == "revoked") {
            const auto gone = token("full-access");
            m_desk->revokeGrant(gone.id.substr(6)).value();
            return gone;
        }
        if (kind == "let in" || kind == "let in twice") {
            GrantDraft draft;
            draft.agent = "claude";
            draft.permissions = Permissions::readOnly();
            draft.databases = {"demo-shop"};
            m_desk->createGrant(draft).value();
            if (kind == "let in twice") {
                draft.databases = {"other"};
                m_desk->createGrant(draft).value();
            }
            return bridge();
        }
        if (kind == "read off")
            return token("write,delete,schema,create,branch,configure,delete-database,analytics");
        if (kind == "read asks")
            return token("read:ask");
        if (kind == "one database")
            return token("read-only", {"demo-shop"});
        if (kind == "one group")
            return token("read-only", {}, "default");
        if (kind == "another's group")
            return token("read-only", {"demo-shop"}, "second");
        return token("read-only");
    }

    // "contents", "question", "not found", or an error's code
    // Of calls and consents; what is offered for want of a grant holds nothing up.
    std::size_t questions() const
    {
        const auto open = m_desk->approvals();
        return static_cast<std::size_t>(
            std::count_if(open.begin(), open.end(),
                          [](const Approval &approval) { return approval.kind != "widen"; }));
    }
    std::string readingGives(const Mcp::Principal &principal, const char *uri)
    {
        const std::size_t open = questions();
        const Asked &asked = read(principal, uri);
        const bool settled = QTest::qWaitFor([&] { return asked.isDone() || questions() > open; });
        if (!settled)
            return "nothing";
        if (!asked.isDone()) {
            m_desk->resources().cancel(asked.id);
            for (const Approval &approval : m_desk->approvals())
                (void)m_desk->deny(approval.id, {});
            return "question";
        }
        return !asked.text().empty() ? "contents" : asked.isNotFound() ? "not found" : asked.code();
    }

    static void addRow(const char *kind, const Strings &listed, const char *demo, const char *other,
                       const char *nowhere, bool watchesDemo, bool watchesOther)
    {
        QTest::newRow(kind) << QByteArray(kind) << listed << std::string(demo) << std::string(other)
                            << std::string(nowhere) << watchesDemo << watchesOther;
    }

private Q_SLOTS:
    void aGrantDecidesWhatIsSeen_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<Strings>("listed");
        QTest::addColumn<std::string>("demo");
        QTest::addColumn<std::string>("other");
        QTest::addColumn<std::string>("nowhere");
        QTest::addColumn<bool>("watchesDemo");
        QTest::addColumn<bool>("watchesOther");
        const char *yes = "contents";
        const char *no = "not found";
        addRow("everything", {"demo-shop", "other"}, yes, yes, yes, true, true);
        addRow("one database", {"demo-shop"}, yes, no, no, true, false);
        // Without asking the connection it cannot be told that other is of another group.
        addRow("one group", {"demo-shop"}, yes, no, no, true, true);
        addRow("another's group", {}, no, no, no, true, false);
        addRow("read asks", {}, "question", "question", "question", false, false);
        addRow("read off", {}, "not_granted", "not_granted", "not_granted", false, false);
        addRow("revoked", {}, "not_granted", "not_granted", "not_granted", false, false);
        addRow("stranger", {}, "question", "not_granted", "not_granted", false, false);
        addRow("let in", {"demo-shop"}, yes, no, no, true, false);
        addRow("let in twice", {"demo-shop", "other"}, yes, yes, no, true, true);
    }
    void aGrantDecidesWhatIsSeen()
    {
        QFETCH(QByteArray, kind);
        QFETCH(Strings, listed);
        QFETCH(std::string, demo);
        QFETCH(std::string, other);
        QFETCH(std::string, nowhere);
        QFETCH(bool, watchesDemo);
        QFETCH(bool, watchesOther);
        const auto principal = agent(kind);

        Strings uris;
        for (const std::string &name : listed) {
            uris.push_back("turso://workspace/" + name + "/schema");
            uris.push_back("turso://workspace/" + name + "/tables/orders");
            uris.push_back("turso://workspace/" + name + "/tables/people");
        }
        const Asked &all = list(principal);
        QTRY_VERIFY(all.isDone());
        QCOMPARE(all.names(), uris);
        for (const char *ref : {kSchemaTemplate, kTableTemplate, "explore_database"}) {
            const Asked &names = complete(principal, ref, "database");
            QTRY_VERIFY(names.isDone());
            QCOMPARE(names.names(), listed);
        }
        for (const char *database : {"demo-shop", "other", "nowhere"}) {
            const Asked &tables
                = complete(principal, kTableTemplate, "table", {}, {{"database", database}});
            QTRY_VERIFY(tables.isDone());
            const bool sees = std::find(listed.begin(), listed.end(), database) != listed.end()
                || (kind == "everything"); // a played connection answers for every name
            QCOMPARE(tables.names(), sees ? (Strings{"orders", "people"}) : Strings{});
        }
        QVERIFY(m_desk->approvals().empty()); // nothing of that has asked
        QCOMPARE(m_desk->resources().maySubscribe(principal, kDemo), watchesDemo);
        QCOMPARE(m_desk->resources().maySubscribe(principal, kDemoTable), watchesDemo);
        QCOMPARE(m_desk->resources().maySubscribe(principal, kOther), watchesOther);

        QCOMPARE(readingGives(principal, kDemo), demo);
        QCOMPARE(readingGives(principal, kOther), other);
        QCOMPARE(readingGives(principal, kNowhere), nowhere);
        if (demo != "question") {
            QCOMPARE(readingGives(principal, kDemoTable), demo);
            QCOMPARE(readingGives(principal, kOtherTable), other);
        }
        for (const FakePlatform::Run &run : m_platform->runs) {
            QCOMPARE(run.privilege, Turso::Privilege::Read);
            QVERIFY2(kind == "everything"
                         || std::find(listed.begin(), listed.end(), run.database) != listed.end(),
                     run.database.c_str());
        }
    }

    void whatIsForeignAndWhatIsMissingLookAlike()
    {
        const auto principal = token("read-only", {}, "default");
        const Asked &foreign = read(principal, kOther);
        const Asked &missing = read(principal, kMissing);
        const Asked &elsewhere = read(principal, "turso://cloud/other/schema");
        const Asked &nonsense = read(principal, "file:///etc/passwd");
        QTRY_VERIFY(foreign.isDone() && missing.isDone());
        QVERIFY(foreign.isNotFound() && missing.isNotFound() && elsewhere.isNotFound()
                && nonsense.isNotFound());
        const auto *one = foreign.get<Mcp::RpcError>();
        const auto *two = missing.get<Mcp::RpcError>();
        QCOMPARE(one->message, two->message);
        QCOMPARE(one->data, "{\"uri\":\"" + std::string(kOther) + "\"}");
        QCOMPARE(two->data, "{\"uri\":\"" + std::string(kMissing) + "\"}");
    }

    void readingIsOnRecordWithWhatItRan()
    {
        const auto principal = token("read-only");
        const Asked &asked = read(principal, kDemoTable);
        QTRY_COMPARE(asked.text().empty(), false);
        const auto found = records("tool:resources/read");
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found.front().database, std::string("demo-shop"));
        QCOMPARE(found.front().agent, std::string("codex"));
        QCOMPARE(found.front().statementClass, std::string("read"));
        QCOMPARE(found.front().decision, std::string("allowed"));
        QVERIFY(found.front().sql.starts_with("SELECT"));
        const Asked &listed = list(principal);
        QTRY_VERIFY(listed.isDone());
        QCOMPARE(records("tool:resources/list").size(), std::size_t(3));
        const Asked &refused = read(token("write"), kDemo);
        QTRY_COMPARE(refused.code(), std::string("not_granted"));
        QCOMPARE(records("tool:resources/read is:refused").size(), std::size_t(1));
    }

    void agentsCannotNameWhatReadsForResources()
    {
        const auto principal = token("full-access");
        for (const Tool &tool : contentTools(Settings())) {
            const std::string &name = tool.description.name;
            QVERIFY(!m_desk->toolGate().hasTool(name));
            const Asked &asked = call(principal, name.c_str(), {{"database", "demo-shop"}});
            QTRY_COMPARE(asked.code(), std::string("invalid_argument"));
        }
        for (const Mcp::ToolDescription &tool : m_desk->toolGate().tools(principal))
            QVERIFY(tool.name.find('/') == std::string::npos);
        QVERIFY(m_platform->runs.empty());
    }

    // What lists and completes keeps away from grants that ask; the pipeline does not rely on it.
    void thePipelineNeverAsksForAName_data()
    {
        QTest::addColumn<QByteArray>("permissions");
        QTest::addColumn<std::string>("code");
        QTest::newRow("on") << QByteArray("read") << std::string("ok");
        QTest::newRow("asks") << QByteArray("read:ask") << std::string("not_granted");
        QTest::newRow("off") << QByteArray("write") << std::string("not_granted");
        QTest::newRow("no grant") << QByteArray() << std::string("not_granted");
    }
    void thePipelineNeverAsksForAName()
    {
        QFETCH(QByteArray, permissions);
        QFETCH(std::string, code);
        GrantStore grants = *GrantStore::open(
            m_folder->filePath(QStringLiteral("other.json")).toStdString(), m_clock);
        Identity identity(grants);
        ApprovalQueue approvals(m_clock, 60'000, 8);
        Rules rules(m_clock);
        const Settings settings;
        History history(m_folder->filePath(QStringLiteral("other.db")).toStdString());
        history.open().waitForFinished();
        OneConnection connections(*m_platform);
        Pipeline pipeline({connections, identity, approvals, rules, history, settings, m_clock});
        Mcp::PeerProgram peer;
        peer.announced = "claude";
        peer.parentExecutable = "/opt/claude";
        const auto principal = identity.byPeer(peer);
        if (!permissions.isEmpty()) {
            GrantDraft draft;
            draft.agent = "claude";
            draft.permissions = Permissions::parse(permissions.toStdString()).value();
            QVERIFY(grants.create(draft, {}));
        }
        for (const char *tool : {kListResources, kComplete}) {
            for (const Json &arguments : {Json::object(), Json{{"database", "demo-shop"}}}) {
                Asked &asked = m_asked.emplace_back();
                pipeline.beginContent(caller(principal), tool, arguments, replyTo(asked));
                QTRY_COMPARE(asked.code(), code);
                QVERIFY(approvals.open().empty());
            }
        }
    }

    void readOnlyModeStillReads()
    {
        const auto principal = token("full-access");
        m_desk->setReadOnly(true, std::nullopt);
        QCOMPARE(readingGives(principal, kDemo), std::string("contents"));
        const Asked &all = list(principal);
        QTRY_COMPARE(all.names().size(), std::size_t(6));
    }

    void aStrangersReadAsksForConsentOnce()
    {
        const auto claude = bridge();
        const Asked &schema = read(claude, kDemo);
        const Asked &table = read(claude, kDemoTable);
        const std::string id = question();
        QCOMPARE(m_desk->approvals().size(), std::size_t(1));
        QCOMPARE(m_desk->approvals().front().kind, std::string("consent"));
        QVERIFY(!schema.isDone() && m_platform->runs.empty());
        GrantDraft draft;
        draft.permissions = Permissions::readOnly();
        QVERIFY(m_desk->approve(id, std::nullopt, draft));
        QTRY_VERIFY(!schema.text().empty() && !table.text().empty());
        QVERIFY(schema.events.empty()); // a read is never a task
        QCOMPARE(table.get<Mcp::ResourceResult>()->contents.front().mimeType,
                 std::string("application/json"));
    }

    void aGrantThatAsksShowsThePersonWhatIsRead()
    {
        const auto principal = token("read:ask");
        const Asked &asked = read(principal, kDemo);
        const std::string id = question();
        const Approval shown = m_desk->approvals().front();
        QCOMPARE(shown.sentence, std::string("codex wants to read from demo-shop"));
        QVERIFY(shown.sql.starts_with("SELECT type, sql FROM sqlite_schema"));
        QVERIFY(m_platform->runs.empty());
        QVERIFY(approve(id));
        QTRY_VERIFY(!asked.text().empty());
        const Asked &denied = read(principal, kDemo);
        QVERIFY(m_desk->deny(question(), "not this one"));
        QTRY_COMPARE(denied.code(), std::string("denied"));
        QVERIFY(denied.get<Mcp::RpcError>()->message.starts_with("not this one"));
        QCOMPARE(denied.get<Mcp::RpcError>()->code, Mcp::ErrorCode::kInternalError);
    }

    void aReadThatWaitedTooLongIsReadAgain()
    {
        openDesk(*m_platform, R"({"approval_hold":"1s"})");
        const auto principal = token("read:ask");
        const Asked &asked = read(principal, kDemo);
        const std::string id = question();
        QTRY_COMPARE_WITH_TIMEOUT(asked.code(), std::string("pending_approval"), 3'000);
        QVERIFY(asked.get<Mcp::RpcError>()->message.find("read the resource again")
                != std::string::npos);
        QVERIFY(approve(id));
        QTRY_COMPARE(records("tool:resources/read is:done").size(), std::size_t(1));
        const Asked &again = read(principal, kDemo);
        QTRY_VERIFY(!again.text().empty());
        QCOMPARE(m_platform->runs.size(), std::size_t(1));
    }

    void aReadThatNobodyHearsIsKept()
    {
        const auto principal = token("read:ask");
        const Asked &lost = read(principal, kDemo);
        const std::string id = question();
        m_desk->resources().unheard(lost.id);
        QVERIFY(approve(id));
        QTRY_COMPARE(records("tool:resources/read is:done").size(), std::size_t(1));
        const Asked &again = read(principal, kDemo);
        QTRY_VERIFY(!again.text().empty());
        QVERIFY(!lost.isDone());
        QCOMPARE(m_platform->runs.size(), std::size_t(1));
    }

    void aCancelledReadTakesItsQuestionAlong()
    {
        const Asked &asked = read(token("read:ask"), kDemo);
        const std::string id = question();
        m_desk->resources().cancel(asked.id);
        QTRY_VERIFY(m_desk->approvals().empty());
        QCOMPARE(m_desk->approval(id)->state, ApprovalState::Withdrawn);
        QVERIFY(!asked.isDone() && m_platform->runs.empty());
    }

    void whatIsRevokedInBetweenIsNotShown()
    {
        const auto principal = token("read-only");
        const std::string grant = m_desk->grants().front().id;
        const Asked &all = list(principal);
        const Asked &names = complete(principal, kTableTemplate, "database");
        const Asked &tables
            = complete(principal, kTableTemplate, "table", {}, {{"database", "demo-shop"}});
        QVERIFY(!all.isDone() && !names.isDone() && !tables.isDone());
        QVERIFY(m_desk->revokeGrant(grant));
        QTRY_VERIFY(all.isDone() && names.isDone() && tables.isDone());
        QVERIFY(all.get<Mcp::ResourceList>() && all.names().empty());
        QVERIFY(names.names().empty() && tables.names().empty());
        QVERIFY(!m_desk->resources().maySubscribe(principal, kDemo));
        QCOMPARE(readingGives(principal, kDemo), std::string("not_granted"));
    }

    void aRevokedGrantEndsAReadThatWaits()
    {
        const Asked &asked = read(token("read:ask"), kDemo);
        QVERIFY(!question().empty());
        QVERIFY(m_desk->revokeGrant(m_desk->grants().front().id));
        QTRY_COMPARE(asked.code(), std::string("not_granted"));
        QVERIFY(m_platform->runs.empty());
    }

    void whatWasLookedUpIsNotShownUnderAnotherGrant()
    {
        const auto principal = token("read-only");
        const Asked &first = complete(principal, kTableTemplate, "database");
        QTRY_COMPARE(first.names().size(), std::size_t(2));
        QVERIFY(m_desk->revokeGrant(m_desk->grants().front().id));
        const Asked &after = complete(principal, kTableTemplate, "database");
        QTRY_VERIFY(after.isDone());
        QVERIFY(after.names().empty());
    }

    void aListHasAnEnd()
    {
        m_platform->known.clear();
        for (int i = 0; i < 250; ++i)
            m_platform->known.push_back(FakePlatform::database("db" + std::to_string(i), "g"));
        const Asked &many = list(token("read-only"));
        QTRY_COMPARE(many.names().size(), std::size_t(200));
        QVERIFY(m_platform->runs.empty()); // their tables come by the template

        m_platform->known.resize(2);
        std::string rows = "[";
        for (int i = 0; i < 99; ++i)
            rows += (i > 0 ? ",[\"t" : "[\"t") + std::to_string(i) + "\"]";
        m_platform->onRun = [&rows](const FakePlatform::Run &) {
            return Base::readyNow(Base::Result<Turso::Outcome>(FakePlatform::rows(1, rows + "]")));
        };
        const Asked &few = list(token("read-only"));
        QTRY_COMPARE(few.names().size(), std::size_t(200));
        rows += ",[\"one more\"]";
        const Asked &tooMany = list(token("read-only"));
        QTRY_COMPARE(tooMany.names().size(), std::size_t(2));
    }

    void aDatabaseThatCannotBeReadIsListedWithoutTables()
    {
        m_platform->onRun = [](const FakePlatform::Run &) {
            return Base::readyNow(Base::Result<Turso::Outcome>(
                Base::fail(Base::ErrorKind::ReadOnlyMode, "Reads are blocked.")));
        };
        const Asked &all = list(token("read-only"));
        QTRY_COMPARE(all.names(), (Strings{kDemo, kOther}));
        const Asked &asked = read(token("read-only"), kDemo);
        QTRY_COMPARE(asked.code(), std::string("read_only_mode"));
    }

    void completionRanksAndCounts()
    {
        m_platform->known.clear();
        for (const char *name : {"a-shop", "Shop", "SHOPPING", "zoo", "münchen-shop"})
            m_platform->known.push_back(FakePlatform::database(name, "g"));
        const auto principal = token("read-only");
        const Asked &shop = complete(principal, "review_migration", "database", "sHoP");
        QTRY_COMPARE(shop.names(), (Strings{"Shop", "SHOPPING", "a-shop", "münchen-shop"}));
        QCOMPARE(shop.get<Mcp::Completion>()->total.value_or(0), 4);
        const Asked &folded = complete(principal, kSchemaTemplate, "database", "MÜ");
        QTRY_COMPARE(folded.names(), (Strings{"münchen-shop"}));
        const Asked &none = complete(principal, kSchemaTemplate, "database", "x%");
        QTRY_VERIFY(none.isDone() && none.names().empty());
        m_platform->known.clear();
        for (int i = 0; i < 150; ++i)
            m_platform->known.push_back(FakePlatform::database("db" + std::to_string(i), "g"));
        const Asked &many = complete(token("read-only"), kSchemaTemplate, "database", "db");
        QTRY_COMPARE(many.names().size(), std::size_t(100));
        QCOMPARE(many.get<Mcp::Completion>()->total.value_or(0), 150);
    }

    void completionKnowsItsVariables()
    {
        const auto principal = token("read-only");
        const auto values = [&](const char *ref, const char *argument,
                                const std::map<std::string, std::string> &others = {}) {
            const Asked &asked = complete(principal, ref, argument, {}, others);
            const bool done = QTest::qWaitFor([&] { return asked.isDone(); });
            return done ? asked.names() : Strings{"never answered"};
        };
        QCOMPARE(values(kTableTemplate, "connection"), (Strings{"workspace"}));
        QCOMPARE(values(kTableTemplate, "database", {{"connection", "workspace"}}).size(),
                 std::size_t(2));
        QCOMPARE(values(kTableTemplate, "database", {{"connection", "cloud"}}), Strings{});
        QCOMPARE(values(kTableTemplate, "table"), Strings{});
        QCOMPARE(values(kSchemaTemplate, "table", {{"database", "demo-shop"}}), Strings{});
        QCOMPARE(values(kTableTemplate, "column", {{"database", "demo-shop"}}), Strings{});
        QCOMPARE(values("turso://{x}", "database"), Strings{});
        QCOMPARE(values("review_migration", "migration"), Strings{});
        QCOMPARE(values("no_such_prompt", "database"), Strings{});
    }

    void typingReadsADatabaseOnceUntilItChanges()
    {
        const auto principal = token("full-access");
        const auto type = [&](const std::string &value) {
            const Asked &asked
                = complete(principal, kTableTemplate, "table", value, {{"database", "demo-shop"}});
            return QTest::qWaitFor([&] { return asked.isDone(); });
        };
        QVERIFY(type("o") && type("or") && type("ord"));
        QCOMPARE(m_platform->runs.size(), std::size_t(1));
        const Asked &evolved = call(
            principal, "evolve_schema",
            {{"database", "demo-shop"}, {"sql", "CREATE TABLE news (id INTEGER PRIMARY KEY)"}});
        QTRY_COMPARE(evolved.code(), std::string("ok"));
        QVERIFY(type("n"));
        QCOMPARE(m_platform->runs.size(), std::size_t(3));
    }

    void changesAreToldToThoseWhoMaySeeThem()
    {
        const auto everything = token("full-access");
        const auto demo = token("read-only", {"demo-shop"});
        const auto group = token("read-only", {}, "second");
        const auto blind = token("write");
        QVERIFY(m_desk->resources().maySubscribe(demo, kDemo));
        QVERIFY(m_desk->resources().maySubscribe(everything, kDemoTable));
        QVERIFY(m_desk->resources().maySubscribe(group, kDemo)); // it will never hear of it
        QSignalSpy lists(m_desk.get(), &FrontDesk::resourcesChanged);
        QSignalSpy updates(m_desk.get(), &FrontDesk::resourceUpdated);
        const auto told = [](const QSignalSpy &spy, int column, const Mcp::Principal &principal) {
            return std::count_if(spy.begin(), spy.end(), [&](const QList<QVariant> &signal) {
                return signal[column].toByteArray().toStdString() == principal.id;
            });
        };
        const auto evolve = [&](bool dryRun) {
            const Asked &asked = call(everything, "evolve_schema",
                                      {{"database", "demo-shop"},
                                       {"sql", "CREATE TABLE n (id INTEGER PRIMARY KEY)"},
                                       {"dry_run", dryRun}});
            return QTest::qWaitFor([&] { return asked.isDone(); });
        };
        QVERIFY(evolve(true));
        QVERIFY(lists.isEmpty() && updates.isEmpty());
        QVERIFY(evolve(false));
        QTRY_COMPARE(updates.size(), 4);
        QCOMPARE(told(updates, 1, everything), 2);
        QCOMPARE(told(updates, 1, demo), 2);
        QCOMPARE(told(lists, 0, demo), 1);
        QCOMPARE(told(lists, 0, blind), 0);

        lists.clear();
        const Asked &created = call(everything, "create_database", {{"name", "new"}});
        QTRY_COMPARE(created.code(), std::string("ok"));
        QCOMPARE(told(lists, 0, everything), 1);
        QCOMPARE(told(lists, 0, demo), 0);
        lists.clear();
        const Asked &deleted = call(everything, "delete_database", {{"database", "demo-shop"}});
        const std::string id = question();
        QVERIFY(lists.isEmpty());
        QVERIFY(approve(id));
        QTRY_COMPARE(deleted.code(), std::string("ok"));
        QCOMPARE(told(lists, 0, demo), 1);
        QCOMPARE(told(lists, 0, blind), 0);
    }

    void aNewGrantIsToldToTheProgramThatGotIt()
    {
        const auto claude = bridge();
        const auto other = bridge("other program");
        m_desk->setConnected({{claude, "stdio"}, {other, "stdio"}});
        QSignalSpy lists(m_desk.get(), &FrontDesk::resourcesChanged);
        const Asked &asked = read(claude, kDemo);
        GrantDraft draft;
        draft.permissions = Permissions::readOnly();
        QVERIFY(m_desk->approve(question(), std::nullopt, draft));
        QTRY_VERIFY(!asked.text().empty());
        QCOMPARE(lists.size(), 1);
        QCOMPARE(lists.front().front().toByteArray().toStdString(), claude.id);
        lists.clear();
        QVERIFY(m_desk->revokeGrant(m_desk->grants().front().id));
        QCOMPARE(lists.size(), 1);
        QCOMPARE(lists.front().front().toByteArray().toStdString(), claude.id);
    }

    void onlyTheListedSpellingIsWatched()
    {
        const auto principal = token("read-only");
        QVERIFY(m_desk->resources().maySubscribe(principal, kDemoTable));
        QVERIFY(!m_desk->resources().maySubscribe(principal,
                                                  "turso://workspace/demo-shop/tables/%6frders"));
        QVERIFY(!m_desk->resources().maySubscribe(principal, "turso://cloud/demo-shop/schema"));
        QVERIFY(!m_desk->resources().maySubscribe(principal, kTableTemplate));
    }

    void whatIsOpenAtTheEndIsLetGo()
    {
        const Asked &waiting = read(token("read:ask"), kDemo);
        QVERIFY(!question().empty());
        const Asked &listing = list(token("read-only"));
        m_desk.reset();
        QVERIFY(!waiting.isDone() && !listing.isDone());
    }
};

QTEST_GUILESS_MAIN(tst_ContentGrants)
#include "tst_contentgrants.moc"
