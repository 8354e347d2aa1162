// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/logging.h"
#include "companion/app.h"
#include "companion/options.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdio>

#include <sys/resource.h>

namespace
{

// Connections are bounded by our own limits; the usual soft limit of 1,024 descriptors is lower
// than their sum.
void allowManyDescriptors()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8192);
    setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int argc, char *argv[])
{
    Base::installLogging();
    allowManyDescriptors();
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    const auto options = Companion::parseOptions(arguments);
    if (!options) {
        std::fprintf(stderr, "%s\n%s\n", options.error().message.c_str(),
                     options.error().hint.c_str());
        return 2;
    }
    if (options->print) {
        std::fputs(options->print->c_str(), stdout);
        return 0;
    }
    return Companion::run(argc, argv, *options);
}
