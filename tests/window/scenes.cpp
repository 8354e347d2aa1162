// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/scenes.h"

#include <QDateTime>

namespace Scenes
{

using namespace Gateway;

namespace
{

Base::Millis now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

Approval question(const std::string &id)
{
    Approval approval;
    approval.id = id;
    approval.kind = "call";
    approval.callId = "call_" + id;
    approval.agent = "Codex";
    approval.program = "Codex · /usr/local/bin/codex, in ~/code/shop";
    approval.connection = "Turso Cloud";
    approval.database = "shop-prod";
    approval.createdAt = now() - 7'000;
    approval.expiresAt = now() + 38'000;
    return approval;
}

} // namespace

Approval deleteWithCascade()
{
    Approval approval = question("apr_delete");
    approval.tool = "delete_from_database";
    approval.sentence = "Codex wants to delete 1,284 rows from orders";
    approval.context = "in shop-prod · 31 % of the table · 212 rows in order_items cascade";
    approval.risk = Risk::Destructive;
    approval.sql = "DELETE FROM orders WHERE placed_at < '2026-04-01'";
    approval.reason = "cleaning old test orders";
    approval.undo = "Can be undone: the rows are kept for 7 days.";
    approval.mayRemember = true;
    approval.impact = R"({"affected_rows":1284,"method":"rolled_back_transaction","tables":[
        {"name":"orders","inserted":0,"updated":0,"deleted":1284,"total_rows":4120,"via":"statement"},
        {"name":"order_items","inserted":0,"updated":0,"deleted":212,"total_rows":9120,"via":"cascade"}],
        "sample":[
        {"table":"orders","before":{"id":10231,"customer":"Ada Lovelace","total":129.0,"placed_at":"2026-03-02"},"after":null},
        {"table":"orders","before":{"id":10232,"customer":"Grace Hopper","total":48.5,"placed_at":"2026-03-02"},"after":null},
        {"table":"orders","before":{"id":10240,"customer":"Jean Bartik","total":312.0,"placed_at":"2026-03-05"},"after":null}],
        "schema":[],"taken_at":"2026-11-22T16:00:00.000Z"})";
    return approval;
}

Approval updateBeforeAfter()
{
    Approval approval = question("apr_update");
    approval.agent = "Claude Code";
    approval.program = "Claude Code · /usr/bin/claude, in ~/code/shop";
    approval.tool = "write_database";
    approval.connection = "workspace";
    approval.database = "demo-shop";
    approval.sentence = "Claude Code wants to change 318 rows in products";
    approval.context = "in demo-shop · every row of the table";
    approval.risk = Risk::Change;
    approval.sql = "UPDATE products\n   SET price = round(price * 1.05, 2),\n       updated_at = "
                   "datetime('now')";
    approval.reason = "raising prices by 5 % as asked";
    approval.undo = "Can be undone: the rows are kept for 7 days.";
    approval.mayRemember = true;
    approval.impact = R"({"affected_rows":318,"method":"rolled_back_transaction","tables":[
        {"name":"products","inserted":0,"updated":318,"deleted":0,"total_rows":318,"via":"statement"},
        {"name":"price_log","inserted":318,"updated":0,"deleted":0,"total_rows":900,"via":"trigger"}],
        "sample":[
        {"table":"products","before":{"id":1,"name":"Espresso cup","price":9.9},"after":{"id":1,"name":"Espresso cup","price":10.4}},
        {"table":"products","before":{"id":2,"name":"Filter paper, 100","price":4.2},"after":{"id":2,"name":"Filter paper, 100","price":4.41}},
        {"table":"products","before":{"id":3,"name":"Hand grinder","price":89.0},"after":{"id":3,"name":"Hand grinder","price":93.45}}],
        "schema":[]})";
    return approval;
}

Approval dropTable()
{
    Approval approval = question("apr_drop");
    approval.tool = "evolve_schema";
    approval.sentence = "Codex wants to drop the table orders with 4,120 rows";
    approval.context = "in shop-prod · 2 indexes and 1 view go with it";
    approval.risk = Risk::Irreversible;
    approval.sql = "DROP TABLE orders";
    approval.reason = "the table is no longer used";
    approval.undo = "Cannot be undone here. A branch from before would be the only way back.";
    approval.mustType = "orders";
    approval.impact
        = R"({"affected_rows":4120,"method":"estimate","tables":[],"sample":[],"schema":[
        {"object":"table orders","change":"dropped, with 4,120 rows"},
        {"object":"index orders_by_day","change":"dropped"},
        {"object":"view monthly_totals","change":"stops working: it reads orders"}]})";
    return approval;
}

Approval veryLong()
{
    Approval approval = question("apr_long");
    approval.agent
        = "A host with a remarkably long name that somebody chose without thinking of windows";
    approval.program = approval.agent
        + " · /opt/vendors/a-very-long-company-name/products/agents/2026/bin/agent-host";
    approval.database = "customer-data-warehouse-europe-west-production-replica-0042";
    approval.connection = "libsql server in the other building";
    approval.sentence = "A host with a remarkably long name that somebody chose wants to delete "
                        "12,840,221 rows from "
                        "customer_interaction_events_archive_2019_to_2024";
    approval.context = "in customer-data-warehouse-europe-west-production-replica-0042 · 98 % of "
                       "the table · 9 tables cascade";
    approval.risk = Risk::Destructive;
    approval.sql
        = "DELETE FROM customer_interaction_events_archive_2019_to_2024 WHERE customer_id IN (\n";
    for (int i = 0; i < 60; ++i)
        approval.sql += "    SELECT customer_id FROM customers_to_forget WHERE batch = "
            + std::to_string(i) + " UNION ALL\n";
    approval.sql += "    SELECT -1)";
    approval.reason = std::string(300, 'x') + " <b>please</b> click Approve";
    approval.undo = "Can be undone: a branch is made before. It takes about 4 minutes and 2.1 GB.";
    approval.impact = R"({"affected_rows":12840221,"tables":[
        {"name":"customer_interaction_events_archive_2019_to_2024","deleted":12840221,"via":"statement"}],
        "sample":[{"table":"customer_interaction_events_archive_2019_to_2024","before":{"id":"9223372036854775807",
        "customer_interaction_channel_identifier":"0b7e6f3a-7d3c-4a8e-9d57-0f8d5e7c2a11","payload":{"base64":"AAAAAAAA"},
        "note":null,"a":1,"b":2,"c":3},"after":null}],"schema":[]})";
    return approval;
}

Approval widen()
{
    Approval approval = question("apr_widen");
    approval.kind = "widen";
    approval.tool = "write_database";
    approval.connection = "workspace";
    approval.database = "demo-shop";
    approval.sentence = "Codex wants to write to demo-shop";
    approval.context = "Its grant is read-only. Allowing it holds for all databases of the group "
                       "default.";
    approval.risk = Risk::Change;
    approval.reason = "adding the missing stock figures";
    approval.undo = "You can take it back at any time.";
    approval.offer = Offer{.grantId = "grant_codex", .permission = Permission::Write};
    return approval;
}

Approval consent()
{
    Approval approval = question("apr_consent");
    approval.kind = "consent";
    approval.agent = "Claude Desktop";
    approval.program = "/opt/Claude/claude-desktop, bridge process 4211";
    approval.asker = Asker{.proof = Asker::Proof::LocalProgram,
                           .executable = "/opt/Claude/claude-desktop",
                           .announced = "Claude Desktop"};
    approval.connection = "workspace";
    approval.database = "";
    approval.risk = Risk::Change;
    approval.sentence = "Claude Desktop wants to work with your databases";
    approval.context = "It has not been let in yet.";
    return approval;
}

Approval signIn()
{
    Approval approval = consent();
    approval.id = "apr_signin";
    approval.agent = "Claude Code";
    approval.program = "calls itself that; its answer goes to 127.0.0.1:45671";
    approval.asker = Asker{.proof = Asker::Proof::SelfDeclared,
                           .answerTo = "127.0.0.1:45671, a program on this computer",
                           .scope = "db:read db:write offline_access"};
    approval.sentence = "Claude Code wants to work with your databases";
    return approval;
}

Approval verifiedSignIn()
{
    Approval approval = signIn();
    approval.id = "apr_verified";
    approval.agent = "Claude";
    approval.asker->proof = Asker::Proof::Verified;
    approval.asker->host = "claude.ai";
    approval.asker->answerTo = "claude.ai";
    approval.asker->scope = "db:read";
    return approval;
}

Approval longSignIn()
{
    Approval approval = signIn();
    approval.id = "apr_long_signin";
    approval.agent = "A host with a remarkably long name that somebody chose without thinking of "
                     "windows at all";
    approval.asker->answerTo = "agents.a-very-long-company-name.example:8443";
    approval.asker->scope = "db:read db:write db:admin";
    return approval;
}

std::vector<Approval> allApprovals()
{
    return {deleteWithCascade(), updateBeforeAfter(), dropTable()};
}

std::vector<CallRecord> calls(int count)
{
    struct Sort {
        const char *agent, *tool, *database, *statementClass, *sql;
        Risk risk;
        CallState state;
        const char *decision, *code;
        int rows;
        double ms;
    };
    static const Sort sorts[] = {
        {"Claude Code", "read_database", "demo-shop", "read",
         "SELECT name, price FROM products WHERE stock < 5 ORDER BY stock", Risk::Safe,
         CallState::Done, "allowed", "", 14, 0.8},
        {"Claude Code", "get_database", "demo-shop", "", "", Risk::Safe, CallState::Done, "allowed",
         "", -1, 0.3},
        {"Codex", "read_database", "shop-prod", "read",
         "SELECT c.name, count(*) AS orders, sum(o.total) AS revenue\n  FROM orders o JOIN "
         "customers c ON c.id = o.customer_id\n GROUP BY c.id ORDER BY revenue DESC LIMIT 20",
         Risk::Safe, CallState::Done, "allowed", "", 20, 37.2},
        {"Codex", "write_database", "shop-prod", "write",
         "INSERT INTO notes (order_id, text) VALUES (10231, 'called back')", Risk::Change,
         CallState::Done, "rule", "", 1, 12.4},
        {"Cursor", "read_database", "demo-shop", "read", "SELECT * FROM oders", Risk::Safe,
         CallState::Failed, "allowed", "sql_error", -1, 1.1},
        {"Codex", "delete_from_database", "shop-prod", "delete",
         "DELETE FROM sessions WHERE expires_at < datetime('now', '-30 days')", Risk::Destructive,
         CallState::Done, "approved", "", 812, 14210},
        {"Cursor", "evolve_schema", "demo-shop", "schema", "DROP TABLE customers",
         Risk::Irreversible, CallState::Denied, "denied", "denied", -1, 8120},
        {"Claude Desktop", "database_analytics", "demo-shop", "", "", Risk::Safe, CallState::Done,
         "allowed", "", 10, 3.9},
        {"Claude Desktop", "write_database", "shop-prod", "write", "UPDATE products SET price = 0",
         Risk::Change, CallState::Refused, "refused", "not_granted", -1, 0.4},
        {"Claude Code", "list_databases", "", "", "", Risk::Safe, CallState::Done, "allowed", "", 3,
         0.2},
        {"Claude Code", "read_database", "demo-shop", "read",
         "WITH monthly AS (SELECT strftime('%Y-%m', placed_at) AS month, sum(total) AS total FROM "
         "orders GROUP BY 1) SELECT month, total FROM monthly ORDER BY month",
         Risk::Safe, CallState::Done, "allowed", "", 12, 6.2},
    };
    std::vector<CallRecord> list;
    const Base::Millis start = now();
    for (int i = 0; i < count; ++i) {
        const Sort &sort = sorts[static_cast<std::size_t>(i) % std::size(sorts)];
        CallRecord call;
        call.id = "call_" + std::to_string(100000 - i);
        call.startedAt = start - 2'300 - i * 4'700;
        call.agent = sort.agent;
        call.tool = sort.tool;
        call.connection = "workspace";
        call.database = sort.database;
        call.statementClass = sort.statementClass;
        call.sql = sort.sql;
        call.risk = sort.risk;
        call.state = sort.state;
        call.decision = sort.decision;
        call.code = sort.code;
        call.durationMs = sort.ms;
        call.rule
            = sort.risk == Risk::Safe ? "reads never ask" : "it asks before anything destructive";
        if (sort.rows >= 0)
            call.rows = sort.rows;
        list.push_back(call);
    }
    if (count > 2) {
        list[0].state = CallState::Running;
        list[0].decision = "allowed";
        list[1] = list[5 % list.size()];
        list[1].id = "call_apr_delete";
        list[1].startedAt = start - 7'000;
        list[1].agent = "Codex";
        list[1].tool = "delete_from_database";
        list[1].database = "shop-prod";
        list[1].sql = deleteWithCascade().sql;
        list[1].state = CallState::Waiting;
        list[1].decision = "";
        list[1].rows.reset();
    }
    return list;
}

CallDetail detailOf(const CallRecord &call)
{
    CallDetail detail;
    detail.record = call;
    detail.record.waitMs = call.decision == "approved" ? 13'900 : 0;
    detail.record.bytes = 1482;
    detail.program = "Codex · /usr/local/bin/codex";
    detail.grantId = "grt_01JDK3";
    detail.arguments = R"({"database":"shop-prod","sql":"…"})";
    detail.result
        = R"({"status":"ok","columns":[{"name":"name","type":"TEXT"},{"name":"orders","type":null},{"name":"revenue","type":"REAL"}],
        "rows":[["Ada Lovelace",12,1820.5],["Grace Hopper",9,1411.0],["Jean Bartik",7,980.25],["Mary Jackson",7,null]],
        "row_count":4,"truncated":false,"rows_read":412,"duration_ms":31.2})";
    detail.reason = call.risk == Risk::Safe ? "finding the best customers of this year"
                                            : "cleaning up expired sessions";
    if (call.risk != Risk::Safe)
        detail.result
            = R"({"status":"ok","affected_rows":812,"duration_ms":31.2,"undo_id":"undo_01JDK7"})";
    detail.judgeMs = 0.2;
    detail.previewMs = call.decision == "approved" ? 42 : 0;
    detail.runMs = 36.1;
    return detail;
}

std::vector<AgentInfo> agents()
{
    return {{"Claude Code", "/usr/bin/claude · process 4211", "stdio", true, 128, now() - 2'000},
            {"Codex", "/usr/local/bin/codex · process 5120", "stdio", true, 41, now() - 190'000},
            {"nightly-report", "", "http", false, 0, {}}};
}

std::vector<Grant> grants()
{
    Grant claude;
    claude.id = "grt_1";
    claude.agent = "Claude Code";
    claude.connection = "workspace";
    claude.permissions = Permissions::fullAccess();
    claude.kind = "bridge";
    claude.lastUsedAt = now() - 2'000;
    Grant codex = claude;
    codex.id = "grt_2";
    codex.agent = "Codex";
    codex.databases = {"shop-prod", "shop-staging"};
    codex.permissions = Permissions::readOnly();
    codex.expiresAt = now() + 7 * 3'600'000;
    Grant token = claude;
    token.id = "grt_3";
    token.agent = "nightly-report";
    token.kind = "token";
    token.permissions = Permissions::readOnly();
    token.lastUsedAt.reset();
    return {claude, codex, token};
}

std::vector<AgentInfo> manyAgents()
{
    return {{"Claude Desktop", "", "http", true, 1'284, now() - 40'000},
            {"Cursor", "/usr/share/cursor/cursor", "stdio", true, 37, now() - 15 * 60'000},
            {"Zed", "/home/ada/.local/zed.app/libexec/zed-editor", "stdio", true, 0, {}},
            {"Codex", "/usr/local/bin/codex", "stdio", false, 4, now() - 5 * 3'600'000},
            {"A host with a remarkably long name that somebody chose without thinking of windows",
             "/opt/vendors/a-very-long-company-name/products/agents/2026/preview/channel/bin/"
             "agent-host",
             "stdio", false, 1, now() - 26 * 3'600'000},
            {"nightly-report", "", "http", false, 0, now() - 8 * 3'600'000},
            {"Gemini CLI", "/usr/bin/gemini", "stdio", false, 0, now() - 70 * 3'600'000},
            {"old-import", "", "http", false, 0, {}}};
}

std::vector<Grant> manyGrants()
{
    Base::Millis made = now() - 40 * 86'400'000LL;
    const auto grant = [&made](const char *id, const char *agent, const char *kind,
                               const char *program, Permissions permissions) {
        Grant one;
        one.id = id;
        one.agent = agent;
        one.kind = kind;
        one.program = program;
        one.connection = "workspace";
        one.permissions = permissions;
        one.createdAt = made += 60'000;
        one.lastUsedAt = now() - 3'600'000;
        return one;
    };
    const char *const longHost
        = "A host with a remarkably long name that somebody chose without thinking of windows";
    std::vector<Grant> grants{
        grant("g1", "Claude Desktop", "oauth", "https://claude.ai/oauth/mcp-client.json",
              Permissions::fullAccess()),
        grant("g2", "Claude Desktop", "oauth", "https://claude.ai/oauth/mcp-client.json",
              Permissions::readOnly()),
        grant("g3", "Cursor", "oauth", "client_01JD7", Permissions::readOnly()),
        grant("g4", "Codex", "bridge", "/usr/local/bin/codex", Permissions::fullAccess()),
        grant("g5", longHost, "bridge",
              "/opt/vendors/a-very-long-company-name/products/agents/2026/preview/channel/bin/"
              "agent-host",
              Permissions::parse("read,write,delete:ask,schema:ask,branch,analytics").value()),
        grant("g6", "nightly-report", "token", "", Permissions::readOnly()),
        grant("g7", "nightly-report", "token", "", Permissions::readOnly()),
        grant("g8", "Gemini CLI", "bridge", "/usr/bin/gemini", Permissions::readOnly()),
        grant("g9", "old-import", "token", "", Permissions::fullAccess())};
    grants[0].group = "default";
    grants[1].connection = "turso-cloud";
    grants[1].group = "production-eu";
    for (int i = 1; i <= 40; ++i)
        grants[1].databases.push_back((i % 3 ? "tenant-" : "customer-archive-")
                                      + std::to_string(i));
    grants[2].databases = {"demo-shop"};
    grants[2].expiresAt = now() + 2 * 3'600'000 + 60'000;
    grants[3].paused = true;
    grants[4].databases = {"customer-data-warehouse-europe-west-production-replica-0042", "events"};
    grants[6].expiresAt = now() - 3 * 86'400'000LL;
    grants[7].paused = true;
    grants[7].databases = {"shop-staging"};
    grants[8].expiresAt = now() - 9 * 86'400'000LL;
    return grants;
}

std::vector<ConnectionScope> scopes()
{
    ConnectionScope workspace{"workspace", "workspace", "Workspace", "local"};
    workspace.groups = {{"default", false}, {"prod", true}};
    workspace.groups[0].databases = {{"demo-shop", false, {}, 2'124'288},
                                     {"scratch", false, {}, 16'384},
                                     {"shop-try-out", false, "demo-shop", 2'124'288}};
    workspace.groups[1].databases
        = {{"shop-prod", true, {}, 734'003'200}, {"shop-reports", false, {}, 41'943'040}};
    return {workspace};
}

std::vector<ConnectionScope> manyScopes(int databases)
{
    ConnectionScope cloud{"cloud", "turso-cloud", "Turso Cloud", "a-company-of-some-size"};
    const char *names[] = {"customers", "orders", "customer-data-warehouse-europe-west-replica",
                           "sessions", "search"};
    for (const char *group : {"default", "prod", "customer-facing-europe-west-production",
                              "analytics", "staging", "tests", "legacy"})
        cloud.groups.push_back({group, std::string(group) == "prod"});
    for (int i = 0; i < databases; ++i) {
        GroupScope &group = cloud.groups[i < databases / 2 ? 0 : 1 + std::size_t(i) % 6];
        const std::string number = std::to_string(10'000 + i).substr(1);
        group.databases.push_back({std::string(names[i % 5]) + '-' + number, i % 7 == 0,
                                   i % 5 == 1 ? "orders-0001" : "", 1'000'000LL * (i + 1)});
    }
    std::vector<ConnectionScope> all = scopes();
    all.push_back(cloud);
    return all;
}

} // namespace Scenes
