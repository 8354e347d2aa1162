// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/tools/toolset.h"

#include "gateway/toolfacts.h"
#include "gateway/tools/schema.h"

namespace Gateway
{

namespace
{

Tool approvalWait()
{
    Tool tool;
    tool.description.name = kApprovalWait;
    tool.description.title = "Wait for an approval";
    tool.description.description = "Waits up to 45 seconds for the person's answer to a pending "
                                   "call, then returns that call's final result, "
                                   "or pending_approval again. Call it with the approval_id of a "
                                   "pending_approval answer; never repeat the "
                                   "original call instead.";
    tool.description.inputSchema
        = InputSchema()
              .text("approval_id", "The approval_id of the pending_approval answer.", true)
              .json();
    tool.description.outputSchema = outputSchema(Base::Json::object());
    tool.description.annotations = {true, false, true, false};
    return tool;
}

} // namespace

std::vector<Tool> allTools(const Settings &settings)
{
    std::vector<Tool> tools;
    addDatabaseTools(tools);
    addConfigTools(tools);
    addBranchTools(tools);
    addAnalyticsTool(tools);
    addSqlTools(tools, settings);
    tools.push_back(approvalWait());
    for (Tool &tool : tools) {
        if (const ToolFacts *facts = findToolFacts(tool.description.name))
            tool.permission = facts->permission;
    }
    return tools;
}

} // namespace Gateway
