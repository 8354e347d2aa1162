// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// The statement gate's lexical half: what SQL text says that it is, read exactly as SQLite's own
/// tokenizer reads it. The engine's half stands with each connection; both must agree before
/// anything runs.
namespace Turso::Sql
{

enum class StatementClass {
    Read, ///< changes nothing: SELECT, VALUES, EXPLAIN, the listed PRAGMAs
    Write, ///< INSERT, UPDATE, upsert
    Replace, ///< REPLACE, INSERT OR REPLACE, UPDATE OR REPLACE: deletes rows silently
    Delete, ///< DELETE
    Schema, ///< CREATE, ALTER, DROP, REINDEX, ANALYZE
    Refused, ///< never run: ATTACH, transaction control, VACUUM, other PRAGMAs, denied functions,
             ///< not understood
};

/// "read", "write", "replace", "delete", "schema", "refused".
std::string_view className(StatementClass statementClass);

struct Statement {
    std::string text; ///< from its first to its last token, without the `;`
    StatementClass statementClass = StatementClass::Refused;
    std::string verb; ///< upper case: "DELETE", "CREATE TABLE", "PRAGMA" ...
    std::string table; ///< the object it is about, unquoted, or empty
    std::string refusal = {}; ///< a sentence, set with Refused
    bool isExplain = false;
    bool wholeTable = false; ///< UPDATE or DELETE without WHERE (and without LIMIT)
    bool dropsData = false; ///< DROP TABLE, ALTER TABLE ... DROP COLUMN
    bool createsOnly = false; ///< CREATE TABLE, INDEX or VIEW: nothing that exists is changed
    bool updatesOnConflict = false; ///< INSERT ... ON CONFLICT DO UPDATE: may overwrite rows that
                                    ///< exist
};

/// The longest text that is looked at.
inline constexpr std::size_t kMaxSqlBytes = 1024 * 1024;

/// Splits and classifies. A statement that is never allowed is returned as Refused with its reason,
/// so that its index can be named; an error means that the text as a whole is not SQL (NUL, not
/// UTF-8, too long, unterminated string, empty). Pure; any thread.
Base::Result<std::vector<Statement>> classify(std::string_view sql);

/// The statement's shape: literals and parameters become `?` (NULL, TRUE and FALSE where they are
/// values; signs go with their numbers; CURRENT_TIME and the like are no literals), IN lists and
/// rows of VALUES collapse, white space, comments and keyword case fold, names stay as they are
/// written. Two statements of one shape differ only in their values. Used for rules and statistics.
std::string normalized(std::string_view sql);

} // namespace Turso::Sql
