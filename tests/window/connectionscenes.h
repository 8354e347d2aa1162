// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "gateway/values.h"

#include <vector>

/// Connections as the played app tells them, for tests and pictures.
namespace Scenes
{

Base::Json workspaceConnection();
Base::Json cloudConnection(); ///< con_cloud: ready, signed in with the browser, in the keychain
Base::Json serverConnection(); ///< con_server: ready, with a warning, without an admin API
/// The three of them.
std::vector<Base::Json> connections();
/// One in every other state: unreachable, signed out, locked, limited, checking, in memory.
std::vector<Base::Json> brokenConnections();
std::vector<Base::Json> manyConnections(int count); ///< with names as long as they come
std::vector<Base::Json> databases(int count); ///< by name, every third a branch
std::vector<Base::Json> auditEntries(int count); ///< newest first, over some days
/// The workspace, a cloud organization, and a server that does not answer.
std::vector<Gateway::ConnectionScope> scopesOfThree();

} // namespace Scenes
