// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/enginegate.h"

#include "base/json.h"
#include "turso/sql/tokens.h"

#include <sqlite3.h>

namespace Turso::Embedded
{

using Sql::StatementClass;

namespace
{

int expectedAction(const std::string &verb)
{
    if (verb == "INSERT" || verb == "REPLACE")
        return SQLITE_INSERT;
    if (verb == "UPDATE")
        return SQLITE_UPDATE;
    return verb == "DELETE" ? SQLITE_DELETE : 0;
}

std::string disagreementOfRead(const Sql::Statement &statement, const Prepared &prepared)
{
    sqlite3_stmt *raw = prepared.statement.get();
    if ((sqlite3_stmt_isexplain(raw) != 0) != statement.isExplain)
        return "SQLite does not take the statement for the EXPLAIN that it looks like.";
    if (statement.isExplain)
        return {};
    if (sqlite3_stmt_readonly(raw) == 0)
        return "The statement reads like a query, but SQLite says that it writes.";
    if (prepared.witness.changesSchema || prepared.witness.primaryAction != 0)
        return "The statement reads like a query, but SQLite says that it changes something.";
    if (statement.verb == "PRAGMA" && !prepared.witness.hasPragma)
        return "The statement reads like a PRAGMA, but SQLite does not see one.";
    return {};
}

std::string disagreementOfChange(const Sql::Statement &statement, const Prepared &prepared)
{
    const Witness &witness = prepared.witness;
    if (witness.changesSchema || sqlite3_stmt_readonly(prepared.statement.get()) != 0)
        return "SQLite does not take the statement for a change of rows.";
    const bool deletes = statement.statementClass == StatementClass::Delete;
    if (witness.primaryAction == 0 || witness.primaryAction != expectedAction(statement.verb)
        || deletes != (witness.primaryAction == SQLITE_DELETE)
        || !Sql::equalsFolded(witness.primaryTable, statement.table))
        return "SQLite sees another change than the " + statement.verb + " of " + statement.table
            + " that the statement reads like.";
    return {};
}

} // namespace

std::string disagreementOf(const Sql::Statement &statement, const Prepared &prepared,
                           std::string_view rest)
{
    if (!prepared.statement)
        return "SQLite sees no statement there.";
    if (!Sql::splitStatements(rest).empty())
        return "SQLite sees more than one statement.";
    if (statement.statementClass == StatementClass::Read)
        return disagreementOfRead(statement, prepared);
    if (sqlite3_stmt_isexplain(prepared.statement.get()) != 0)
        return "SQLite takes the statement for an EXPLAIN.";
    switch (statement.statementClass) {
    case StatementClass::Write:
    case StatementClass::Replace:
    case StatementClass::Delete:
        return disagreementOfChange(statement, prepared);
    case StatementClass::Schema:
        // DROP ... IF EXISTS of nothing and CREATE ... IF NOT EXISTS of something report no event
        // at all.
        if (prepared.witness.changesSchema)
            return {};
        if (prepared.witness.hasPragma) // FTS5 has its own while it is dropped
            return "SQLite sees a PRAGMA.";
        return prepared.witness.primaryAction != 0 || prepared.witness.changesShadow
            ? "SQLite takes the statement for a change of rows."
            : std::string();
    default:
        return "The statement is never allowed.";
    }
}

Base::Error disagreement(const std::string &sentence, std::size_t index)
{
    return {Base::ErrorKind::NotUnderstood, sentence, {}, Base::dumpJson({{"statement", index}})};
}

bool replacesByDefinition(Connection &connection, const Sql::Statement &statement)
{
    const StatementPointer query = connection.prepareOwn(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE");
    if (!query)
        return false;
    sqlite3_bind_text(query.get(), 1, statement.table.data(),
                      static_cast<int>(statement.table.size()), SQLITE_STATIC);
    if (sqlite3_step(query.get()) != SQLITE_ROW)
        return false;
    const auto *sql = reinterpret_cast<const char *>(sqlite3_column_text(query.get(), 0));
    for (const Sql::Tokens &tokens : Sql::splitStatements(sql != nullptr ? sql : "")) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (tokens.isWord(i, "ON") && tokens.isWord(i + 1, "CONFLICT")
                && tokens.isWord(i + 2, "REPLACE"))
                return true;
        }
    }
    return false;
}

} // namespace Turso::Embedded
