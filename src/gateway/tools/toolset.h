// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/tools/tool.h"

namespace Gateway
{

void addDatabaseTools(std::vector<Tool> &tools); ///< list, get, create and delete databases
void addConfigTools(std::vector<Tool> &tools); ///< set_database_config
void addBranchTools(std::vector<Tool> &tools); ///< create_branch, list_branches
void addAnalyticsTool(std::vector<Tool> &tools); ///< database_analytics
void addSqlTools(std::vector<Tool> &tools,
                 const Settings &settings); ///< read, write, delete, evolve

} // namespace Gateway
