// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/tokens.h"

#include <string>

namespace Turso::Sql
{

/// The first function that a statement calls, or table that it names, which nobody may use; empty
/// if there is none. Strings count where SQLite takes them for names, and the arguments of CREATE
/// VIRTUAL TABLE wherever they stand. In doubt it is named. One pass, however long the text. Pure.
std::string deniedName(const Tokens &tokens);

} // namespace Turso::Sql
