// SPDX-License-Identifier: GPL-3.0-or-later
// A server with the tests' own gate, without authentication, for load generators and protocol
// suites: mcpfixture [PORT]. Prints its port and runs until it is killed.
#include "fakes.h"

#include "mcp/transport/httplistener.h"

#include <QCoreApplication>

#include <cstdio>
#include <cstdlib>

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    TestMcp::FakeGate gate;
    Mcp::Server server(gate, TestMcp::serverInfo(), {});
    Mcp::HttpOptions options;
    options.anonymous = true;
    if (argc > 1)
        options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    Mcp::HttpListener listener(server, nullptr, options);
    const auto port = listener.listen();
    if (!port) {
        std::fprintf(stderr, "%s\n", port.error().message.c_str());
        return 1;
    }
    std::printf("%d\n", int(*port));
    std::fflush(stdout);
    return QCoreApplication::exec();
}
