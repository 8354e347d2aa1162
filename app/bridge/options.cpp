// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/options.h"

#include "base/socketpath.h"

#include <cstdlib>
#include <string_view>

namespace Bridge
{

const char *const kUsage
    = "Usage: turso-companion-mcp [--profile DIR] [--agent NAME]\n\n"
      "Connects an MCP host that speaks over stdin and stdout to Turso Companion, which it starts "
      "if need be.\n\n"
      "  --profile DIR  the instance with this profile folder, instead of your own\n"
      "  --agent NAME   the name of the agent, for the person (also: --client NAME)\n"
      "  --help         this text\n"
      "  --version      the version\n";

Wish readOptions(int argc, char **argv, Options &options, std::string &complaint)
{
    const char *noStart = std::getenv("TURSO_COMPANION_NO_AUTOSTART");
    options.mayStartApp = !noStart || !*noStart || std::string_view(noStart) == "0";
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        const auto equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        if (word == "--help" || word == "-h")
            return Wish::Help;
        if (word == "--version")
            return Wish::Version;
        if (name != "--profile" && name != "--agent" && name != "--client") {
            complaint = "Unknown option " + std::string(word) + ".";
            return Wish::Misused;
        }
        if (equals == std::string_view::npos && i + 1 == argc) {
            complaint = std::string(name) + " needs a value.";
            return Wish::Misused;
        }
        const std::string value(equals == std::string_view::npos ? argv[++i]
                                                                 : word.substr(equals + 1));
        if (name == "--profile")
            options.profile = Base::normalizedProfile(value);
        else
            options.agent = value;
    }
    return Wish::Serve;
}

} // namespace Bridge
