// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/deskfixture.h"
#include "gateway/fakeplatform.h"
#include "gateway/manualclock.h"

#include <map>
#include <set>

using Base::Json;

namespace
{

constexpr const char *kPermissions[]
    = {"read",   "write",     "delete",          "schema",   "create",
       "branch", "configure", "delete-database", "analytics"};
constexpr const char *kAccesses[] = {"off", "ask", "on"};

// The table of the tools' API, "Permissions and annotations", one row for each thing that it tells
// apart.
struct Row {
    const char *name;
    const char *tool;
    const char *arguments;
    std::vector<std::string> permissions; ///< the tool's own first
    bool asks; ///< by default
    bool changes;
    const char *ran = "ok"; ///< what it answers when it was let through to the played connection
};

const std::vector<Row> kRows = {
    {"list", "list_databases", "{}", {"read"}, false, false},
    {"list of a group", "list_databases", R"json({"group":"default"})json", {"read"}, false, false},
    {"get", "get_database", R"json({"database":"demo-shop"})json", {"read"}, false, false},
    {"branches",
     "list_branches",
     R"json({"database":"demo-shop"})json",
     {"read"},
     false,
     false,
     "unsupported"},
    {"analytics",
     "database_analytics",
     R"json({"database":"demo-shop"})json",
     {"analytics"},
     false,
     false},
    {"select",
     "read_database",
     R"json({"database":"demo-shop","sql":"SELECT 1"})json",
     {"read"},
     false,
     false},
    {"insert",
     "write_database",
     R"json({"database":"demo-shop","sql":"INSERT INTO orders VALUES (1)"})json",
     {"write"},
     false,
     true},
    {"update of few",
     "write_database",
     R"json({"database":"demo-shop","sql":"UPDATE orders SET a = 1 WHERE id = 1"})json",
     {"write"},
     false,
     true},
    {"update of many",
     "write_database",
     R"json({"database":"demo-shop","sql":"UPDATE orders SET a = 1 WHERE id > 'many'"})json",
     {"write"},
     true,
     true},
    {"update of all",
     "write_database",
     R"json({"database":"demo-shop","sql":"UPDATE orders SET a = 1"})json",
     {"write"},
     true,
     true},
    {"replace",
     "write_database",
     R"json({"database":"demo-shop","sql":"REPLACE INTO orders VALUES (1)"})json",
     {"write", "delete"},
     true,
     true},
    {"delete",
     "delete_from_database",
     R"json({"database":"demo-shop","sql":"DELETE FROM orders WHERE id = 1"})json",
     {"delete"},
     true,
     true},
    {"create table",
     "evolve_schema",
     R"json({"database":"demo-shop","sql":"CREATE TABLE t(a)"})json",
     {"schema"},
     false,
     true},
    {"drop table",
     "evolve_schema",
     R"json({"database":"demo-shop","sql":"DROP TABLE orders"})json",
     {"schema"},
     true,
     true},
    {"create", "create_database", R"json({"name":"fresh"})json", {"create"}, false, true},
    {"create in a group",
     "create_database",
     R"json({"name":"fresh","group":"default"})json",
     {"create"},
     false,
     true},
    {"branch",
     "create_branch",
     R"json({"database":"demo-shop","name":"try"})json",
     {"branch"},
     false,
     true,
     "unsupported"},
    {"protect",
     "set_database_config",
     R"json({"database":"demo-shop","delete_protection":true})json",
     {"configure"},
     false,
     true},
    {"unprotect",
     "set_database_config",
     R"json({"database":"demo-shop","delete_protection":false})json",
     {"configure"},
     true,
     true},
    {"delete database",
     "delete_database",
     R"json({"database":"demo-shop"})json",
     {"delete-database"},
     true,
     true},
    {"wait",
     "approval_wait",
     R"json({"approval_id":"approval_none"})json",
     {},
     false,
     false,
     "not_found"},
};

// A grant as the test wrote it, for the database demo-shop of the group default.
struct Given {
    std::map<std::string, std::string> access;
    std::string group;
    std::vector<std::string> databases;

    std::string text() const
    {
        std::string text;
        for (const auto &[permission, value] : access) {
            if (value != "off")
                text += (text.empty() ? "" : ",") + permission + (value == "ask" ? ":ask" : "");
        }
        return text;
    }
    bool hasDatabase() const
    {
        return (group.empty() || group == "default")
            && (databases.empty() || databases.front() == "demo-shop");
    }
};

// What the table says, and nothing of the product's code.
std::string expected(const Row &row, const Given &given)
{
    const auto access = [&given](const std::string &permission) {
        return given.access.at(permission);
    };
    if (row.permissions.empty())
        return row.ran;
    if (access(row.permissions.front()) == "off")
        return "not_granted";
    const std::string arguments = row.arguments;
    const bool namesDatabase = arguments.find("\"database\"") != std::string::npos;
    const bool namesGroup = arguments.find("\"group\"") != std::string::npos;
    if (namesDatabase && !given.hasDatabase())
        return "not_found"; // outside of the grant is as if it were not there
    if (namesGroup && !given.group.empty() && given.group != "default")
        return "not_found";
    bool asks = row.asks;
    for (const std::string &permission : row.permissions) {
        if (access(permission) == "off")
            return "not_granted";
        asks = asks || access(permission) == "ask";
    }
    const std::string &own = row.permissions.front();
    if ((own == "create" || own == "branch") && !given.databases.empty())
        return "not_granted"; // a grant for certain databases makes no others
    return asks ? "question" : row.ran;
}

std::string seen(const Given &given)
{
    std::string names;
    const std::pair<const char *, const char *> all[]
        = {{"demo-shop", "default"}, {"other", "second"}};
    for (const auto &[name, group] : all) {
        const bool listed = given.databases.empty() || given.databases.front() == name;
        if (listed && (given.group.empty() || given.group == group))
            names += std::string(name) + ' ';
    }
    return names;
}

} // namespace

// Every permission, tool, access and scope: the outcome is the table's. Generated, not sampled.
class tst_GrantMatrix : public DeskFixture
{
    Q_OBJECT

private:
    std::unique_ptr<FakePlatform> m_platform;
    ManualClock m_manual;
    std::size_t m_judged = 0;
    std::size_t m_ran = 0; ///< changes that were kept

    void setUp() override
    {
        DeskFixture::setUp();
        m_platform = std::make_unique<FakePlatform>();
        m_platform->can.analytics = true;
        m_platform->onRun = [this](const FakePlatform::Run &run) {
            const auto &script = run.script;
            const bool many = script.statements.front().text.find("'many'") != std::string::npos;
            const bool changes = !script.dryRun && run.privilege != Turso::Privilege::Read;
            const bool tooMany = many && changes && script.maxRowsChanged;
            m_ran += changes && !tooMany ? 1 : 0;
            if (tooMany)
                return Base::readyNow(Base::Result<Turso::Outcome>(
                    Base::fail(Base::ErrorKind::ImpactChanged, "It changes more rows.")));
            return Base::readyNow(
                Base::Result<Turso::Outcome>(FakePlatform::outcome(many ? 500 : 1, script.dryRun)));
        };
        m_time = &m_manual;
        openDesk(*m_platform);
    }

    std::size_t deeds() const
    {
        return m_ran + m_platform->deleted.size() + m_platform->created.size()
            + m_platform->configured.size();
    }
    // The open questions of calls, by the call's tool and SQL: as many as there are calls.
    std::size_t questions() const
    {
        const auto open = m_desk->approvals();
        return static_cast<std::size_t>(
            std::count_if(open.begin(), open.end(),
                          [](const auto &approval) { return approval.kind == "call"; }));
    }

    using Expect = std::function<std::string(const Row &)>;
    // All rows at once under one principal.
    void judge(const Mcp::Principal &principal, const Expect &expect, const std::string &what)
    {
        m_asked.clear();
        const std::size_t before = deeds();
        std::vector<const Asked *> asked;
        std::vector<std::string> wanted;
        std::size_t asks = 0;
        std::size_t changes = 0;
        for (const Row &row : kRows) {
            asked.push_back(&call(principal, row.tool, Base::parseJson(row.arguments).value()));
            wanted.push_back(expect(row));
            asks += wanted.back() == "question" ? 1 : 0;
            changes += row.changes && wanted.back() == "ok" ? 1 : 0;
        }
        QVERIFY2(QTest::qWaitFor([&] {
                     std::size_t done = 0;
                     for (const Asked *one : asked)
                         done += one->isDone() ? 1 : 0;
                     return done + questions() == asked.size();
                 }),
                 what.c_str());
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const std::string outcome = asked[i]->isDone() ? asked[i]->code() : "question";
            QVERIFY2(
                outcome == wanted[i],
                (what + ": " + kRows[i].name + " gives " + outcome + ", not " + wanted[i]).c_str());
            ++m_judged;
        }
        QCOMPARE(questions(), asks);
        QCOMPARE(deeds() - before, changes);
        for (const Gateway::Approval &approval : m_desk->approvals()) {
            if (approval.kind == "call")
                QVERIFY(m_desk->deny(approval.id, {}));
        }
        QVERIFY(QTest::qWaitFor([&] {
            return std::all_of(asked.begin(), asked.end(),
                               [](const Asked *one) { return one->isDone(); });
        }));
        QCOMPARE(deeds() - before, changes);
    }
    std::string listed(const Mcp::Principal &principal)
    {
        const Asked &asked = call(principal, "list_databases", {{"limit", 10}});
        if (!QTest::qWaitFor([&asked] { return asked.isDone(); }))
            return "nothing";
        std::string names;
        const auto *result = asked.get<Mcp::ToolResult>();
        const Json answer = Base::parseJson(result->structured).value();
        for (const Json &database : Base::member(answer, "databases"))
            names += database["name"].get<std::string>() + ' ';
        return names;
    }
    void judgeGrant(const Given &given)
    {
        const auto principal = token(given.text().c_str(), given.databases, given.group);
        const std::string what = given.text() + " group " + given.group + " databases "
            + (given.databases.empty() ? "all" : given.databases.front());
        judge(
            principal, [&given](const Row &row) { return expected(row, given); }, what);
        if (given.access.at("read") == "on")
            QCOMPARE(listed(principal), seen(given));
        QVERIFY(m_desk->revokeGrant(principal.id.substr(6)));
        QVERIFY(m_desk->approvals().empty()); // an offer goes with its grant
    }

private Q_SLOTS:
    void theTableHasEveryToolAndEveryPermission()
    {
        std::set<std::string> tools;
        std::set<std::string> permissions;
        for (const Row &row : kRows) {
            tools.insert(row.tool);
            permissions.insert(row.permissions.begin(), row.permissions.end());
        }
        const auto offered = m_desk->toolGate().tools({});
        QCOMPARE(offered.size(), std::size_t(13));
        for (const auto &tool : offered)
            QVERIFY2(tools.contains(tool.name), tool.name.c_str());
        QCOMPARE(tools.size(), offered.size());
        QCOMPARE(permissions.size(), std::size(kPermissions));
    }

    void everyToolUnderEveryGrantIsAsTheTableSays_data()
    {
        QTest::addColumn<std::string>("permission");
        for (const char *permission : kPermissions)
            QTest::newRow(permission) << std::string(permission);
    }
    void everyToolUnderEveryGrantIsAsTheTableSays()
    {
        QFETCH(std::string, permission);
        m_judged = 0;
        std::size_t grants = 0;
        for (const char *others : kAccesses) {
            for (const char *access : kAccesses) {
                for (const char *group : {"", "default", "second"}) {
                    for (const char *database : {"", "demo-shop", "other"}) {
                        Given given{{}, group, {}};
                        if (*database != '\0')
                            given.databases = {database};
                        for (const char *each : kPermissions)
                            given.access[each] = each == permission ? access : others;
                        if (given.text().empty())
                            continue; // there is no such grant
                        judgeGrant(given);
                        if (QTest::currentTestFailed())
                            return;
                        ++grants;
                    }
                }
            }
        }
        QCOMPARE(grants, std::size_t(72));
        QCOMPARE(m_judged, grants * kRows.size());
    }

    // Paused, expired, revoked and read-only, in every combination, for every tool.
    void everyStateStopsEveryToolThatItShould_data()
    {
        QTest::addColumn<int>("state");
        for (int state = 0; state < 16; ++state)
            QTest::addRow("%s%s%s%s", state & 1 ? "paused " : "", state & 2 ? "expired " : "",
                          state & 4 ? "revoked " : "", state & 8 ? "read-only" : "")
                << state;
    }
    void everyStateStopsEveryToolThatItShould()
    {
        QFETCH(int, state);
        const bool paused = state & 1;
        const bool gone = state & 6;
        const bool readOnly = state & 8;
        Gateway::GrantDraft draft;
        draft.agent = "codex";
        draft.permissions = Gateway::Permissions::fullAccess();
        if (state & 2)
            draft.expiresIn = 1'000;
        const auto minted = m_desk->mintToken(draft).value();
        const auto principal = *m_desk->authenticator().byBearer(minted.token);
        if (paused) {
            Gateway::GrantChange pause;
            pause.paused = true;
            QVERIFY(m_desk->changeGrant(minted.grant.id, pause));
        }
        if (state & 2)
            m_manual.advance(1'000);
        if (state & 4) // what has expired may be forgotten already
            QVERIFY(m_desk->revokeGrant(minted.grant.id) || (state & 2));
        m_desk->setReadOnly(readOnly, {});
        QCOMPARE(m_desk->authenticator().byBearer(minted.token).has_value(), !gone);
        const auto expect = [&](const Row &row) -> std::string {
            const bool isWait = row.permissions.empty();
            if (gone || paused)
                return isWait && gone ? row.ran : "not_granted";
            if (readOnly && row.changes)
                return "read_only_mode";
            return row.asks ? "question" : row.ran;
        };
        judge(principal, expect, QTest::currentDataTag());
    }
};

QTEST_GUILESS_MAIN(tst_GrantMatrix)
#include "tst_grantmatrix.moc"
