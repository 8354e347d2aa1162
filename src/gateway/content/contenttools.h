// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/tools/tool.h"

namespace Gateway
{

/// What resources and completion read, as tools of the pipeline that agents cannot name. Named as
/// the MCP methods behind them: so they stand in the history.
/// {database, table?} -> {mime_type, text}; asks where a read would.
inline constexpr char kReadResource[] = "resources/read";
/// {database?} -> {names: [{name, group}]}: the databases, or the tables of one. Never asks.
inline constexpr char kListResources[] = "resources/list";
/// The same.
inline constexpr char kComplete[] = "completion/complete";

std::vector<Tool> contentTools(const Settings &settings);

} // namespace Gateway
