// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/statement.h"
#include "turso/sqlclient/answer.h"
#include "turso/types.h"
#include "turso/workspace/schemasnapshot.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// What a change touches, told from a schema and from counts: a server has no hook that would tell.
namespace Turso::Remote
{

/// A table whose rows are counted before and after a change.
struct Touched {
    std::string name;
    std::string via; ///< "statement", "trigger" or "cascade"
    std::optional<std::int64_t> before = {};
    std::optional<std::int64_t> after = {};
};

/// Rows of our own queries, as JSON: [[...], ...]. Nothing where they were cut, or are none.
std::optional<std::vector<std::vector<std::string>>> textRows(const StepAnswer &step);
std::optional<std::int64_t> oneNumber(const StepAnswer &step);

Embedded::SchemaSnapshot snapshotOf(const StepAnswer &objects, const StepAnswer &columns);

/// Queries for touchedBy().
inline constexpr const char *kTriggers
    = "SELECT tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'";
inline constexpr const char *kTables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
inline constexpr const char *kForeignKeys
    = "SELECT f.\"table\", m.name, f.on_delete, f.on_update FROM sqlite_schema AS m, "
      "pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'";

/// The tables of the statements, and those that their triggers name and that foreign keys drag
/// along; some two dozen at most.
std::vector<Touched> touchedBy(const std::vector<Sql::Statement> &statements,
                               const StepAnswer &tables, const StepAnswer &triggers,
                               const StepAnswer &foreignKeys);

/// `affected`: of each statement. `totalChanges`: all rows, as the engine counts them.
std::vector<TableImpact> impactsOf(const std::vector<Sql::Statement> &statements,
                                   const std::vector<std::int64_t> &affected,
                                   const std::vector<Touched> &touched,
                                   std::optional<std::int64_t> totalChanges);

/// `step` has a row for each changed one; `isBefore`: as it was.
std::vector<RowSample> samplesOf(const std::string &table, const StepAnswer &step, bool isBefore);

} // namespace Turso::Remote
