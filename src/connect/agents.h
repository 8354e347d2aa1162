// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/places.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Writing Turso Companion into the configuration of agents, and taking it out again.
namespace Connect
{

/// The key of our entry, in every agent's configuration.
inline constexpr std::string_view kServerKey = "turso-companion";

/// How an agent reaches the app.
enum class Way : std::uint8_t {
    Bridge, ///< it starts turso-companion-mcp and speaks over stdin and stdout
    Http, ///< it dials the app's URL and signs in there
};

/// "bridge", "http"
std::string_view wayName(Way way);

/// What an agent's parser accepts. The file is kept as it is; this says what counts as broken.
enum class Dialect : std::uint8_t {
    Json,
    JsonWithComments,
    Jsonc, ///< comments and trailing commas
    Toml,
};

/// The members that our entry has, by way. Agents disagree about little else.
struct EntryShape {
    std::string_view bridgeType; ///< value of "type", or empty: no such member
    std::string_view httpType; ///< the same for the URL
    std::string_view urlKey; ///< "url", "serverUrl", "httpUrl"; empty: cannot dial loopback
    std::string_view source; ///< value of "source" (Zed), or empty
};

/// One agent, as data. Paths are patterns: see Places::expand().
struct Agent {
    std::string_view id; ///< also what --agent tells the app: "claude-desktop"
    std::string_view name; ///< "Claude Desktop"
    std::string_view container; ///< the key of the object with all servers
    EntryShape entry;
    /// Where its configuration is, best first. The first one whose folder exists counts, or else
    /// the first.
    std::span<const std::string_view> files[3]; ///< by System
    /// One of these is there: it is installed.
    std::span<const std::string_view> traces[3]; ///< files and folders, by System
    std::span<const std::string_view> programs; ///< names to look for in PATH
    std::string_view restartNote; ///< what to do so that it reads its configuration again
    std::string_view bomNote; ///< what a byte order mark does to it, or empty
    Dialect dialect;
    bool takesBundles; ///< installs .mcpb files
};

/// Every agent whose configuration we can write, the best known first.
std::span<const Agent> agents();

/// Null if there is none with that id.
const Agent *findAgent(std::string_view id);

/// Its configuration file on that machine, absolute. Never empty. The file need not exist.
std::string configurationFile(const Agent &agent, const Places &places);

/// Whether there are signs of it on that machine.
bool isInstalled(const Agent &agent, const Places &places);

} // namespace Connect
