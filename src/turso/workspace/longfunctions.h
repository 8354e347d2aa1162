// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

struct sqlite3;

namespace Turso::Embedded
{

class RunControl;

/// SQLite asks whether a statement has to end between the instructions of its program, never inside
/// a function; and some of its functions take hours on values of a few megabytes. Replaces those
/// (instr, replace, trim, ltrim, rtrim) by ones that answer the same and end when the run has to,
/// and json_patch by one that refuses (SQLITE_TOOBIG) what would take longer than about a second.
/// LIKE and GLOB stay SQLite's own, as only those can use an index; their pattern is limited
/// instead. `control` is where the connection keeps its present run, or null; it outlives the
/// connection. False if SQLite has no memory.
bool replaceLongFunctions(sqlite3 *db, RunControl *const *control);

/// See SQLITE_LIMIT_LIKE_PATTERN_LENGTH: this times the longest value is what one call compares.
inline constexpr int kLongestPattern = 100;

} // namespace Turso::Embedded
