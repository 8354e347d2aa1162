// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/authenticator.h"

#include <QtGlobal>

#include <optional>

namespace Mcp
{

/// Who is at the other end of a connected local socket, as the kernel says. Nothing if it cannot
/// tell. The executables are empty where the process is gone or may not be looked at; `announced`
/// stays empty.
std::optional<PeerProgram> peerProgram(qintptr socketDescriptor);

/// The user this process acts for, comparable with PeerProgram::uid.
long long ownUserId();

} // namespace Mcp
