// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/activecall.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace Gateway
{

/// The three shapes in which a call is answered (the tools' API, common rules).
Mcp::ToolResult okResult(const std::string &callId, const Yield &yield);
Mcp::ToolResult errorResult(const std::string &callId, const Base::Error &error);
Mcp::ToolResult pendingResult(const std::string &callId, const std::string &waitId,
                              Base::Millis expiresAt);

/// `text` between a random boundary that it cannot contain, after one sentence that says what it
/// is.
std::string markedUntrusted(const std::string &text);

/// Answers of calls whose agent was told to come back. Each is kept for an hour, 256 of them and 16
/// MiB at most.
class KeptResults
{
public:
    void keep(const ActiveCall &call, const Mcp::ToolResult &result);
    /// For approval_wait: as often as asked for.
    std::optional<Mcp::ToolResult> byApproval(const std::string &approvalId,
                                              const std::string &principal);
    /// For a repeated call: once, within ten minutes, and only if nobody has fetched it.
    /// `granted` says whether the grant that it ran under still is.
    std::optional<Mcp::ToolResult> byKey(const std::string &key,
                                         const std::function<bool(const std::string &)> &granted);
    void dropGrant(const std::string &grantId);

private:
    struct Entry {
        std::vector<std::string> approvalIds;
        std::string principal;
        std::string key;
        std::string grantId;
        Mcp::ToolResult result;
        Steady::time_point at;
        bool fetched = false;
    };
    void trim();
    std::deque<Entry> m_entries;
    std::size_t m_bytes = 0;
};

} // namespace Gateway
