// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Connect
{

/// What agents are pointed at.
struct Destination {
    std::string bridge; ///< absolute path of turso-companion-mcp
    std::string profile; ///< absolute folder of the instance, or empty for the user's own
    std::string endpoint; ///< "http://127.0.0.1:7766/mcp", or empty: the URL is not offered

    /// For the program that runs now: the bridge beside it. `profileFolder` may be the folder of
    /// the user's own instance too, or empty.
    static Destination ofThisProgram(std::string_view profileFolder, std::string endpoint);
};

/// The folder of the instance: `profile`, or the user's own when that is empty. Agrees with the
/// app's.
std::string profileFolder(std::string_view profile);

} // namespace Connect
