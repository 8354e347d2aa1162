// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/content/names.h"

#include <QString>

#include <algorithm>

namespace Gateway
{

namespace
{

constexpr auto kFresh = std::chrono::seconds(10);
constexpr std::size_t kMostLists = 32; // lists
constexpr std::size_t kMostValues = 100;

std::vector<Named> namesOf(const Mcp::Outcome &outcome)
{
    std::vector<Named> names;
    const auto *result = std::get_if<Mcp::ToolResult>(&outcome);
    if (!result || result->isError)
        return names;
    const auto structured = Base::parseJson(result->structured);
    if (!structured)
        return names;
    for (const Base::Json &one : Base::member(*structured, "names")) {
        const auto name = Base::stringMember(one, "name");
        if (name && !name->empty())
            names.push_back({*name, Base::stringMember(one, "group").value_or(std::string())});
    }
    return names;
}

QString folded(const std::string &text)
{
    return QString::fromStdString(text).toCaseFolded();
}

} // namespace

Reach::Reach(const Identity &identity, const Mcp::Principal &principal,
             const std::string &connection)
    : m_grants(identity.grantsOf(principal))
{
    std::erase_if(m_grants, [&connection](const Grant &grant) {
        return grant.connection != connection || grant.paused
            || grant.permissions.access(Permission::Read) != Access::On;
    });
}

bool Reach::covers(const std::string &database, const std::string &group) const
{
    return std::any_of(m_grants.begin(), m_grants.end(),
                       [&](const Grant &grant) { return Gateway::covers(grant, database, group); });
}

bool Reach::mayCover(const std::string &database) const
{
    return std::any_of(m_grants.begin(), m_grants.end(), [&](const Grant &grant) {
        return Gateway::covers(grant, database, grant.group);
    });
}

std::string Reach::key() const
{
    std::string key;
    for (const Grant &grant : m_grants) {
        key += grant.id + ' ' + grant.group + '\n';
        for (const std::string &database : grant.databases)
            key += ' ' + database + '\n';
    }
    return key;
}

std::vector<std::string> Names::connections(const Mcp::Principal &principal) const
{
    std::vector<std::string> connections;
    for (const Grant &grant : m_identity.grantsOf(principal)) {
        if (!grant.paused
            && std::find(connections.begin(), connections.end(), grant.connection)
                == connections.end())
            connections.push_back(grant.connection);
    }
    return connections;
}

std::string Names::connection(const Mcp::Principal &principal) const
{
    const auto all = connections(principal);
    return all.empty() ? kWorkspace : all.front();
}

std::string Names::keyOf(const Mcp::Principal &principal, const std::string &database) const
{
    const std::string where = connection(principal);
    return principal.id + '\n' + where + '\n' + reach(principal, where).key() + database;
}

Pipeline::CallId Names::databases(const Mcp::Caller &caller, const char *tool, Found found)
{
    if (reach(caller.principal, connection(caller.principal)).isEmpty()) {
        found({});
        return 0;
    }
    return ask(caller, tool, {}, std::move(found));
}

Pipeline::CallId Names::tables(const Mcp::Caller &caller, const char *tool,
                               const std::string &database, Found found)
{
    if (database.empty()
        || !reach(caller.principal, connection(caller.principal)).mayCover(database)) {
        found({});
        return 0;
    }
    return ask(caller, tool, database, std::move(found));
}

Pipeline::CallId Names::ask(const Mcp::Caller &caller, const char *tool,
                            const std::string &database, Found found)
{
    const std::string key = keyOf(caller.principal, database);
    const auto kept = m_kept.find(key);
    if (kept != m_kept.end() && Steady::now() - kept->second.at < kFresh) {
        const std::vector<Named> names = kept->second.names;
        found(names);
        return 0;
    }
    Base::Json arguments = {{"connection", connection(caller.principal)}};
    if (!database.empty())
        arguments["database"] = database;
    return m_pipeline.beginContent(caller, tool, std::move(arguments),
                                   [this, key, principal = caller.principal, database,
                                    found = std::move(found)](const Mcp::Outcome &outcome) {
                                       answer(key, principal, database, outcome, found);
                                   });
}

void Names::answer(const std::string &key, const Mcp::Principal &principal,
                   const std::string &database, const Mcp::Outcome &outcome, const Found &found)
{
    const Reach now = reach(principal, connection(principal));
    if (keyOf(principal, database) != key)
        return found({}); // the grants have changed in the meantime
    std::vector<Named> names = namesOf(outcome);
    if (database.empty())
        std::erase_if(names, [&now](const Named &one) { return !now.covers(one.name, one.group); });
    std::erase_if(m_kept,
                  [](const auto &item) { return Steady::now() - item.second.at >= kFresh; });
    const auto *result = std::get_if<Mcp::ToolResult>(&outcome);
    if (result && !result->isError && m_kept.size() < kMostLists)
        m_kept[key] = {names, Steady::now()};
    found(names);
}

Mcp::Completion completed(const std::vector<Named> &names, const std::string &value)
{
    const QString wanted = folded(value);
    std::vector<std::string> first;
    std::vector<std::string> then;
    for (const Named &one : names) {
        const QString name = folded(one.name);
        if (name.startsWith(wanted))
            first.push_back(one.name);
        else if (name.contains(wanted))
            then.push_back(one.name);
    }
    first.insert(first.end(), then.begin(), then.end());
    Mcp::Completion completion;
    completion.total = static_cast<std::int64_t>(first.size());
    if (first.size() > kMostValues)
        first.resize(kMostValues);
    completion.values = std::move(first);
    return completion;
}

} // namespace Gateway
