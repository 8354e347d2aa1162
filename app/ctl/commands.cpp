// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/commands.h"

#include <algorithm>

namespace Ctl
{

namespace
{

constexpr std::string_view kId[] = {"ID"};
constexpr std::string_view kAgent[] = {"[AGENT]"};

constexpr Option kDraft[] = {
    {"--agent", "NAME", "the agent's name"},
    {"--connection", "ID", "where (default: workspace)"},
    {"--organization", "NAME", "the organization (default: the connection's own)"},
    {"--group", "NAME", "only databases of this group"},
    {"--database", "NAME", "only this database; may be repeated", true},
    {"--permissions", "LIST",
     "read-only, full-access, or a list: read,write,delete:ask,schema,create,branch,configure,"
     "delete-database,analytics"},
    {"--expires", "DURATION", "such as 30m, 8h or 7d (default: does not expire)"},
};

constexpr Option kAdd[] = {
    {"--kind", "KIND", "libsql-server or turso-cloud"},
    {"--name", "NAME", "what you call it (default: its host or organization)"},
    {"--url", "URL", "of a libsql-server, such as http://127.0.0.1:8080"},
    {"--admin-url", "URL", "of its admin API, which makes and deletes databases"},
    {"--api-url", "URL", "of Turso Cloud (default: https://api.turso.tech)"},
    {"--organization", "SLUG", "the organization, where its token does not tell"},
    {"--token-file", "FILE", "a file of yours alone with the token in its first line"},
    {"--admin-key-file", "FILE", "the same with the admin API's key"},
    {"--from-cli", "", "make a token with the account of Turso's own command line"},
    {"--unchecked", "", "add it although it cannot be reached now"},
};

constexpr Option kChangeConnection[] = {
    {"--name", "NAME", "what you call it"},
    {"--organization", "SLUG", "the organization"},
    {"--token-file", "FILE", "a file of yours alone with the token in its first line"},
    {"--admin-key-file", "FILE", "the same with the admin API's key"},
};

constexpr Option kPage[] = {{"--page", "N", "which page, from 1 (default: 1)"}};

constexpr Option kChange[] = {
    {"--group", "NAME", "only databases of this group"},
    {"--all-groups", "", "databases of every group"},
    {"--database", "NAME", "only this database; may be repeated", true},
    {"--all-databases", "", "every database of its group"},
    {"--permissions", "LIST", "read-only, full-access, or a list, in place of those it has"},
    {"--expires", "DURATION", "from now, such as 30m, 8h or 7d; or never"},
};

constexpr Option kApprove[] = {
    {"--remember", "SCOPE:DURATION", "also for the same statement, table or database: table:15m"},
    {"--typed", "NAME", "the name that an irreversible change asks for"},
    {"--connection", "ID", "for a question for access: where (default: workspace)"},
    {"--organization", "NAME", "for a question for access: the organization"},
    {"--group", "NAME", "for a question for access: only databases of this group"},
    {"--database", "NAME", "for a question for access: only this database; may be repeated", true},
    {"--permissions", "LIST", "for a question for access: read-only, full-access, or a list"},
    {"--expires", "DURATION", "for a question for access: for how long, such as 8h"},
};

constexpr Option kDeny[] = {{"--message", "TEXT", "tell the agent why, or what to do instead"}};

constexpr Option kCalls[] = {
    {"--follow", "", "keep printing calls as they come, until interrupted"},
    {"--filter", "EXPRESSION",
     "words that must all match: tool: db: agent: is: code:, or SQL text"},
    {"--limit", "N", "at most so many, 1 to 1000 (default: 20; with --json 100)"},
};

constexpr Option kServe[] = {{"--port", "N", "0 takes a free one (default: the one before)"}};

constexpr Option kConnect[] = {
    {"--preview", "", "only show what would be written; with --undo, what would be taken back"},
    {"--undo", "", "put the file back as it was before connecting"},
    {"--verify", "", "try what stands in its configuration: start it, and ask for its tools"},
    {"--http", "", "write the app's URL instead of the bridge"},
};

constexpr Option kReadOnly[] = {{"--for", "DURATION", "such as 30m (default: until lifted)"}};

constexpr Command kCommands[] = {
    {"status", {}, {}, "what the app is doing", showStatus},
    {"agents", {}, {}, "the agents, and whether they are connected", listAgents},
    {"connections list", {}, {}, "the places with databases", listConnections},
    {"connections show", kId, {}, "one of them, with what matters", showOneConnection},
    {"connections add", {}, kAdd, "a libsql-server or Turso Cloud", addConnection},
    {"connections change", kId, kChangeConnection, "its name, or its token", changeConnection},
    {"connections check", kId, {}, "ask it how it is", checkConnection},
    {"connections sign-in", kId, {}, "sign in to Turso Cloud with a browser", signInToConnection},
    {"connections sign-out", kId, {}, "forget its token", signOutOfConnection},
    {"connections remove",
     kId,
     {},
     "forget it, with its grants; its databases stay",
     removeConnection},
    {"connections databases", kId, {}, "its databases, as they come", listItsDatabases},
    {"connections audit", kId, kPage, "the organization's own audit list", showConnectionAudit},
    {"tokens create", {}, kDraft, "mint a bearer token for an agent; shown once", createToken},
    {"tokens list", {}, {}, "the grants behind tokens", listTokens},
    {"tokens revoke", kId, {}, "end a token at once", revokeToken},
    {"grants", {}, {}, "what each agent may do", listGrants},
    {"grants list", {}, {}, "the same as grants", listGrants},
    {"grants create", {}, kDraft, "let an agent in that comes over the bridge", createGrant},
    {"grants change", kId, kChange, "change what an agent may do, from its next call on",
     changeGrant},
    {"grants pause", kId, {}, "let nothing through for now; the agent stays signed in", pauseGrant},
    {"grants resume", kId, {}, "let a paused grant work again", resumeGrant},
    {"grants revoke", kId, {}, "end a grant at once", revokeGrant},
    {"approvals list", {}, {}, "the open questions", listApprovals},
    {"approvals show", kId, {}, "one question with all that is known", showApproval},
    {"approvals approve", kId, kApprove, "say yes", approve},
    {"approvals deny", kId, kDeny, "say no", deny},
    {"calls", {}, kCalls, "what agents have done, oldest first", listCalls},
    {"calls show", kId, {}, "one call with its arguments and its answer", showCall},
    {"read-only on",
     {},
     kReadOnly,
     "refuse everything that is not a read, for everybody",
     switchReadOnlyOn},
    {"read-only off", {}, {}, "lift read-only", switchReadOnlyOff},
    {"connect", kAgent, kConnect,
     "write Turso Companion into an agent's configuration; without a name, list agents",
     connectAgent, false},
    {"workspace serve on",
     {},
     kServe,
     "serve the workspace to Turso's own clients on this machine; mints a token",
     serveWorkspace},
    {"workspace serve off", {}, {}, "serve it no more", stopServingWorkspace},
};

std::string optionRows(std::span<const Option> options)
{
    std::size_t width = 0;
    std::vector<std::string> names;
    for (const Option &option : options) {
        std::string name(option.name);
        if (!option.value.empty())
            name += ' ' + std::string(option.value);
        width = std::max(width, name.size());
        names.push_back(std::move(name));
    }
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += "  " + names[i] + std::string(width - names[i].size() + 2, ' ')
            + std::string(options[i].help) + '\n';
    return text;
}

} // namespace

std::span<const Command> commands()
{
    return kCommands;
}

std::string usageLine(const Command &command)
{
    std::string line = "turso-companionctl " + std::string(command.name);
    for (const std::string_view operand : command.operands)
        line += ' ' + std::string(operand);
    if (!command.options.empty())
        line += " [options]";
    return line;
}

std::string commandHelp(const Command &command)
{
    std::string text
        = "Usage: " + usageLine(command) + "\n\n" + std::string(command.summary) + "\n";
    if (!command.options.empty())
        text += "\nOptions:\n" + optionRows(command.options);
    return text + "\nFor every command:\n" + optionRows(commonOptions());
}

std::string generalHelp()
{
    std::string text = "Usage: turso-companionctl COMMAND [options]\n\nCommands:\n";
    std::size_t width = 0;
    for (const Command &command : kCommands)
        width = std::max(width, usageLine(command).size());
    for (const Command &command : kCommands) {
        std::string line
            = usageLine(command).substr(std::string_view("turso-companionctl ").size());
        const std::size_t column = width - std::string_view("turso-companionctl ").size() + 2;
        line.resize(column, ' ');
        text += "  " + line + std::string(command.summary) + '\n';
    }
    text += "\nFor every command:\n" + optionRows(commonOptions());
    return text
        + "\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 the app is not running, 4 not found, "
          "5 refused.\n";
}

} // namespace Ctl
