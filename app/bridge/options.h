// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace Bridge
{

struct Options {
    std::string profile; ///< absolute, or empty for the user's own instance
    std::string agent; ///< as told with --agent, or empty
    bool mayStartApp = true;
};

/// What the command line asks for.
enum class Wish { Serve, Help, Version, Misused };

/// Reads the command line and $TURSO_COMPANION_NO_AUTOSTART. `complaint` is set with Misused.
Wish readOptions(int argc, char **argv, Options &options, std::string &complaint);

extern const char *const kUsage;

} // namespace Bridge
