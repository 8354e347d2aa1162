// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

struct sqlite3_stmt;
struct sqlite3_value;

/// SQLite's values as JSON text in the encoding of the tools' API (see Turso::StatementOutcome).
namespace Turso::Embedded
{

/// Appends one value. Text of more than `cut` bytes is shortened and ends with an ellipsis; 0:
/// never.
void appendValue(std::string &out, sqlite3_value *value, std::size_t cut = 0);

/// Appends the current row as a JSON array. False, with the row left unfinished, as soon as `out`
/// would be longer than `maxSize`: a row can be far larger than what may be answered.
bool appendRow(std::string &out, sqlite3_stmt *statement, std::size_t maxSize);

} // namespace Turso::Embedded
