// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/workspace/archive/archive.h"

#include <atomic>
#include <string>

namespace Turso::Embedded
{

class Connection;

/// Makes `folder`/data.db, in a folder that is there, with the state that is `wanted`, and its own
/// archive, which begins at `since`. `source` is a connection to the database itself and only lends
/// its file. Memory is that of a few pages; writers of the source go on meanwhile. UpstreamError
/// if anything is not as it was written, Cancelled once `stopped` is true.
Base::Result<void> restoreState(const Archive::Wanted &wanted, Connection &source,
                                const std::string &folder, Base::Millis since,
                                const std::atomic<bool> &stopped);

} // namespace Turso::Embedded
