// SPDX-License-Identifier: GPL-3.0-or-later
// A workspace's SQL over HTTP for real clients: workspace-sql-server FOLDER DATABASE... makes the
// databases that are not there, prints its port, and runs until its standard input ends.
#include "sqlfixture.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <cstdio>
#include <unistd.h>

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 3) {
        std::fprintf(stderr, "workspace-sql-server FOLDER DATABASE...\n");
        return 2;
    }
    Turso::WorkspaceOptions options;
    options.folder = arguments[1].toStdString();
    options.seedDemo = false;
    auto workspace = Turso::Workspace::open(options);
    if (!workspace) {
        std::fprintf(stderr, "%s\n", workspace.error().message.c_str());
        return 1;
    }
    for (const QString &name : arguments.sliced(2))
        (*workspace)->createDatabase({.name = name.toStdString(), .group = ""}).waitForFinished();
    const SqlFace face(**workspace);
    std::printf("%d\n", int(face.port));
    std::fflush(stdout);
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &app, [] {
        char byte = 0;
        if (read(STDIN_FILENO, &byte, 1) <= 0)
            QCoreApplication::quit();
    });
    return QCoreApplication::exec();
}
