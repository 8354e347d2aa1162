// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/settings.h"
#include "gateway/tools/encode.h"
#include "gateway/tools/gate.h"
#include "gateway/tools/schema.h"
#include "gateway/tools/toolset.h"

#include <algorithm>

namespace Gateway
{

namespace
{

using Base::Json;
using Base::Pending;
using Base::Result;
using Turso::Sql::Statement;
using Turso::Sql::StatementClass;

Result<Plan> basePlan(const char *tool, const Json &given, const Settings &settings)
{
    Plan plan;
    plan.sql = *Base::stringMember(given, "sql");
    auto statements = gate(tool, plan.sql);
    if (!statements)
        return tl::unexpected(statements.error());
    plan.statements = std::move(*statements);
    plan.statementClass = className(plan.statements.front().statementClass);
    if (given.contains("args")) {
        if (plan.statements.size() > 1)
            return Base::fail(Base::ErrorKind::InvalidArgument,
                              "\"args\" can only be given with a single statement.", {},
                              R"({"argument":"args"})");
        auto bound = bindings(given["args"]);
        if (!bound)
            return tl::unexpected(bound.error());
        plan.arguments = std::move(*bound);
    }
    plan.database = *Base::stringMember(given, "database");
    plan.reason = Base::stringMember(given, "reason").value_or(std::string());
    plan.dryRun = Base::boolMember(given, "dry_run").value_or(false);
    plan.limits.maxRows = Base::integerMember(given, "max_rows").value_or(500);
    plan.limits.maxBytes = settings.maxResultBytes;
    plan.limits.timeout = std::chrono::milliseconds(std::min<long long>(
        Base::integerMember(given, "timeout_ms").value_or(settings.statementTimeout),
        settings.statementTimeout));
    plan.given = given;
    return plan;
}

// Members every SQL tool answers with, from the plan and how it went.
Result<Yield> rowsYield(const Result<Turso::Outcome> &outcome)
{
    if (!outcome)
        return tl::unexpected(outcome.error());
    const Turso::StatementOutcome &statement = outcome->statements.front();
    Yield yield;
    yield.members.reserve(statement.rows.size() + 256);
    appendRows(yield.members, statement);
    yield.members += ",\"rows_read\":";
    if (statement.rowsRead)
        appendInteger(yield.members, *statement.rowsRead);
    else
        yield.members += "null";
    yield.members += ",\"duration_ms\":";
    appendMillis(yield.members, outcome->durationMs);
    if (statement.truncated) {
        yield.members += ",\"hint\":";
        Base::appendQuoted(
            yield.members,
            "There is more. Go on with LIMIT and OFFSET, or better with a condition on the key "
            "after the last row; select fewer columns to get more rows.");
    }
    yield.carriesRows = true;
    yield.rows = statement.rowCount;
    return yield;
}

void appendStatement(std::string &out, const Turso::StatementOutcome &statement)
{
    out += "{\"affected_rows\":";
    appendInteger(out, statement.affectedRows);
    out += ",\"last_insert_rowid\":";
    if (statement.lastInsertRowid)
        appendInteger(out, *statement.lastInsertRowid);
    else
        out += "null";
    if (!statement.columns.empty()) {
        out += ',';
        appendRows(out, statement);
    }
    out += '}';
}

Result<Yield> changeYield(const Result<Turso::Outcome> &outcome, bool dryRun)
{
    if (!outcome)
        return tl::unexpected(outcome.error());
    Yield yield;
    if (dryRun) {
        yield.members = "\"dry_run\":true,\"impact\":"
            + impactText(outcome->impact.value_or(Turso::Impact{}));
        yield.carriesRows = true;
        return yield;
    }
    yield.members = "\"statements\":[";
    for (const Turso::StatementOutcome &statement : outcome->statements) {
        if (&statement != &outcome->statements.front())
            yield.members += ',';
        appendStatement(yield.members, statement);
        yield.carriesRows = yield.carriesRows || !statement.columns.empty();
    }
    yield.members += "],\"affected_rows\":";
    appendInteger(yield.members, outcome->affectedRows);
    yield.members += ",\"duration_ms\":";
    appendMillis(yield.members, outcome->durationMs);
    yield.members += ",\"undo_id\":null";
    yield.affectedRows = outcome->affectedRows;
    return yield;
}

// Runs the plan's statements and turns the outcome into an answer.
template <typename Convert>
Pending<Yield> execute(const Plan &plan, const RunContext &context, Convert convert)
{
    Turso::Script script;
    script.statements = plan.statements;
    script.arguments = plan.arguments;
    script.limits = plan.limits;
    script.dryRun = plan.dryRun;
    script.maxRowsChanged = context.maxRowsChanged;
    const std::shared_ptr<Turso::Session> session
        = context.platform.openSession(plan.database, plan.privilege);
    return Base::mapped(
        session->execute(std::move(script), context.cancel),
        [session, convert](const Result<Turso::Outcome> &done) { return convert(done); });
}

Pending<Yield> runChange(const Plan &plan, const RunContext &context)
{
    return execute(plan, context, [dryRun = plan.dryRun](const Result<Turso::Outcome> &outcome) {
        return changeYield(outcome, dryRun);
    });
}

InputSchema changeInput(const char *what)
{
    InputSchema schema;
    schema.text("database", "The database's name.", true)
        .text("sql", what, true)
        .bindings("args",
                  "Values for the statement's parameters, by position (or an object, by name).")
        .text("reason", "Why, in one sentence; the person reads it when asked.")
        .boolean("dry_run", "Run it, report what it would change, and roll it back.")
        .integer("timeout_ms", "Give up after this many milliseconds.", 1, 600'000, 30'000);
    return schema;
}

Json changeOutput()
{
    return outputSchema(
        {{"statements",
          {{"type", "array"},
           {"items", {{"type", "object"}}},
           {"description",
            "Per statement: affected_rows, last_insert_rowid, and columns and rows of "
            "RETURNING."}}},
         {"affected_rows",
          {{"type", {"integer", "string"}}, {"description", "Rows changed by all statements."}}},
         {"duration_ms", {{"type", "number"}, {"description", "Time in the engine."}}},
         {"undo_id",
          {{"type", {"string", "null"}},
           {"description", "Names the safety copy, if one was kept."}}},
         {"dry_run", {{"type", "boolean"}, {"description", "True when nothing was kept."}}},
         {"impact", {{"type", "object"}, {"description", "What it would change."}}}});
}

Tool readDatabase(const Settings &settings)
{
    Tool tool;
    tool.description.name = "read_database";
    tool.description.title = "Read from a database";
    tool.description.description = "Runs one read-only statement: SELECT, VALUES, WITH ... SELECT, "
                                   "EXPLAIN or a PRAGMA that only looks.";
    tool.description.inputSchema
        = InputSchema()
              .text("database", "The database's name.", true)
              .text("sql", "One read-only SQL statement.", true)
              .bindings(
                  "args",
                  "Values for the statement's parameters, by position (or an object, by name).")
              .integer("max_rows", "How many rows at most.", 1, 10'000, 500)
              .integer("timeout_ms", "Give up after this many milliseconds.", 1, 600'000, 30'000)
              .json();
    tool.description.outputSchema = outputSchema(
        {{"columns",
          {{"type", "array"},
           {"items", {{"type", "object"}}},
           {"description", "Name and declared type of each column."}}},
         {"rows",
          {{"type", "array"},
           {"items", {{"type", "array"}, {"items", Json::object()}}},
           {"description", "Integers beyond 2^53 are strings, blobs are {\"base64\": ...}."}}},
         {"row_count", {{"type", "integer"}, {"description", "Rows in this answer."}}},
         {"truncated",
          {{"type", "boolean"},
           {"description", "True when there are more; hint says how to go on."}}},
         {"rows_read",
          {{"type", {"integer", "string", "null"}},
           {"description", "Rows that the engine looked at."}}},
         {"duration_ms", {{"type", "number"}, {"description", "Time in the engine."}}}});
    tool.description.annotations = {true, false, true, false};
    tool.plan = [&settings](const Json &given) -> Result<Plan> {
        auto plan = basePlan("read_database", given, settings);
        if (!plan)
            return plan;
        plan->permission = Permission::Read;
        plan->changes = false;
        plan->risk = Risk::Safe;
        plan->asks = false;
        plan->privilege = Turso::Privilege::Read;
        return plan;
    };
    tool.run = [](const Plan &plan, const RunContext &context) {
        return execute(plan, context, rowsYield);
    };
    return tool;
}

Result<Plan> writePlan(const Json &given, const Settings &settings)
{
    auto plan = basePlan("write_database", given, settings);
    if (!plan)
        return plan;
    plan->permission = Permission::Write;
    plan->risk = Risk::Change;
    plan->asks = false;
    plan->privilege = Turso::Privilege::Write;
    for (const Statement &statement : plan->statements) {
        if (statement.statementClass == StatementClass::Replace) {
            plan->further = {Permission::Delete};
            plan->statementClass = className(StatementClass::Replace);
            plan->privilege = Turso::Privilege::Delete;
            plan->risk = Risk::Destructive;
            plan->asks = !plan->dryRun;
            plan->askReason = "Replacing deletes the rows that are in the way.";
        }
        if (statement.verb != "UPDATE" && !statement.updatesOnConflict)
            continue; // adding rows changes none
        plan->askAboveRows = !plan->dryRun;
        if (statement.wholeTable && !plan->asks) {
            plan->risk = Risk::Destructive;
            plan->asks = !plan->dryRun;
            plan->askReason = "An UPDATE without WHERE changes every row.";
        }
    }
    if (plan->dryRun)
        plan->risk = Risk::Change;
    return plan;
}

Tool writeDatabase(const Settings &settings)
{
    Tool tool;
    tool.description.name = "write_database";
    tool.description.title = "Write to a database";
    tool.description.description = "Runs INSERT and UPDATE statements as one transaction. Does not "
                                   "run DELETE or schema changes. An UPDATE of "
                                   "many rows or without WHERE, and REPLACE, wait for the person.";
    tool.description.inputSchema
        = changeInput("INSERT or UPDATE statements, separated by semicolons.").json();
    tool.description.outputSchema = changeOutput();
    tool.description.annotations = {false, true, false, false};
    tool.plan = [&settings](const Json &given) {
        return writePlan(given, settings);
    };
    tool.run = runChange;
    return tool;
}

Tool deleteFromDatabase(const Settings &settings)
{
    Tool tool;
    tool.description.name = "delete_from_database";
    tool.description.title = "Delete rows";
    tool.description.description = "Runs DELETE statements as one transaction. The person is asked "
                                   "first, outside this chat, and sees which "
                                   "rows would go.";
    tool.description.inputSchema
        = changeInput("DELETE statements, separated by semicolons.").json();
    tool.description.outputSchema = changeOutput();
    tool.description.annotations = {false, true, false, false};
    tool.plan = [&settings](const Json &given) -> Result<Plan> {
        auto plan = basePlan("delete_from_database", given, settings);
        if (!plan)
            return plan;
        plan->permission = Permission::Delete;
        plan->risk = plan->dryRun ? Risk::Change : Risk::Destructive;
        plan->asks = !plan->dryRun;
        plan->askReason = "Deleting rows asks.";
        plan->privilege = Turso::Privilege::Delete;
        return plan;
    };
    tool.run = runChange;
    return tool;
}

Tool evolveSchema(const Settings &settings)
{
    Tool tool;
    tool.description.name = "evolve_schema";
    tool.description.title = "Change the schema";
    tool.description.description = "Runs CREATE, ALTER and DROP statements as one transaction. All "
                                   "but CREATE TABLE, INDEX and VIEW wait for "
                                   "the person.";
    tool.description.inputSchema
        = changeInput("Schema statements, separated by semicolons.").json();
    tool.description.outputSchema = changeOutput();
    tool.description.annotations = {false, true, false, false};
    tool.plan = [&settings](const Json &given) -> Result<Plan> {
        auto plan = basePlan("evolve_schema", given, settings);
        if (!plan)
            return plan;
        const bool createsOnly
            = std::all_of(plan->statements.begin(), plan->statements.end(),
                          [](const Statement &statement) { return statement.createsOnly; });
        plan->permission = Permission::Schema;
        plan->risk = createsOnly || plan->dryRun ? Risk::Change : Risk::Destructive;
        plan->asks = !createsOnly && !plan->dryRun;
        plan->askReason = "Changing what exists in the schema asks.";
        plan->privilege = Turso::Privilege::Schema;
        return plan;
    };
    tool.run = runChange;
    return tool;
}

} // namespace

void addSqlTools(std::vector<Tool> &tools, const Settings &settings)
{
    tools.push_back(readDatabase(settings));
    tools.push_back(writeDatabase(settings));
    tools.push_back(deleteFromDatabase(settings));
    tools.push_back(evolveSchema(settings));
}

} // namespace Gateway
