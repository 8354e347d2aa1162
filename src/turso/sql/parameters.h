// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace Turso::Sql
{

/// The parameters of one statement in the engine's numbering, the first at 0: `?` and a new name
/// take the next number, `?N` takes N (sqlite3ExprAssignVarNumber). The text of each as written,
/// with its sign; "" where it has no name. A number beyond SQLite's 32766 is left to the engine,
/// which refuses it. Pure; any thread.
std::vector<std::string> parametersOf(std::string_view statement);

} // namespace Turso::Sql
