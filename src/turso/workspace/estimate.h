// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platform.h"
#include "turso/workspace/connection.h"
#include "turso/workspace/runcontrol.h"

#include <optional>
#include <string>

namespace Turso::Embedded
{

/// The query that counts the rows an UPDATE or DELETE would change, with its own conditions;
/// nothing if the statement joins other tables or is something else.
std::optional<std::string> countingQuery(const Sql::Statement &statement);

/// Where measuring would hold up writers for too long: counts instead of running. What cannot be
/// counted either gets the number of rows of its table: too much rather than too little.
Impact estimateImpact(Connection &connection, const Script &script, RunControl &control);

} // namespace Turso::Embedded
