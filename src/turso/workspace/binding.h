// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/types.h"

struct sqlite3_stmt;

namespace Turso::Embedded
{

/// Binds every parameter of `statement`. InvalidArgument naming the one that is missing, unknown or
/// too many. The values are borrowed until the statement is reset and its bindings cleared.
Base::Result<void> bindArguments(sqlite3_stmt *statement, const Arguments &arguments);

/// SQLite's result code. Borrows the value in the same way.
int bindValue(sqlite3_stmt *statement, int index, const Value &value);

/// True if there is nothing to bind.
bool isEmpty(const Arguments &arguments);

} // namespace Turso::Embedded
