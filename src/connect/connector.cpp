// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/connector.h"

#include "connect/configfile.h"
#include "connect/configtext.h"
#include "connect/diff.h"
#include "connect/entry.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace Connect
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Result;

namespace
{

constexpr std::string_view kBridgeName = "turso-companion-mcp";

Result<const Agent *> known(std::string_view id)
{
    if (const Agent *agent = findAgent(id))
        return agent;
    std::string ids;
    for (const Agent &agent : agents())
        ids += (ids.empty() ? "" : ", ") + std::string(agent.id);
    return fail(ErrorKind::NotFound, "There is no agent named " + std::string(id) + '.',
                "Known agents: " + ids + '.');
}

Base::Error broken(const std::string &file, const Base::Error &error)
{
    const std::string hint = error.hint.empty() ? "Mend it first." : error.hint;
    return {ErrorKind::NotUnderstood, file + " cannot be changed: " + error.message,
            hint + " Nothing was written."};
}

// Somebody has connected by hand, under another name.
std::string otherEntry(const Json &config, std::string_view container)
{
    const Json &servers = Base::member(config, std::string(container).c_str());
    if (!servers.is_object())
        return {};
    for (const auto &[key, entry] : servers.items()) {
        if (key == kServerKey)
            continue;
        const std::string program = commandIn(entry).program;
        if (std::string_view(program).substr(program.find_last_of("/\\") + 1) == kBridgeName)
            return "Another entry, \"" + key + "\", starts the bridge already.";
    }
    return {};
}

std::vector<std::string> notesFor(const Agent &agent, const ConfigFile &file)
{
    std::vector<std::string> notes;
    if (file.target != file.path)
        notes.push_back(file.path + " is a link; " + file.target + " is written.");
    if (!agent.bomNote.empty() && file.bytes.starts_with("\xEF\xBB\xBF"))
        notes.emplace_back(agent.bomNote);
    notes.emplace_back(agent.restartNote);
    return notes;
}

std::string bundleFile()
{
    const std::string path = QCoreApplication::applicationDirPath().toStdString()
        + "/../share/turso-companion/turso-companion.mcpb";
    const QFileInfo file(QString::fromStdString(path));
    return file.isFile() ? file.canonicalFilePath().toStdString() : std::string();
}

std::string shellQuoted(const std::string &word)
{
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789@%+=:,./_-";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos)
        return word;
    std::string quoted = "'";
    for (const char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + '\'';
}

std::string serversJson(Members members)
{
    const EntryChange change{"mcpServers", std::move(members), {}};
    return withEntry({}, Dialect::Json, change).value_or(std::string());
}

} // namespace

std::string_view stateName(AgentState state)
{
    switch (state) {
    case AgentState::NotInstalled:
        return "not_installed";
    case AgentState::Installed:
        return "installed";
    case AgentState::Connected:
        return "connected";
    case AgentState::ConnectedDifferently:
        return "connected_differently";
    case AgentState::FileBroken:
        break;
    }
    return "file_broken";
}

Connector::Connector(Places places, Destination destination, const Base::Clock &clock)
    : m_places(std::move(places))
    , m_destination(std::move(destination))
    , m_records(profileFolder(m_destination.profile) + "/connected-agents")
    , m_clock(clock)
{
}

bool Connector::offers(const Agent &agent, Way way) const
{
    return way == Way::Bridge || (!agent.entry.urlKey.empty() && !m_destination.endpoint.empty());
}

AgentInfo Connector::info(const Agent &agent) const
{
    AgentInfo info;
    info.id = agent.id;
    info.name = agent.name;
    info.file = configurationFile(agent, m_places);
    info.restartNote = agent.restartNote;
    for (const Way way : {Way::Bridge, Way::Http}) {
        if (offers(agent, way))
            info.ways.push_back(way);
    }
    if (agent.takesBundles)
        info.bundle = bundleFile();
    if (isInstalled(agent, m_places))
        info.state = AgentState::Installed;
    const auto broken = [&info](const std::string &why) {
        info.state = AgentState::FileBroken;
        info.explanation = why;
        return info;
    };
    const auto file = readConfigFile(info.file);
    if (!file)
        return broken(file.error().message);
    const auto config = readConfig(file->bytes, agent.dialect);
    if (!config)
        return broken(info.file + " is broken: " + config.error().message);
    const Json *entry = findEntry(*config, agent.container);
    if (!entry) {
        info.explanation = otherEntry(*config, agent.container);
        return info;
    }
    const EntryFinding finding = judgeEntry(agent, *entry, m_destination);
    info.way = finding.way;
    info.explanation = finding.explanation;
    info.state = finding.matches ? AgentState::Connected : AgentState::ConnectedDifferently;
    info.canUndo = true;
    return info;
}

std::vector<AgentInfo> Connector::list() const
{
    std::vector<AgentInfo> found;
    for (const Agent &agent : agents())
        found.push_back(info(agent));
    return found;
}

Result<AgentInfo> Connector::describe(std::string_view id) const
{
    return known(id).map([this](const Agent *agent) { return info(*agent); });
}

Result<Preview> Connector::preview(std::string_view id, Way way) const
{
    const auto agent = known(id);
    if (!agent)
        return tl::unexpected(agent.error());
    const std::string name((*agent)->name);
    if (way == Way::Http && (*agent)->entry.urlKey.empty())
        return fail(ErrorKind::Unsupported, name + " cannot be connected by URL.",
                    "Connect it with the bridge.");
    if (!offers(**agent, way))
        return fail(ErrorKind::Unsupported, "The URL of this instance is not known.",
                    "Start the app, or connect with the bridge.");
    const auto file = readConfigFile(configurationFile(**agent, m_places));
    if (!file)
        return tl::unexpected(file.error());
    const auto config = readConfig(file->bytes, (*agent)->dialect);
    if (!config)
        return tl::unexpected(broken(file->path, config.error()));
    const Json *entry = findEntry(*config, (*agent)->container);
    auto after
        = withEntry(file->bytes, (*agent)->dialect, entryFor(**agent, way, m_destination, entry));
    if (!after)
        return tl::unexpected(broken(file->path, after.error()));
    Preview preview;
    preview.agent = id;
    preview.way = way;
    preview.file = file->path;
    preview.existed = file->exists;
    preview.before = file->bytes;
    preview.after = std::move(*after);
    preview.diff = unifiedDiff(preview.before, preview.after,
                               file->exists ? file->path : std::string(), file->path);
    if (preview.diff.empty())
        return preview;
    if (auto may = checkWritable(*file); !may)
        return tl::unexpected(may.error());
    preview.notes = notesFor(**agent, *file);
    if (!isInstalled(**agent, m_places))
        preview.notes.insert(preview.notes.begin(), name + " does not seem to be installed here.");
    return preview;
}

Recipe Connector::recipe() const
{
    Recipe recipe;
    recipe.url = m_destination.endpoint;
    recipe.command = bridgeCommand({}, m_destination);
    for (const std::string &word : recipe.command)
        recipe.commandLine += (recipe.commandLine.empty() ? "" : " ") + shellQuoted(word);
    const Json arguments(std::vector(recipe.command.begin() + 1, recipe.command.end()));
    recipe.json = serversJson({{"command", recipe.command.front()}, {"args", arguments}});
    if (!recipe.url.empty())
        recipe.urlJson = serversJson({{"type", "http"}, {"url", recipe.url}});
    return recipe;
}

Base::Pending<Handshake> Connector::verify(std::string_view id, int milliseconds) const
{
    const auto refuse = [](Base::Error error) {
        return Base::readyNow<Handshake>(tl::unexpected(std::move(error)));
    };
    const auto agent = known(id);
    if (!agent)
        return refuse(agent.error());
    const auto file = readConfigFile(configurationFile(**agent, m_places));
    if (!file)
        return refuse(file.error());
    const auto config = readConfig(file->bytes, (*agent)->dialect);
    if (!config)
        return refuse(broken(file->path, config.error()));
    const Json *entry = findEntry(*config, (*agent)->container);
    if (!entry)
        return refuse({ErrorKind::NotFound, std::string((*agent)->name) + " is not connected.",
                       "Connect it first."});
    if (Command command = commandIn(*entry); !command.program.empty())
        return shakeHands(command, milliseconds);
    if (const std::string url = urlIn(*entry); !url.empty())
        return shakeHands(url, milliseconds);
    return refuse({ErrorKind::NotUnderstood,
                   "The entry in " + file->path + " has neither a command nor a URL.",
                   "Connect again."});
}

} // namespace Connect
