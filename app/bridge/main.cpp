// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/options.h"
#include "bridge/pump.h"

#include <csignal>
#include <cstdio>

int main(int argc, char **argv)
{
    Bridge::Options options;
    std::string complaint;
    switch (Bridge::readOptions(argc, argv, options, complaint)) {
    case Bridge::Wish::Help:
        std::fputs(Bridge::kUsage, stdout);
        return 0;
    case Bridge::Wish::Version:
        std::puts("turso-companion-mcp " COMPANION_VERSION);
        return 0;
    case Bridge::Wish::Misused:
        std::fprintf(stderr, "turso-companion-mcp: %s\n%s", complaint.c_str(), Bridge::kUsage);
        return 2;
    case Bridge::Wish::Serve:
        break;
    }
    std::signal(SIGPIPE, SIG_IGN);
    return Bridge::Pump(std::move(options)).run();
}
