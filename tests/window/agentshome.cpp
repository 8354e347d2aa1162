// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/agentshome.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace Played
{

AgentsHome::AgentsHome()
{
    if (!m_folder.isValid())
        qFatal("no folder for a home");
}

void AgentsHome::furnish()
{
    // Each in its own handwriting, so that what is kept is seen to be kept.
    write(QStringLiteral(".config/Claude/claude_desktop_config.json"),
          "{\n  \"globalShortcut\": \"Ctrl+Space\",\n  \"mcpServers\": {\n    \"files\": {\n"
          "      \"command\": \"npx\",\n      \"args\": [\"-y\", "
          "\"@modelcontextprotocol/server-filesystem\", \"/home/ada\"]\n    }\n  }\n}\n");
    write(QStringLiteral(".claude.json"),
          "{\"numStartups\":412,\"theme\":\"dark\",\"projects\":{\"/home/ada/"
          "shop\":{\"allowedTools\":"
          "[]}}}");
    write(QStringLiteral(".codex/config.toml"),
          "# mine\nmodel = \"o5\"\n\n[mcp_servers.docs]\ncommand = \"docs-mcp\"  # at work only\n");
    write(QStringLiteral(".cursor/mcp.json"),
          "{\n  \"mcpServers\": {\n    \"files\": { \"command\": \"npx\"\n  }\n}\n");
    write(QStringLiteral(".config/Code/User/mcp.json"),
          "{\r\n\t// servers of mine\r\n\t\"servers\": {},\r\n\t\"inputs\": [],\r\n}\r\n");
    write(QStringLiteral(".config/zed/settings.json"),
          "// Zed settings\n{\n  \"vim_mode\": true,\n}\n");
    write(QStringLiteral(".gemini/settings.json"),
          "{\n    \"mcpServers\": {\n        \"turso-companion\": {\n            \"command\": "
          "\"/opt/older/turso-companion-mcp\"\n        }\n    }\n}\n");
}

void AgentsHome::moveIn() const
{
    qputenv("HOME", m_folder.path().toLocal8Bit());
    qputenv("PATH", m_folder.filePath(QStringLiteral("bin")).toLocal8Bit());
    for (const char *variable :
         {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "GEMINI_CLI_HOME"})
        qunsetenv(variable);
}

Connect::Places AgentsHome::places() const
{
    Connect::Places places;
    places.home = m_folder.path().toStdString();
    places.config = places.home + "/.config";
    places.local = places.config;
    return places;
}

void AgentsHome::write(const QString &file, const QByteArray &bytes)
{
    QDir().mkpath(QFileInfo(path(file)).path());
    QFile out(path(file));
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
        qFatal("%s cannot be written", qPrintable(file));
}

QByteArray AgentsHome::read(const QString &file) const
{
    QFile in(path(file));
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

bool AgentsHome::has(const QString &file) const
{
    return QFileInfo::exists(path(file));
}

} // namespace Played
