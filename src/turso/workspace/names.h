// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace Turso::Embedded
{

/// Turso's rule for database and group names, ^[a-z0-9-]{1,64}$, and our own: no dash at either
/// end. InvalidArgument with the rule otherwise.
Base::Result<void> checkName(std::string_view name);

/// A random UUID (version 4) as Turso's libSQL databases have them: clients tell the engine by byte
/// 5, and 0x10 there means the other one.
std::string newDatabaseId();

} // namespace Turso::Embedded
