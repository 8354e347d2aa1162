// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "mcp/jsonrpc/message.h"

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace Mcp
{

/// The requests that the server has sent to legacy clients and that they have not answered.
class ClientRequests
{
public:
    using Time = std::chrono::steady_clock::time_point;
    struct Asked {
        unsigned long long call = 0; ///< which waits for the answer
        std::string key; ///< of the InputRequest
        std::string sessionId; ///< only this session may answer
        Time until;
    };

    ClientRequests();

    /// The id, raw, of a new request; unique over restarts as well.
    std::string add(Asked asked);
    /// Takes what the response is for; nothing for unknown ids and those of other sessions.
    std::optional<Asked> take(const std::string &id, std::string_view sessionId);
    /// A call has ended: its requests will not be waited for.
    void forget(unsigned long long call);
    /// The calls whose client has not answered in time.
    std::vector<unsigned long long> overdue(Time now) const;
    /// When next to look, or Time::max().
    Time next() const;

private:
    std::string m_prefix;
    unsigned long long m_last = 0;
    std::unordered_map<std::string, Asked> m_open; // by raw id
};

} // namespace Mcp
