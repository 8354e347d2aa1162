// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "turso/types.h"

#include <optional>
#include <string>
#include <vector>

/// The queries behind the schema resources, and what is made of their rows. Objects of the engine
/// itself and the inner tables of virtual ones are left out. Pure; any thread.
namespace Gateway
{

/// type, sql: tables by name, each with its indexes and triggers, then views.
std::string schemaQuery();
/// name: of tables and views.
std::string tableNamesQuery();
/// All about the table or view ?1, one fact a row.
std::string tableQuery();

/// The rows as JSON arrays.
std::vector<Base::Json> rowsOf(const Turso::StatementOutcome &outcome);

/// CREATE statements under one line that says that they are data.
std::string schemaText(const Turso::StatementOutcome &outcome);

/// {name, type, columns, primary_key, indexes, foreign_keys, triggers, sql}; nothing if there is no
/// such table.
std::optional<Base::Json> tableDetail(const Turso::StatementOutcome &outcome);

} // namespace Gateway
