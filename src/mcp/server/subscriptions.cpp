// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/subscriptions.h"

#include "mcp/jsonrpc/message.h"
#include "mcp/protocol/codec.h"

#include <algorithm>
#include <array>
#include <utility>

namespace Mcp
{

namespace
{

constexpr std::size_t kSessions = 1024;
constexpr std::size_t kUrisPerSession = 256;

bool has(const std::vector<std::string> &list, std::string_view one)
{
    return std::find(list.begin(), list.end(), one) != list.end();
}

std::string tag(std::string_view id)
{
    return R"("_meta":{"io.modelcontextprotocol/subscriptionId":)" + std::string(id) + '}';
}

} // namespace

std::string Subscriptions::Filter::text() const
{
    Base::Json json = Base::Json::object();
    if (tools)
        json["toolsListChanged"] = true;
    if (prompts)
        json["promptsListChanged"] = true;
    if (resources)
        json["resourcesListChanged"] = true;
    if (!uris.empty())
        json["resourceSubscriptions"] = uris;
    if (!taskIds.empty())
        json["taskIds"] = taskIds;
    return Base::dumpJson(json);
}

void Subscriptions::notify(const Entry &entry, std::string_view method, std::string members)
{
    if (!entry.id.empty())
        members += (members.empty() ? "" : ",") + tag(entry.id);
    entry.outlet->notify(
        notificationText(method, members.empty() ? std::string() : '{' + members + '}'));
}

void Subscriptions::listen(Outlet &outlet, std::string id, std::string principalId, Filter filter)
{
    Entry entry{.outlet = &outlet,
                .id = std::move(id),
                .principalId = std::move(principalId),
                .sessionId = {},
                .filter = std::move(filter)};
    notify(entry, "notifications/subscriptions/acknowledged",
           "\"notifications\":" + entry.filter.text());
    m_entries.push_back(std::move(entry));
}

void Subscriptions::attach(Outlet &outlet, std::string principalId, std::string sessionId)
{
    endStreams(sessionId);
    m_entries.push_back({.outlet = &outlet,
                         .id = {},
                         .principalId = std::move(principalId),
                         .sessionId = std::move(sessionId),
                         .filter = {}});
}

bool Subscriptions::add(std::string_view sessionId, std::string uri)
{
    auto it = m_uris.find(std::string(sessionId));
    if (it == m_uris.end()) {
        if (m_uris.size() >= kSessions && !dropSilent())
            return false;
        it = m_uris.try_emplace(std::string(sessionId)).first;
    }
    auto &uris = it->second;
    if (uris.size() >= kUrisPerSession && !uris.contains(uri))
        return false;
    uris.insert(std::move(uri));
    return true;
}

// Few clients end their sessions: those that have no stream are the ones to forget.
bool Subscriptions::dropSilent()
{
    std::set<std::string_view> listening;
    for (const Entry &entry : m_entries)
        listening.insert(entry.sessionId);
    const auto silent = std::find_if(m_uris.begin(), m_uris.end(), [&](const auto &item) {
        return !listening.contains(item.first);
    });
    if (silent == m_uris.end())
        return false;
    m_uris.erase(silent);
    return true;
}

void Subscriptions::remove(std::string_view sessionId, const std::string &uri)
{
    const auto it = m_uris.find(std::string(sessionId));
    if (it == m_uris.end())
        return;
    it->second.erase(uri);
    if (it->second.empty())
        m_uris.erase(it);
}

void Subscriptions::listChanged(List list, std::string_view principalId) const
{
    constexpr std::array<std::string_view, 3> kMethods{"notifications/tools/list_changed",
                                                       "notifications/prompts/list_changed",
                                                       "notifications/resources/list_changed"};
    for (const Entry &entry : m_entries) {
        const std::array<bool, 3> wants{entry.filter.tools, entry.filter.prompts,
                                        entry.filter.resources};
        if (wants[list] && (principalId.empty() || entry.principalId == principalId))
            notify(entry, kMethods[list], {});
    }
}

void Subscriptions::resourceUpdated(std::string_view uri, std::string_view principalId) const
{
    for (const Entry &entry : m_entries) {
        if (!principalId.empty() && entry.principalId != principalId)
            continue;
        bool wants = has(entry.filter.uris, uri);
        if (entry.id.empty()) {
            const auto mine = m_uris.find(entry.sessionId);
            wants = mine != m_uris.end() && mine->second.contains(std::string(uri));
        }
        if (wants)
            notify(entry, "notifications/resources/updated", "\"uri\":" + Base::quoteJson(uri));
    }
}

void Subscriptions::taskChanged(const Task &task) const
{
    for (const Entry &entry : m_entries) {
        if (entry.principalId == task.principalId && has(entry.filter.taskIds, task.id))
            notify(entry, "notifications/tasks", taskFields(task, true));
    }
}

void Subscriptions::cancel(const std::string &id, const Outlet &outlet)
{
    std::erase_if(m_entries, [&](const Entry &entry) {
        return entry.outlet == &outlet && !entry.id.empty() && entry.id == id;
    });
}

void Subscriptions::hungUp(const Outlet &outlet)
{
    for (const Entry &entry : m_entries) {
        // A line's session ends with it; one over HTTP listens through a stream of its own.
        if (entry.outlet == &outlet && entry.id.empty())
            m_uris.erase(entry.sessionId);
    }
    lost(outlet);
}

void Subscriptions::lost(const Outlet &stream)
{
    std::erase_if(m_entries, [&](const Entry &entry) { return entry.outlet == &stream; });
}

std::size_t Subscriptions::countOf(const Outlet &outlet) const
{
    return static_cast<std::size_t>(
        std::count_if(m_entries.begin(), m_entries.end(),
                      [&](const Entry &entry) { return entry.outlet == &outlet; }));
}

void Subscriptions::end(const Entry &entry) const
{
    if (entry.id.empty())
        entry.outlet->endStream();
    else
        entry.outlet->finish(responseText(entry.id, m_codec.subscriptionResult(entry.id)));
}

void Subscriptions::endSession(std::string_view sessionId)
{
    m_uris.erase(std::string(sessionId));
    endStreams(sessionId);
}

void Subscriptions::endStreams(std::string_view sessionId)
{
    std::vector<Entry> ended;
    for (auto it = m_entries.begin(); it != m_entries.end();) {
        const bool mine = it->id.empty() && it->sessionId == sessionId;
        if (mine)
            ended.push_back(std::move(*it));
        it = mine ? m_entries.erase(it) : it + 1;
    }
    for (const Entry &entry : ended)
        end(entry);
}

void Subscriptions::endAll()
{
    const auto ended = std::exchange(m_entries, {});
    for (const Entry &entry : ended)
        end(entry);
}

} // namespace Mcp
