// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/clientrequests.h"

#include "base/secret.h"

#include <algorithm>

namespace Mcp
{

// A client of before the restart must not answer a request of after it.
ClientRequests::ClientRequests()
    : m_prefix("srv-" + Base::randomToken(6) + '-')
{
}

std::string ClientRequests::add(Asked asked)
{
    std::string id = Base::quoteJson(m_prefix + std::to_string(++m_last));
    m_open.emplace(id, std::move(asked));
    return id;
}

std::optional<ClientRequests::Asked> ClientRequests::take(const std::string &id,
                                                          std::string_view sessionId)
{
    const auto it = m_open.find(id);
    if (it == m_open.end() || it->second.sessionId != sessionId)
        return std::nullopt;
    return std::move(m_open.extract(it).mapped());
}

void ClientRequests::forget(unsigned long long call)
{
    std::erase_if(m_open, [call](const auto &item) { return item.second.call == call; });
}

std::vector<unsigned long long> ClientRequests::overdue(Time now) const
{
    std::vector<unsigned long long> calls;
    for (const auto &[id, asked] : m_open) {
        if (asked.until <= now && std::find(calls.begin(), calls.end(), asked.call) == calls.end())
            calls.push_back(asked.call);
    }
    return calls;
}

ClientRequests::Time ClientRequests::next() const
{
    Time soonest = Time::max();
    for (const auto &[id, asked] : m_open)
        soonest = std::min(soonest, asked.until);
    return soonest;
}

} // namespace Mcp
