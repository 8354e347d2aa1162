// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/operatorkey.h"
#include "ctl/commands.h"

#include <QCoreApplication>

#include <cstdio>

namespace
{

void complain(const Base::Error &error)
{
    std::fprintf(stderr, "turso-companionctl: %s\n", error.message.c_str());
    if (!error.hint.empty())
        std::fprintf(stderr, "%s\n", error.hint.c_str());
}

int exitCodeOfKey(const Base::Error &error)
{
    return error.kind == Base::ErrorKind::NotFound ? Ctl::WrongUsage : Ctl::Refused;
}

} // namespace

int main(int argc, char **argv)
{
    const auto invocation
        = Ctl::readCommandLine(std::vector<std::string>(argv + 1, argv + argc), Ctl::commands());
    if (!invocation) {
        complain(invocation.error());
        return Ctl::WrongUsage;
    }
    const Ctl::Arguments &arguments = invocation->arguments;
    if (arguments.has("--help")) {
        const std::string help
            = invocation->command ? Ctl::commandHelp(*invocation->command) : Ctl::generalHelp();
        std::fputs(help.c_str(), stdout);
        return Ctl::Done;
    }
    if (arguments.has("--version")) {
        std::puts("turso-companionctl " COMPANION_VERSION);
        return Ctl::Done;
    }
    Base::Secret key;
    if (const auto path = arguments.value("--operator-key-file")) {
        auto read = Control::readOperatorKey(*path);
        if (!read) {
            complain(read.error());
            return exitCodeOfKey(read.error());
        }
        key = std::move(*read);
    }
    QCoreApplication application(argc, argv);
    Ctl::Session session(arguments, std::move(key));
    session.start(invocation->command->run, invocation->command->needsApp);
    return application.exec();
}
