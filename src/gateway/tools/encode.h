// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "turso/types.h"

#include <string>

/// Turso's values in the JSON of the tools' API.
namespace Gateway
{

/// `name, id, group, engine, hostname, parent, delete_protection, size_bytes`: one entry of a list.
Base::Json databaseSummary(const Turso::Database &database);
/// All that get_database answers.
Base::Json databaseDetail(const Turso::Database &database);

/// size_limit, delete_protection, blocks and allow lists.
Base::Json configurationDetail(const Turso::DatabaseConfiguration &configuration);
/// An object's text without its braces, as Yield::members has it.
std::string objectInside(const Base::Json &object);

/// The impact object as text.
std::string impactText(const Turso::Impact &impact);

/// Appends `"columns":[...],"rows":[...],"row_count":N,"truncated":B` of one statement.
void appendRows(std::string &out, const Turso::StatementOutcome &outcome);

/// An integer, as a string where JavaScript could not hold it.
void appendInteger(std::string &out, std::int64_t value);
/// Milliseconds with at most three decimals.
void appendMillis(std::string &out, double value);

/// `args` to bindable values. InvalidArgument names the position or name.
Base::Result<Turso::Arguments> bindings(const Base::Json &args);

} // namespace Gateway
