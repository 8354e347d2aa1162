// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/content/contenttools.h"

#include "gateway/content/schematext.h"
#include "gateway/grants/grantstore.h"
#include "gateway/settings.h"
#include "gateway/tools/schema.h"

#include <algorithm>

namespace Gateway
{

namespace
{

using Base::Json;
using Base::Pending;
using Base::Result;

constexpr std::int64_t kMostObjects = 10'000;
constexpr std::int64_t kMostNames = 5'000;
constexpr std::chrono::milliseconds kNamesTimeout{2'000};

Plan readPlan(const Json &given, const Settings &settings)
{
    Plan plan;
    plan.permission = Permission::Read;
    plan.changes = false;
    plan.risk = Risk::Safe;
    plan.asks = false;
    plan.privilege = Turso::Privilege::Read;
    plan.database = Base::stringMember(given, "database").value_or(std::string());
    plan.connection = Base::stringMember(given, "connection").value_or(std::string());
    plan.limits.maxBytes = settings.maxResultBytes;
    plan.limits.timeout = std::chrono::milliseconds(settings.statementTimeout);
    plan.given = given;
    return plan;
}

// Our own statements pass the same gate as an agent's.
Result<Plan> withStatement(Plan plan, const std::string &sql)
{
    auto statements = Turso::Sql::classify(sql);
    if (!statements)
        return tl::unexpected(statements.error());
    plan.sql = statements->front().text;
    plan.statementClass = Turso::Sql::className(statements->front().statementClass);
    plan.statements = std::move(*statements);
    return plan;
}

template <typename Convert>
Pending<Yield> query(const Plan &plan, const RunContext &context, Convert convert)
{
    Turso::Script script;
    script.statements = plan.statements;
    script.arguments = plan.arguments;
    script.limits = plan.limits;
    const std::shared_ptr<Turso::Session> session
        = context.platform.openSession(plan.database, plan.privilege);
    return Base::mapped(session->execute(std::move(script), context.cancel),
                        [session, convert](const Result<Turso::Outcome> &done) -> Result<Yield> {
                            const Result<Turso::Outcome> &outcome = done;
                            if (!outcome)
                                return tl::unexpected(outcome.error());
                            return convert(outcome->statements.front());
                        });
}

Yield textYield(const char *mimeType, const std::string &text, std::int64_t rows)
{
    Yield yield;
    yield.members = "\"mime_type\":";
    Base::appendQuoted(yield.members, mimeType);
    yield.members += ",\"text\":";
    Base::appendQuoted(yield.members, text);
    yield.carriesRows = true;
    yield.rows = rows;
    return yield;
}

Result<Yield> schemaYield(const Turso::StatementOutcome &outcome)
{
    return textYield("application/sql", schemaText(outcome), outcome.rowCount);
}

Result<Yield> tableYield(const Turso::StatementOutcome &outcome)
{
    if (outcome.truncated)
        return Base::fail(Base::ErrorKind::LimitExceeded,
                          "The description of this table is larger than a result may be.");
    const auto table = tableDetail(outcome);
    if (!table)
        return Base::fail(Base::ErrorKind::NotFound, "There is no such table.");
    return textYield("application/json", Base::dumpJson(*table), outcome.rowCount);
}

Tool readResource(const Settings &settings)
{
    Tool tool;
    tool.description.name = kReadResource;
    tool.description.inputSchema = InputSchema()
                                       .text("database", "The database's name.", true)
                                       .text("table", "One of its tables.")
                                       .text("connection", "The connection's id.")
                                       .json();
    tool.plan = [&settings](const Json &given) -> Result<Plan> {
        Plan plan = readPlan(given, settings);
        plan.limits.maxRows = kMostObjects;
        const auto table = Base::stringMember(given, "table");
        if (!table)
            return withStatement(std::move(plan), schemaQuery());
        plan.arguments = std::vector<Turso::Value>{*table};
        return withStatement(std::move(plan), tableQuery());
    };
    tool.run = [](const Plan &plan, const RunContext &context) {
        return query(plan, context, plan.given.contains("table") ? tableYield : schemaYield);
    };
    return tool;
}

Yield namesYield(const Json &names)
{
    Yield yield;
    yield.members = "\"names\":" + Base::dumpJson(names);
    yield.rows = static_cast<std::int64_t>(names.size());
    return yield;
}

Pending<Yield> databaseNames(const RunContext &context)
{
    return Base::mapped(
        context.platform.databases({}),
        [grants
         = context.candidates](const Result<std::vector<Turso::Database>> &done) -> Result<Yield> {
            const Result<std::vector<Turso::Database>> &databases = done;
            if (!databases)
                return tl::unexpected(databases.error());
            Json names = Json::array();
            for (const Turso::Database &database : *databases) {
                const bool reached
                    = std::any_of(grants.begin(), grants.end(), [&database](const Grant &grant) {
                          return covers(grant, database.name, database.group);
                      });
                if (reached && names.size() < kMostNames)
                    names.push_back({{"name", database.name}, {"group", database.group}});
            }
            return namesYield(names);
        });
}

Result<Yield> tableNames(const Turso::StatementOutcome &outcome)
{
    Json names = Json::array();
    for (const Json &row : rowsOf(outcome))
        names.push_back({{"name", row[0]}, {"group", std::string()}});
    return namesYield(names);
}

Tool listNames(const char *name, const Settings &settings)
{
    Tool tool;
    tool.neverAsks = true;
    tool.description.name = name;
    tool.description.inputSchema = InputSchema()
                                       .text("database", "The database's name.")
                                       .text("connection", "The connection's id.")
                                       .json();
    tool.plan = [&settings](const Json &given) -> Result<Plan> {
        Plan plan = readPlan(given, settings);
        plan.limits.maxRows = kMostNames;
        plan.limits.timeout = std::min(plan.limits.timeout, kNamesTimeout);
        if (plan.database.empty())
            return plan;
        return withStatement(std::move(plan), tableNamesQuery());
    };
    tool.run = [](const Plan &plan, const RunContext &context) {
        return plan.database.empty() ? databaseNames(context) : query(plan, context, tableNames);
    };
    return tool;
}

} // namespace

std::vector<Tool> contentTools(const Settings &settings)
{
    return {readResource(settings), listNames(kListResources, settings),
            listNames(kComplete, settings)};
}

} // namespace Gateway
