// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace Connect
{

enum class System : std::uint8_t { Linux, Windows, MacOs };

/// Where agents keep their things on one machine: the table of agents names places by these.
/// A value, so that a test is on any machine it likes.
struct Places {
    System system = System::Linux;
    std::string home; ///< absolute
    std::string config; ///< $XDG_CONFIG_HOME; %APPDATA%; ~/Library/Application Support
    std::string local; ///< %LOCALAPPDATA%; elsewhere the same as config
    std::vector<std::string>
        programs; ///< folders with programs, from $PATH and the usual additions
    /// What agents are told by the environment: CODEX_HOME, CLAUDE_CONFIG_DIR, GEMINI_CLI_HOME.
    std::map<std::string, std::string, std::less<>> environment;

    static Places ofThisMachine();

    /// The paths that a pattern stands for. "~/" is the home, "{config}" and "{local}" the folders
    /// above, "$NAME" at the beginning a variable of the environment: without it the pattern stands
    /// for nothing. One "*" in one folder's name stands for any text, and only for folders that
    /// exist.
    std::vector<std::string> expand(std::string_view pattern) const;

    /// The program of that name in `programs` (on Windows with .exe or .cmd), or empty.
    std::string findProgram(std::string_view name) const;
};

} // namespace Connect
