// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace Connect
{

/// Files that are larger are not touched: no agent's configuration is.
inline constexpr long long kMostConfigBytes = 16LL * 1024 * 1024;

/// A configuration file as it is now.
struct ConfigFile {
    std::string path; ///< as the agent knows it
    std::string target; ///< where links lead; the same as `path` without any
    bool exists = false;
    std::string bytes;
};

/// Internal, with a sentence, where it cannot be read: a folder, a device, links in a circle, too
/// large. A file that does not exist is no error.
Base::Result<ConfigFile> readConfigFile(const std::string &path);

/// Why it could not be written, before anything is tried. Protected: read-only, somebody else's, or
/// in a folder that may not be written to.
Base::Result<void> checkWritable(const ConfigFile &file);

/// Puts `bytes` in the file's place in one step (a new file beside it, renamed), with the
/// permissions that it had; what it is linked from stays. A new one is for the user alone.
/// ImpactChanged, and nothing is written, if it is not what `before` says any more. Returns the
/// folders that had to be made, outermost first.
Base::Result<std::vector<std::string>> writeConfigFile(const ConfigFile &before,
                                                       std::string_view bytes);

/// Removes it, and those of `folders` that are empty then. ImpactChanged as above.
Base::Result<void> removeConfigFile(const ConfigFile &before,
                                    const std::vector<std::string> &folders);

} // namespace Connect
