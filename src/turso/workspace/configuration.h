// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/types.h"

#include <string>
#include <vector>

/// What a database's configuration may hold and what it means on this machine.
namespace Turso::Embedded
{

/// Changes `configuration` as asked and names the keys that have another value now. Lists are
/// cleaned as Turso's own command line does it: trimmed, without empty and repeated entries. An
/// address is IPv4, IPv6 or a CIDR range, a VPC begins with `vpce-`; anything else is
/// InvalidArgument (details {"argument"}) and changes nothing.
Base::Result<std::vector<std::string>> applyChange(DatabaseConfiguration &configuration,
                                                   const ConfigurationChange &change);

/// True if the allow-rules let in whoever is on this machine: 127.0.0.1 or ::1.
bool admitsThisMachine(const DatabaseConfiguration &configuration);

/// True if they let in one of `addresses` (IPv4 or IPv6, without a zone).
bool admitsAny(const DatabaseConfiguration &configuration,
               const std::vector<std::string> &addresses);

} // namespace Turso::Embedded
