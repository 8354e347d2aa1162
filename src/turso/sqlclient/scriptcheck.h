// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platform.h"

namespace Turso::Remote
{

/// What a session of `privilege` may send to a server. No authorizer of ours runs there, so each
/// text is read once more: it must be one statement, of a class that the session may run whatever
/// it was said to be, with an argument for each parameter. Pure; any thread.
Base::Result<void> checkScript(const Script &script, Privilege privilege);

} // namespace Turso::Remote
