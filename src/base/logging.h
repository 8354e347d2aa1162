// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLoggingCategory>

// Every log category of the project. Nothing that is logged may carry SQL, rows, arguments or a
// secret.
Q_DECLARE_LOGGING_CATEGORY(logMcp) // companion.mcp: protocol
Q_DECLARE_LOGGING_CATEGORY(logHttp) // companion.mcp.http: the loopback listener
Q_DECLARE_LOGGING_CATEGORY(logWorkspace) // companion.turso.workspace
Q_DECLARE_LOGGING_CATEGORY(logConnections) // companion.turso.connections
Q_DECLARE_LOGGING_CATEGORY(logGateway) // companion.gateway: the path of a call
Q_DECLARE_LOGGING_CATEGORY(logControl) // companion.control: windows and command line
Q_DECLARE_LOGGING_CATEGORY(logDesktop) // companion.desktop: tray, window process

namespace Base
{

/// Sends every Qt message to stderr as one line with time, level and category: stdout belongs to
/// MCP and to the one line of JSON of --headless.
void installLogging();

} // namespace Base
