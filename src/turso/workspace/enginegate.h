// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/sql/statement.h"
#include "turso/workspace/connection.h"

#include <string>
#include <string_view>

/// The engine's half of the statement gate: does SQLite see what the lexical half has seen?
namespace Turso::Embedded
{

/// Empty, or the sentence that says how SQLite's view differs. `rest`: what SQLite left unread.
std::string disagreementOf(const Sql::Statement &statement, const Prepared &prepared,
                           std::string_view rest);

/// NotUnderstood, naming the statement.
Base::Error disagreement(const std::string &sentence, std::size_t index);

/// A table whose definition says ON CONFLICT REPLACE lets a plain INSERT or UPDATE delete rows.
/// True if the target of `statement` is such a table.
bool replacesByDefinition(Connection &connection, const Sql::Statement &statement);

} // namespace Turso::Embedded
