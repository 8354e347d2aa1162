// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/logging.h"

#include "base/clock.h"

#include <cstdio>
#include <string>

Q_LOGGING_CATEGORY(logMcp, "companion.mcp", QtInfoMsg)
Q_LOGGING_CATEGORY(logHttp, "companion.mcp.http", QtInfoMsg)
Q_LOGGING_CATEGORY(logWorkspace, "companion.turso.workspace", QtInfoMsg)
Q_LOGGING_CATEGORY(logConnections, "companion.turso.connections", QtInfoMsg)
Q_LOGGING_CATEGORY(logGateway, "companion.gateway", QtInfoMsg)
Q_LOGGING_CATEGORY(logControl, "companion.control", QtInfoMsg)
Q_LOGGING_CATEGORY(logDesktop, "companion.desktop", QtInfoMsg)

namespace Base
{

namespace
{

const char *levelName(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        return "info";
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
        return "error";
    case QtFatalMsg:
        return "fatal";
    }
    return "info";
}

void toStderr(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    std::string line = toRfc3339(SystemClock().now());
    line += ' ';
    line += levelName(type);
    line += ' ';
    line += context.category ? context.category : "default";
    line += ": ";
    line += message.toStdString();
    line += '\n';
    std::fputs(line.c_str(), stderr);
}

} // namespace

void installLogging()
{
    qInstallMessageHandler(toStderr);
}

} // namespace Base
