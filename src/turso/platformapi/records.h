// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platformapi/call.h"

/// The workspace's things as Turso's JSON, with its casings.
namespace Turso::PlatformApi
{

inline constexpr char kLocation[] = "local";
inline constexpr char kLocationName[] = "This computer";

/// "NAME-local.localhost:PORT": where SQL over HTTP finds it.
std::string hostnameOf(const Parts &parts, const Database &database);

Base::Json databaseRecord(const Parts &parts, const Call &call, const Database &database);
Base::Json configurationRecord(const DatabaseConfiguration &configuration);
Base::Json groupRecord(const Group &group);
Base::Json organizationRecord(const Parts &parts);
Base::Json instanceRecord(const Parts &parts, const Database &database);
/// `call` knows the groups' names.
Base::Json tokenRecord(const Call &call, const ApiToken &token);

} // namespace Turso::PlatformApi
