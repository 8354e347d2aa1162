// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "turso/analytics.h"
#include "turso/libsqlserver/serverstore.h"

#include <optional>
#include <string>
#include <vector>

namespace Turso::SelfHosted
{

/// The member `queries` of a namespace's statistics, with shapes in place of texts, which hold
/// values; `takenAt` is left to the caller. Nothing if there is none, or it cannot be read.
std::optional<HourSnapshot> snapshotIn(const Base::Json &queries);

/// Adds what the server counted in [analytics.from, analytics.to), and says how much of that time
/// this is. `snapshots`: of the hours that overlap it, by time; `hasAdmin`: the server can be
/// asked.
void addServerFigures(Analytics &analytics, const std::vector<HourSnapshot> &snapshots,
                      bool hasAdmin);

} // namespace Turso::SelfHosted
