// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

/// Where an instance's local sockets are. No Qt: the bridge, which must start in a millisecond,
/// uses it too.
namespace Base
{

/// The port of 127.0.0.1 and ::1 that agents' configurations name.
inline constexpr unsigned short kDefaultPort = 7766;

/// The folder of one instance's sockets: 0700, owned by the user. `profile` is the absolute path
/// given by --profile, or empty for the user's own instance. A folder beside the profile's data
/// would exceed the 108 bytes that a socket address holds, so it is a short name under
/// $XDG_RUNTIME_DIR (or, without that, under /tmp) made from a hash of the profile's path;
/// $TURSO_COMPANION_RUNTIME_DIR overrides the parent.
std::string socketFolder(std::string_view profile);

/// Creates the folder if missing and checks that it is a real folder of this user that nobody else
/// can enter. Returns an empty string, or a sentence that says what is wrong with it.
std::string prepareSocketFolder(const std::string &folder);

/// Agents' bridges connect here.
std::string agentSocketPath(std::string_view profile);

/// Windows of other processes and the command line connect here (the control API).
std::string controlSocketPath(std::string_view profile);

/// `path` made absolute and free of "." and "..", without asking the file system; empty stays
/// empty. Both sides of a socket must name a profile alike.
std::string normalizedProfile(std::string_view path);

} // namespace Base
