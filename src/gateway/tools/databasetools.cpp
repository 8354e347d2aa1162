// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/grantstore.h"
#include "gateway/tools/encode.h"
#include "gateway/tools/schema.h"
#include "gateway/tools/toolset.h"
#include "turso/sizelimit.h"

#include <QByteArray>

#include <algorithm>

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Base::Json;
using Base::Pending;
using Base::Result;

Json databaseSchema()
{
    return {{"type", "object"},
            {"description", "Name, id, group, engine, address, protection and sizes in bytes."}};
}

Result<Plan> lookPlan(const Json &given)
{
    Plan plan;
    plan.permission = Permission::Read;
    plan.changes = false;
    plan.risk = Risk::Safe;
    plan.asks = false;
    plan.database = Base::stringMember(given, "database").value_or(std::string());
    plan.group = Base::stringMember(given, "group").value_or(std::string());
    plan.given = given;
    return plan;
}

std::string encodeCursor(const std::string &name)
{
    return QByteArray::fromStdString(name).toBase64(QByteArray::Base64UrlEncoding).toStdString();
}

Result<std::string> decodeCursor(const std::string &cursor)
{
    const auto name = QByteArray::fromBase64Encoding(QByteArray::fromStdString(cursor),
                                                     QByteArray::Base64UrlEncoding
                                                         | QByteArray::AbortOnBase64DecodingErrors);
    if (!name || (*name).isEmpty())
        return Base::fail(ErrorKind::InvalidArgument,
                          "\"cursor\" is not one that this tool has given out.", {},
                          R"({"argument":"cursor"})");
    return (*name).toStdString();
}

Result<Yield> page(const std::vector<Turso::Database> &databases, const Grant &grant,
                   const Json &given)
{
    const auto limit = static_cast<std::size_t>(Base::integerMember(given, "limit").value_or(100));
    std::string after;
    if (const auto cursor = Base::stringMember(given, "cursor")) {
        const auto decoded = decodeCursor(*cursor);
        if (!decoded)
            return tl::unexpected(decoded.error());
        after = *decoded;
    }
    Json list = Json::array();
    Json next;
    for (const Turso::Database &database : databases) { // sorted by name
        if (!covers(grant, database.name, database.group) || database.name <= after)
            continue;
        if (list.size() == limit) {
            next = encodeCursor(list.back()["name"].get<std::string>());
            break;
        }
        list.push_back(databaseSummary(database));
    }
    Yield yield;
    yield.rows = static_cast<std::int64_t>(list.size());
    yield.members = objectInside({{"databases", list}, {"next_cursor", next}});
    return yield;
}

Tool listDatabases()
{
    Tool tool;
    tool.description.name = "list_databases";
    tool.description.title = "List databases";
    tool.description.description
        = "Lists the databases that you may use, by name, with group, engine, size and protection.";
    tool.description.inputSchema = InputSchema()
                                       .text("group", "Only databases of this group.")
                                       .integer("limit", "How many at most.", 1, 1000, 100)
                                       .text("cursor", "next_cursor of the page before.")
                                       .json();
    tool.description.outputSchema = outputSchema(
        {{"databases",
          {{"type", "array"},
           {"items", databaseSchema()},
           {"description", "One entry a database."}}},
         {"next_cursor",
          {{"type", {"string", "null"}}, {"description", "Pass it as cursor for more."}}}});
    tool.description.annotations = {true, false, true, false};
    tool.plan = lookPlan;
    tool.run = [](const Plan &plan, const RunContext &context) {
        return Base::mapped(
            context.platform.databases(plan.group),
            [grant = context.grant, given = plan.given](
                const Result<std::vector<Turso::Database>> &databases) -> Result<Yield> {
                if (!databases)
                    return tl::unexpected(databases.error());
                return page(*databases, grant, given);
            });
    };
    return tool;
}

Result<Yield> detail(const Result<Turso::Database> &database)
{
    if (!database)
        return tl::unexpected(database.error());
    Yield yield;
    yield.members = objectInside({{"database", databaseDetail(*database)}});
    return yield;
}

Tool getDatabase()
{
    Tool tool;
    tool.description.name = "get_database";
    tool.description.title = "Show a database";
    tool.description.description
        = "Shows one database: address, group, engine, sizes, protection and access rules.";
    tool.description.inputSchema
        = InputSchema().text("database", "The database's name.", true).json();
    tool.description.outputSchema = outputSchema({{"database", databaseSchema()}});
    tool.description.annotations = {true, false, true, false};
    tool.plan = lookPlan;
    tool.run = [](const Plan &plan, const RunContext &context) {
        return Base::mapped(context.platform.database(plan.database), detail);
    };
    return tool;
}

Result<Plan> createPlan(const Json &given)
{
    Plan plan;
    plan.permission = Permission::Create;
    plan.risk = Risk::Change;
    plan.asks = false;
    plan.group = Base::stringMember(given, "group").value_or(std::string());
    plan.given = given;
    if (const auto size = Base::stringMember(given, "size_limit")) {
        const auto bytes = Turso::parseSizeLimit(*size);
        if (!bytes)
            return tl::unexpected(bytes.error());
        plan.given["size_limit"] = *bytes;
    }
    return plan;
}

Pending<Yield> create(const Plan &plan, const RunContext &context)
{
    if (!context.grant.databases.empty())
        return Base::readyNow(Result<Yield>(Base::fail(
            ErrorKind::NotGranted,
            "This agent may use certain databases only, so it cannot create others.",
            "The person can widen the grant in Turso Companion.", R"({"permission":"create"})")));
    Turso::NewDatabase wanted;
    wanted.name = *Base::stringMember(plan.given, "name");
    wanted.group = plan.group.empty() ? context.grant.group : plan.group;
    if (const auto limit = Base::integerMember(plan.given, "size_limit"))
        wanted.sizeLimit = *limit;
    wanted.useTursodb = Base::boolMember(plan.given, "use_tursodb").value_or(false);
    return Base::mapped(context.platform.createDatabase(wanted), detail);
}

Tool createDatabase()
{
    Tool tool;
    tool.description.name = "create_database";
    tool.description.title = "Create a database";
    tool.description.description = "Creates an empty database.";
    tool.description.inputSchema
        = InputSchema()
              .text("name", "Its name: lower-case letters, digits and dashes, at most 64.", true)
              .text("group", "The group it belongs to; the first one if left out.")
              .text("size_limit", "The largest size, for example \"256mb\" or \"1 GiB\".")
              .boolean("use_tursodb",
                       "Use the Turso engine instead of libSQL, where the connection has it.")
              .json();
    tool.description.outputSchema = outputSchema({{"database", databaseSchema()}});
    tool.description.annotations = {false, false, false, false};
    tool.plan = createPlan;
    tool.run = create;
    return tool;
}

Result<Plan> deletePlan(const Json &given)
{
    Plan plan;
    plan.permission = Permission::DeleteDatabase;
    plan.risk = Risk::Irreversible;
    plan.asks = true;
    plan.askReason = "Deleting a database always asks.";
    plan.database = *Base::stringMember(given, "database");
    plan.mustType = plan.database;
    plan.reason = Base::stringMember(given, "reason").value_or(std::string());
    plan.given = given;
    return plan;
}

Tool deleteDatabase()
{
    Tool tool;
    tool.description.name = "delete_database";
    tool.description.title = "Delete a database";
    tool.description.description = "Deletes a database or a branch with all its data. The person "
                                   "is always asked first, outside this chat.";
    tool.description.inputSchema
        = InputSchema()
              .text("database", "The name of the database or branch.", true)
              .text("reason", "Why, in one sentence; the person reads it.")
              .json();
    tool.description.outputSchema = outputSchema(
        {{"deleted", {{"type", "string"}, {"description", "The name of what was deleted."}}}});
    tool.description.annotations = {false, true, false, false};
    tool.plan = deletePlan;
    tool.run = [](const Plan &plan, const RunContext &context) {
        return Base::mapped(context.platform.deleteDatabase(plan.database),
                            [](const Result<std::string> &name) -> Result<Yield> {
                                if (!name)
                                    return tl::unexpected(name.error());
                                Yield yield;
                                yield.members = objectInside({{"deleted", *name}});
                                return yield;
                            });
    };
    return tool;
}

} // namespace

void addDatabaseTools(std::vector<Tool> &tools)
{
    tools.push_back(listDatabases());
    tools.push_back(getDatabase());
    tools.push_back(createDatabase());
    tools.push_back(deleteDatabase());
}

} // namespace Gateway
