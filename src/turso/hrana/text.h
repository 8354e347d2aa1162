// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/workspace/streams/streamsession.h"

#include <optional>
#include <string>
#include <string_view>

struct sqlite3_stmt;

/// Hrana's values as JSON text, written where they are made.
namespace Turso::Hrana
{

/// {"message":...,"code":...}
void appendError(std::string &out, const Embedded::StreamError &error);

/// [{"name":...,"decltype":...}]
void appendColumns(std::string &out, const std::vector<Column> &columns);

/// What is wrong with a row, in the words of Turso's server: it has text that is not UTF-8.
using RowProblem = std::optional<std::string>;

/// Appends the row that `statement` stands on: [{"type":...}].
RowProblem appendRow(std::string &out, sqlite3_stmt *statement);

/// The result of a describe request.
void appendDescription(std::string &out, const Embedded::StreamDescription &description);

/// A number as Turso's server writes it: 1.0, 1e16; null for what JSON has not.
void appendFloat(std::string &out, double value);

/// Text that answers a whole request: {"error":...}.
std::string errorBody(std::string_view sentence);

} // namespace Turso::Hrana
