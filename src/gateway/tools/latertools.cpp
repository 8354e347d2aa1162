// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/tools/schema.h"
#include "gateway/tools/toolset.h"

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Base::Json;

// What no connection can do yet: the tool is listed with its final schema and says which capability
// is missing.
std::function<Base::Pending<Yield>(const Plan &, const RunContext &)>
missing(const char *capability, const char *sentence)
{
    return [capability, sentence](const Plan &, const RunContext &) {
        return Base::readyNow(Base::Result<Yield>(
            Base::fail(ErrorKind::Unsupported, sentence, "Use another tool or ask the person.",
                       "{\"capability\":" + Base::quoteJson(capability) + "}")));
    };
}

std::function<Base::Result<Plan>(const Json &)> planFor(Permission permission, bool changes)
{
    return [=](const Json &given) -> Base::Result<Plan> {
        Plan plan;
        plan.permission = permission;
        plan.changes = changes;
        plan.risk = changes ? Risk::Change : Risk::Safe;
        plan.asks = false;
        plan.database = Base::stringMember(given, "database").value_or(std::string());
        plan.given = given;
        return plan;
    };
}

Json objectSchema(const char *description)
{
    return {{"type", "object"}, {"description", description}};
}

Json listSchema(const char *description)
{
    return {{"type", "array"}, {"items", {{"type", "object"}}}, {"description", description}};
}

Tool createBranch()
{
    Tool tool;
    tool.permission = Permission::Branch;
    tool.description.name = "create_branch";
    tool.description.title = "Create a branch";
    tool.description.description = "Creates a branch: a new database with the state of another "
                                   "one, now or at an earlier time.";
    tool.description.inputSchema
        = InputSchema()
              .text("database", "The database to branch from.", true)
              .text("name", "The branch's name.", true)
              .text("timestamp",
                    "The instant whose state it gets, RFC 3339 with a zone; now if left out.")
              .text("group", "The group of the branch; that of the database if left out.")
              .json();
    tool.description.outputSchema
        = outputSchema({{"database", objectSchema("The branch, as get_database shows it.")}});
    tool.description.annotations = {false, false, false, false};
    tool.plan = planFor(Permission::Branch, true);
    tool.run = missing("branches", "This connection cannot create branches.");
    return tool;
}

Tool listBranches()
{
    Tool tool;
    tool.description.name = "list_branches";
    tool.description.title = "List branches";
    tool.description.description = "Lists the branches that were made from a database.";
    tool.description.inputSchema
        = InputSchema().text("database", "The database's name.", true).json();
    tool.description.outputSchema = outputSchema({{"branches", listSchema("One entry a branch.")}});
    tool.description.annotations = {true, false, true, false};
    tool.plan = planFor(Permission::Read, false);
    tool.run = missing("branches", "This connection has no branches.");
    return tool;
}

} // namespace

void addLaterTools(std::vector<Tool> &tools)
{
    tools.push_back(createBranch());
    tools.push_back(listBranches());
}

} // namespace Gateway
