// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/workspace/runcontrol.h"

#include <string>

struct sqlite3;

namespace Turso::Embedded
{

/// "SQLITE_CONSTRAINT_UNIQUE" for an extended result code; "SQLITE_ERROR" style names only.
std::string engineCodeName(int code);

/// The connection's last error as the seam tells it: the engine's words unchanged, and the kind by
/// its code. An interrupted run is explained by `control`, which may be null.
Base::Error engineError(sqlite3 *db, int code, const RunControl *control);

/// Why `control` ended a run.
Base::Error endedError(RunControl::End end);

} // namespace Turso::Embedded
