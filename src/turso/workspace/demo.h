// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

struct sqlite3;

/// The database that a first start finds: a small shop with a year of orders, the same on every
/// machine.
namespace Turso::Embedded
{

inline constexpr char kDemoName[] = "demo-shop";

/// Fills an empty database within the caller's transaction. Deterministic: no clock, no random
/// device.
bool fillDemo(sqlite3 *db);

} // namespace Turso::Embedded
