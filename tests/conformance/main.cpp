// SPDX-License-Identifier: GPL-3.0-or-later
// A server with everything that the official suite of the protocol calls, for everybody on this
// machine: mcp-conformance-server [--port N]. Prints its address and runs until it is killed.
#include "fixturegate.h"
#include "fixtureprompts.h"
#include "fixtureresources.h"

#include "mcp/server/server.h"
#include "mcp/transport/httplistener.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>

int main(int argc, char **argv)
{
    using namespace Conformance;
    const QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({QStringLiteral("port"), QStringLiteral("0 finds a free one."),
                      QStringLiteral("number"), QStringLiteral("0")});
    parser.process(app);

    Mcp::Server *told = nullptr;
    FixtureGate gate({[&told] { told->toolsChanged(); },
                      [&told] {
                          told->promptsChanged();
                      }});
    FixtureResources resources;
    FixturePrompts prompts;
    Mcp::Server server({gate, &resources, &prompts},
                       {"mcp-conformance-server", "Conformance Server", "1.0.0",
                        "Every fixture of the official suite."},
                       {});
    told = &server;

    Mcp::HttpOptions options;
    options.anonymous = true;
    options.port = parser.value(QStringLiteral("port")).toUShort();
    Mcp::HttpListener listener(server, nullptr, options);
    const auto port = listener.listen();
    if (!port) {
        std::fprintf(stderr, "%s\n", port.error().message.c_str());
        return 1;
    }
    std::printf("http://127.0.0.1:%d/mcp\n", int(*port));
    std::fflush(stdout);
    return QCoreApplication::exec();
}
