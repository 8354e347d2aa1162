// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "companion/options.h"

namespace Companion
{

/// Runs the app until it is told to end; the process's exit code. With --headless, or without a
/// display, there is one thread; with a tray the gateway has a thread of its own, so that an open
/// menu holds up no call.
int run(int argc, char *argv[], const Options &options);

} // namespace Companion
