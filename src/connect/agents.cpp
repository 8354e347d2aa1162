// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/agents.h"

#include <QFileInfo>

#include <algorithm>

namespace Connect
{

namespace
{

using Names = std::string_view;

// Sources: each agent's own documentation. Where a program keeps its configuration somewhere else
// when installed from a store, that place comes first, because the ordinary one is not read then.
constexpr Names kDesktopLinux[] = {"{config}/Claude/claude_desktop_config.json"};
constexpr Names kDesktopWindows[]
    = {"{local}/Packages/Claude_*/LocalCache/Roaming/Claude/claude_desktop_config.json",
       "{config}/Claude/claude_desktop_config.json"};
constexpr Names kDesktopTracesLinux[] = {"{config}/Claude"};
constexpr Names kDesktopTracesWindows[]
    = {"{config}/Claude", "{local}/AnthropicClaude", "{local}/Packages/Claude_*"};
constexpr Names kDesktopTracesMac[] = {"{config}/Claude", "/Applications/Claude.app"};
constexpr Names kDesktopPrograms[] = {"claude-desktop"};

constexpr Names kClaudeCode[] = {"$CLAUDE_CONFIG_DIR/.claude.json", "~/.claude.json"};
constexpr Names kClaudeCodeTraces[] = {"~/.claude.json", "~/.claude", "$CLAUDE_CONFIG_DIR"};
constexpr Names kClaudeCodePrograms[] = {"claude"};

constexpr Names kCodex[] = {"$CODEX_HOME/config.toml", "~/.codex/config.toml"};
constexpr Names kCodexTraces[] = {"~/.codex", "$CODEX_HOME"};
constexpr Names kCodexPrograms[] = {"codex"};

constexpr Names kCursor[] = {"~/.cursor/mcp.json"};
constexpr Names kCursorTraces[] = {"~/.cursor", "{config}/Cursor"};
constexpr Names kCursorTracesWindows[]
    = {"~/.cursor", "{config}/Cursor", "{local}/Programs/cursor"};
constexpr Names kCursorTracesMac[] = {"~/.cursor", "{config}/Cursor", "/Applications/Cursor.app"};
constexpr Names kCursorPrograms[] = {"cursor"};

constexpr Names kCode[] = {"{config}/Code/User/mcp.json", "{config}/Code - Insiders/User/mcp.json"};
constexpr Names kCodeTraces[] = {"{config}/Code", "{config}/Code - Insiders"};
constexpr Names kCodeTracesWindows[]
    = {"{config}/Code", "{config}/Code - Insiders", "{local}/Programs/Microsoft VS Code"};
constexpr Names kCodeTracesMac[]
    = {"{config}/Code", "{config}/Code - Insiders", "/Applications/Visual Studio Code.app"};
constexpr Names kCodePrograms[] = {"code", "code-insiders"};

constexpr Names kWindsurf[] = {"~/.codeium/windsurf/mcp_config.json"};
constexpr Names kWindsurfTraces[] = {"~/.codeium/windsurf", "{config}/Windsurf"};
constexpr Names kWindsurfTracesMac[]
    = {"~/.codeium/windsurf", "{config}/Windsurf", "/Applications/Windsurf.app"};
constexpr Names kWindsurfPrograms[] = {"windsurf"};

constexpr Names kZedLinux[] = {"{config}/zed/settings.json"};
constexpr Names kZedWindows[] = {"{config}/Zed/settings.json"};
constexpr Names kZedMac[] = {"~/.config/zed/settings.json"};
constexpr Names kZedTracesLinux[] = {"{config}/zed"};
constexpr Names kZedTracesWindows[] = {"{config}/Zed", "{local}/Programs/Zed"};
constexpr Names kZedTracesMac[] = {"~/.config/zed", "/Applications/Zed.app"};
constexpr Names kZedPrograms[] = {"zed", "zeditor", "zedit"};

constexpr Names kGemini[] = {"$GEMINI_CLI_HOME/.gemini/settings.json", "~/.gemini/settings.json"};
constexpr Names kGeminiTraces[] = {"~/.gemini", "$GEMINI_CLI_HOME/.gemini"};
constexpr Names kGeminiPrograms[] = {"gemini"};

constexpr Agent kAgents[] = {
    {"claude-desktop",
     "Claude Desktop",
     "mcpServers",
     {"", "", "", ""}, // its connectors dial from the vendor's cloud, which cannot reach loopback
     {kDesktopLinux, kDesktopWindows, kDesktopLinux},
     {kDesktopTracesLinux, kDesktopTracesWindows, kDesktopTracesMac},
     kDesktopPrograms,
     "Quit Claude Desktop completely and open it again.",
     "The file begins with a byte order mark. Claude Desktop may throw such a file away; save it "
     "without one.",
     Dialect::Json,
     true},
    {"claude-code",
     "Claude Code",
     "mcpServers",
     {"stdio", "http", "url", ""},
     {kClaudeCode, kClaudeCode, kClaudeCode},
     {kClaudeCodeTraces, kClaudeCodeTraces, kClaudeCodeTraces},
     kClaudeCodePrograms,
     "Sessions of Claude Code that run now see it once they are started again.",
     "",
     Dialect::Json,
     false},
    {"codex",
     "Codex",
     "mcp_servers",
     {"", "", "url", ""},
     {kCodex, kCodex, kCodex},
     {kCodexTraces, kCodexTraces, kCodexTraces},
     kCodexPrograms,
     "Sessions of Codex that run now see it once they are started again.",
     "",
     Dialect::Toml,
     false},
    {"cursor",
     "Cursor",
     "mcpServers",
     {"", "", "url", ""},
     {kCursor, kCursor, kCursor},
     {kCursorTraces, kCursorTracesWindows, kCursorTracesMac},
     kCursorPrograms,
     "Cursor notices by itself; if not, restart it.",
     "",
     Dialect::Jsonc,
     false},
    {"vscode",
     "VS Code",
     "servers",
     {"stdio", "http", "url", ""},
     {kCode, kCode, kCode},
     {kCodeTraces, kCodeTracesWindows, kCodeTracesMac},
     kCodePrograms,
     "VS Code notices by itself and asks whether you trust the server.",
     "",
     Dialect::Jsonc,
     false},
    {"windsurf",
     "Windsurf",
     "mcpServers",
     {"", "", "serverUrl", ""},
     {kWindsurf, kWindsurf, kWindsurf},
     {kWindsurfTraces, kWindsurfTraces, kWindsurfTracesMac},
     kWindsurfPrograms,
     "Press Refresh among Windsurf's MCP servers, or restart it.",
     "",
     Dialect::Json,
     false},
    {"zed",
     "Zed",
     "context_servers",
     {"", "", "url", "custom"},
     {kZedLinux, kZedWindows, kZedMac},
     {kZedTracesLinux, kZedTracesWindows, kZedTracesMac},
     kZedPrograms,
     "Zed notices by itself.",
     "",
     Dialect::Jsonc,
     false},
    {"gemini",
     "Gemini CLI",
     "mcpServers",
     {"", "", "httpUrl", ""},
     {kGemini, kGemini, kGemini},
     {kGeminiTraces, kGeminiTraces, kGeminiTraces},
     kGeminiPrograms,
     "Sessions of Gemini CLI that run now see it once they are started again.",
     "",
     Dialect::JsonWithComments,
     false},
};

bool exists(const std::string &path)
{
    const QFileInfo file(QString::fromStdString(path));
    return file.exists() || file.isSymbolicLink();
}

} // namespace

std::string_view wayName(Way way)
{
    return way == Way::Bridge ? "bridge" : "http";
}

std::span<const Agent> agents()
{
    return kAgents;
}

const Agent *findAgent(std::string_view id)
{
    const auto it = std::find_if(std::begin(kAgents), std::end(kAgents),
                                 [id](const Agent &agent) { return agent.id == id; });
    return it == std::end(kAgents) ? nullptr : &*it;
}

std::string configurationFile(const Agent &agent, const Places &places)
{
    std::string first;
    for (const std::string_view pattern : agent.files[static_cast<std::size_t>(places.system)]) {
        for (const std::string &path : places.expand(pattern)) {
            if (exists(path.substr(0, path.rfind('/'))))
                return path;
            if (first.empty())
                first = path;
        }
    }
    return first;
}

bool isInstalled(const Agent &agent, const Places &places)
{
    for (const std::string_view pattern : agent.traces[static_cast<std::size_t>(places.system)]) {
        const auto paths = places.expand(pattern);
        if (std::any_of(paths.begin(), paths.end(), exists))
            return true;
    }
    return std::any_of(agent.programs.begin(), agent.programs.end(),
                       [&](std::string_view name) { return !places.findProgram(name).empty(); });
}

} // namespace Connect
