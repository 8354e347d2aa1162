// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/grantstore.h"
#include "gateway/tools/encode.h"
#include "gateway/tools/schema.h"
#include "gateway/tools/toolset.h"

#include <utility>

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Base::Json;
using Base::Pending;
using Base::Result;

Result<Plan> branchPlan(const Json &given)
{
    Plan plan;
    plan.permission = Permission::Branch;
    plan.risk = Risk::Change;
    plan.asks = false;
    plan.database = *Base::stringMember(given, "database");
    plan.group = Base::stringMember(given, "group").value_or(std::string());
    plan.given = given;
    plan.sql = "branch = " + Base::quoteJson(*Base::stringMember(given, "name"));
    if (!plan.group.empty())
        plan.sql += ", group = " + Base::quoteJson(plan.group);
    if (const auto text = Base::stringMember(given, "timestamp")) {
        const auto at = Base::parseRfc3339(*text);
        if (!at)
            return Base::fail(ErrorKind::InvalidArgument, at.error().message, at.error().hint,
                              R"({"argument":"timestamp"})");
        plan.given["timestamp"] = *at;
        plan.sql += ", timestamp = " + Base::quoteJson(Base::toRfc3339(*at));
    }
    return plan;
}

/// A branch that came out empty looks like any other database; only its parent tells.
Result<Yield> verified(const Result<Turso::Database> &branch, const Turso::NewBranch &wanted)
{
    if (!branch)
        return tl::unexpected(branch.error());
    const bool isOfSource = branch->parent && branch->parent->name == wanted.database;
    if (!isOfSource || (wanted.timestamp && branch->parent->branchedAt != *wanted.timestamp))
        return Base::fail(ErrorKind::UpstreamError,
                          "The database " + branch->name
                              + " was made, but it does not name the source that was asked for; it "
                                "may be empty.",
                          "Look at it with get_database and read_database before you use it.",
                          R"({"outcome":"unknown"})");
    return Yield{.members = objectInside({{"database", databaseDetail(*branch)}})};
}

Pending<Yield> branch(const Plan &plan, const RunContext &context)
{
    const auto refused
        = [](ErrorKind kind, std::string message, std::string hint, std::string details) {
              return Base::readyNow(Result<Yield>(
                  Base::fail(kind, std::move(message), std::move(hint), std::move(details))));
          };
    if (!context.grant.databases.empty())
        return refused(ErrorKind::NotGranted,
                       "This agent may use certain databases only, so it cannot create others.",
                       "The person can widen the grant in Turso Companion.",
                       R"({"permission":"branch"})");
    const std::string &group = context.grant.group;
    if (!plan.group.empty() && !group.empty() && plan.group != group)
        return refused(ErrorKind::NotFound, "There is no group named \"" + plan.group + "\".", {},
                       {});
    Turso::NewBranch wanted;
    wanted.database = plan.database;
    wanted.name = *Base::stringMember(plan.given, "name");
    wanted.group = plan.group;
    if (const auto at = Base::integerMember(plan.given, "timestamp")) {
        if (!context.platform.capabilities().pointInTime)
            return refused(ErrorKind::Unsupported,
                           "This connection can branch a database as it is now, not as it was.",
                           "Leave timestamp out.", R"({"capability":"point_in_time"})");
        wanted.timestamp = *at;
    }
    return Base::mapped(
        context.platform.createBranch(wanted),
        [wanted](const Result<Turso::Database> &made) { return verified(made, wanted); });
}

Tool createBranch()
{
    Tool tool;
    tool.description.name = "create_branch";
    tool.description.title = "Create a branch";
    tool.description.description
        = "Creates a branch: a new database with the state of another one, now or at an earlier "
          "time. Good for trying a change out, and for looking at what was before a mistake.";
    tool.description.inputSchema
        = InputSchema()
              .text("database", "The database to branch from.", true)
              .text("name", "The branch's name.", true)
              .text("timestamp",
                    "The instant whose state it gets, RFC 3339 with a zone; now if left out.")
              .text("group", "The group of the branch; that of the database if left out.")
              .json();
    tool.description.outputSchema
        = outputSchema({{"database",
                         {{"type", "object"},
                          {"description",
                           "The branch, as get_database shows it; `parent` says "
                           "where it comes from and of which instant."}}}});
    tool.description.annotations = {false, false, false, false};
    tool.plan = branchPlan;
    tool.run = branch;
    return tool;
}

Tool listBranches()
{
    Tool tool;
    tool.description.name = "list_branches";
    tool.description.title = "List branches";
    tool.description.description = "Lists the branches that were made from a database, each with "
                                   "the instant whose state it began with.";
    tool.description.inputSchema
        = InputSchema().text("database", "The database's name.", true).json();
    tool.description.outputSchema
        = outputSchema({{"branches",
                         {{"type", "array"},
                          {"items", {{"type", "object"}}},
                          {"description", "One entry a branch, as in list_databases."}}}});
    tool.description.annotations = {true, false, true, false};
    tool.plan = [](const Json &given) -> Result<Plan> {
        Plan plan;
        plan.permission = Permission::Read;
        plan.changes = false;
        plan.risk = Risk::Safe;
        plan.asks = false;
        plan.database = *Base::stringMember(given, "database");
        plan.given = given;
        return plan;
    };
    tool.run = [](const Plan &plan, const RunContext &context) {
        return Base::mapped(
            context.platform.branches(plan.database),
            [grant
             = context.grant](const Result<std::vector<Turso::Database>> &found) -> Result<Yield> {
                if (!found)
                    return tl::unexpected(found.error());
                Json list = Json::array();
                for (const Turso::Database &database : *found) {
                    if (covers(grant, database.name, database.group))
                        list.push_back(databaseSummary(database));
                }
                Yield yield;
                yield.rows = static_cast<std::int64_t>(list.size());
                yield.members = objectInside({{"branches", list}});
                return yield;
            });
    };
    return tool;
}

} // namespace

void addBranchTools(std::vector<Tool> &tools)
{
    tools.push_back(createBranch());
    tools.push_back(listBranches());
}

} // namespace Gateway
