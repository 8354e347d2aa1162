// SPDX-License-Identifier: GPL-3.0-or-later
// Turso Cloud, played, for other programs: played-turso-cloud FOLDER [ODDITIES] prints one line of
// JSON with its addresses and tokens, and runs until its standard input ends. ODDITIES is the sum
// of PlayedCloud's, 0 if not given.
#include "turso/playedcloud.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <cstdio>
#include <unistd.h>

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2) {
        std::fprintf(stderr, "played-turso-cloud FOLDER [ODDITIES]\n");
        return 2;
    }
    PlayedCloud cloud(arguments[1].toStdString());
    cloud.setOddities(arguments.value(2).toUInt());
    const Base::Json said = {{"api_url", cloud.apiUrl()},
                             {"organization", PlayedCloud::organization()},
                             {"group", "default"},
                             {"token", cloud.token("organization")},
                             {"group_token", cloud.token("group")},
                             {"read_only_token", cloud.token("read-only")},
                             {"no_sql_token", cloud.token("no-sql")},
                             {"unscoped_token", cloud.token("unscoped")}};
    std::printf("%s\n", Base::dumpJson(said).c_str());
    std::fflush(stdout);
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &app, [] {
        char byte = 0;
        if (read(STDIN_FILENO, &byte, 1) <= 0)
            QCoreApplication::quit();
    });
    return QCoreApplication::exec();
}
