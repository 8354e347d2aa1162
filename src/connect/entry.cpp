// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/entry.h"

#include "base/socketpath.h"

#include <QCoreApplication>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>

namespace Connect
{

using Base::Json;

namespace
{

constexpr const char *kUrlKeys[] = {"url", "serverUrl", "httpUrl"};
constexpr const char *kOnlyForUrls[]
    = {"headers", "headersHelper", "http_headers", "env_http_headers", "bearer_token_env_var"};
constexpr const char *kOnlyForCommands[] = {"command", "args", "env", "envFile", "env_vars", "cwd"};

bool isLoopback(const std::string &url)
{
    const QString host = QUrl(QString::fromStdString(url)).host();
    return host == QLatin1String("127.0.0.1") || host == QLatin1String("localhost")
        || host == QLatin1String("::1");
}

bool isSwitchedOff(const Json &entry)
{
    return Base::boolMember(entry, "disabled") == true
        || Base::boolMember(entry, "enabled") == false;
}

std::string optionValue(const Command &command, std::string_view option)
{
    const auto &words = command.arguments;
    const auto it = std::find(words.begin(), words.end(), option);
    return it == words.end() || it + 1 == words.end() ? std::string() : *(it + 1);
}

std::string whyDifferent(const Json &entry, Way way, const Destination &destination)
{
    if (isSwitchedOff(entry))
        return "Its entry for Turso Companion is switched off.";
    if (way == Way::Http)
        return "Its entry dials " + urlIn(entry) + '.';
    const Command command = commandIn(entry);
    if (command.program != destination.bridge)
        return "Its entry starts " + command.program + '.';
    const std::string profile = optionValue(command, "--profile");
    if (profile != destination.profile)
        return profile.empty()
            ? std::string("Its entry is for your own instance, not for this one.")
            : "Its entry is for the instance in " + profile + '.';
    return "Its entry differs from what this version writes.";
}

} // namespace

std::string profileFolder(std::string_view profile)
{
    if (!profile.empty())
        return Base::normalizedProfile(profile);
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString()
        + "/turso-companion";
}

Destination Destination::ofThisProgram(std::string_view folder, std::string endpoint)
{
    Destination destination;
    destination.bridge
        = QCoreApplication::applicationDirPath().toStdString() + "/turso-companion-mcp";
#ifdef Q_OS_WIN
    destination.bridge += ".exe";
#endif
    const std::string profile = Base::normalizedProfile(folder);
    if (profile != profileFolder({}))
        destination.profile = profile;
    destination.endpoint = std::move(endpoint);
    return destination;
}

std::vector<std::string> bridgeCommand(std::string_view agent, const Destination &destination)
{
    std::vector<std::string> words{destination.bridge};
    if (!agent.empty()) {
        words.emplace_back("--agent");
        words.emplace_back(agent);
    }
    if (!destination.profile.empty()) {
        words.emplace_back("--profile");
        words.push_back(destination.profile);
    }
    return words;
}

EntryChange entryFor(const Agent &agent, Way way, const Destination &destination,
                     const Json *existing)
{
    EntryChange change{agent.container, {}, {}};
    const std::string_view type
        = way == Way::Bridge ? agent.entry.bridgeType : agent.entry.httpType;
    if (!agent.entry.source.empty() && way == Way::Bridge)
        change.set.emplace_back("source", agent.entry.source);
    if (!type.empty())
        change.set.emplace_back("type", type);
    else
        change.drop.emplace_back("type");
    if (way == Way::Bridge) {
        const auto words = bridgeCommand(agent.id, destination);
        change.set.emplace_back("command", words.front());
        change.set.emplace_back("args", Json(std::vector(words.begin() + 1, words.end())));
        change.drop.insert(change.drop.end(), std::begin(kOnlyForUrls), std::end(kOnlyForUrls));
    } else {
        change.set.emplace_back(agent.entry.urlKey, destination.endpoint);
        change.drop.insert(change.drop.end(), std::begin(kOnlyForCommands),
                           std::end(kOnlyForCommands));
    }
    for (const char *key : kUrlKeys) {
        if (way == Way::Bridge || key != agent.entry.urlKey)
            change.drop.emplace_back(key);
    }
    if (existing && Base::boolMember(*existing, "disabled") == true)
        change.drop.emplace_back("disabled");
    if (existing && Base::boolMember(*existing, "enabled") == false)
        change.drop.emplace_back("enabled");
    return change;
}

EntryFinding judgeEntry(const Agent &agent, const Json &entry, const Destination &destination)
{
    EntryFinding finding;
    if (!commandIn(entry).program.empty())
        finding.way = Way::Bridge;
    else if (!urlIn(entry).empty())
        finding.way = Way::Http;
    if (!finding.way) {
        finding.explanation = "Its entry for Turso Companion is incomplete.";
        return finding;
    }
    Destination wanted = destination;
    // Without a known endpoint, any of this machine will do.
    if (*finding.way == Way::Http && wanted.endpoint.empty() && isLoopback(urlIn(entry)))
        wanted.endpoint = urlIn(entry);
    const EntryChange change = entryFor(agent, *finding.way, wanted, &entry);
    finding.matches
        = std::all_of(change.set.begin(), change.set.end(),
                      [&](const auto &member) {
                          return Base::member(entry, member.first.c_str()) == member.second;
                      })
        && std::none_of(change.drop.begin(), change.drop.end(),
                        [&](const std::string &key) { return entry.contains(key); });
    if (!finding.matches)
        finding.explanation = whyDifferent(entry, *finding.way, destination);
    return finding;
}

Command commandIn(const Json &entry)
{
    Command command;
    command.program = Base::stringMember(entry, "command").value_or(std::string());
    command.folder = Base::stringMember(entry, "cwd").value_or(std::string());
    const Json &arguments = Base::member(entry, "args");
    if (arguments.is_array()) {
        for (const Json &each : arguments) {
            if (each.is_string())
                command.arguments.push_back(each.get<std::string>());
        }
    }
    const Json &environment = Base::member(entry, "env");
    if (environment.is_object()) {
        for (const auto &[name, value] : environment.items()) {
            if (value.is_string())
                command.environment.emplace(name, value.get<std::string>());
        }
    }
    return command;
}

std::string urlIn(const Json &entry)
{
    for (const char *key : kUrlKeys) {
        if (auto url = Base::stringMember(entry, key))
            return *url;
    }
    return {};
}

} // namespace Connect
