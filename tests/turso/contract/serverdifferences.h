// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/contract/subject.h"

/// What differs wherever the engine is libsql-server, a machine's own or Turso's.
inline std::vector<Difference> serverDifferences()
{
    const std::string noSign = "JSON has no infinity; the server sends null for both.";
    return {
        {"value 9e999", "[[\"±Infinity\"]]", noSign},
        {"value -9e999", "[[\"±Infinity\"]]", noSign},
        {"value CAST(x'61ff62' AS TEXT)",
         "error: sql_error: A value is text that is not UTF-8, which the server cannot send "
         "(invalid utf-8 sequence of 1 bytes from index 1).",
         "The server refuses the whole answer; the hint says how to ask for its bytes."},
        {"outcome_of_a_late_write", "\"unknown\"",
         "The connection is cut while the server works; it does not say what it did."},
    };
}
