// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/statement.h"

#include <string>
#include <string_view>
#include <vector>

namespace Gateway
{

/// The gate in front of the four SQL tools: what the text says it is must be what the tool is for.
/// Refuses with WrongTool (details name `use_tool` and the statement) or NotUnderstood.
/// read_database takes one statement, the others any number of their own class; write_database also
/// takes the REPLACE forms.
Base::Result<std::vector<Turso::Sql::Statement>> gate(std::string_view tool, std::string_view sql);

} // namespace Gateway
