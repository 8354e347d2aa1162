// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

/// What no statement may touch, in one place: the lexical half and the engine's half of the gate
/// ask the same lists. Names are compared as SQLite does, ASCII case folded. Pure; any thread.
namespace Turso::Sql
{

/// Functions that reach outside the database (files, extensions, editors), run text as SQL or
/// write from inside a query.
bool isDeniedFunction(std::string_view name);

/// Tables that read files, run text as SQL or show what others run. Eponymous tables need no
/// parentheses.
bool isDeniedTable(std::string_view name);

/// Why a denied function or table is denied.
std::string deniedSentence(std::string_view name);

/// Tables of SQLite, libSQL, Litestream, Turso and Cloudflare: not to be written, created, changed
/// or dropped.
bool isSystemName(std::string_view name);

enum class PragmaRule {
    Refused,
    WithoutArgument, ///< only read: `PRAGMA name`
    WithArgument, ///< an argument in parentheses says what to look at and sets nothing
};

PragmaRule pragmaRule(std::string_view name);

/// Virtual table modules that keep their data inside the database.
bool isAllowedModule(std::string_view name);

} // namespace Turso::Sql
