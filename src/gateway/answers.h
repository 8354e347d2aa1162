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
    /// Why the grant that an answer was made under does not allow it any more, or nothing.
    using Objection
        = std::function<std::optional<Base::Error>(const std::string &grantId, const Needs &needs)>;
    /// For approval_wait: as often as asked for. Nothing where there is none; the objection where
    /// there is one.
    std::optional<Base::Result<Mcp::ToolResult>> byApproval(const std::string &approvalId,
                                                            const std::string &principal,
                                                            const Objection &objection);
    /// For a repeated call: once, within ten minutes, only if nobody has fetched it and nothing
    /// is objected.
    std::optional<Mcp::ToolResult> byKey(const std::string &key, const Objection &objection);
    void dropGrant(const std::string &grantId);

private:
    struct Entry {
        std::vector<std::string> approvalIds;
        std::string principal;
        std::string key;
        std::string grantId; ///< or empty: it ended before one was chosen
        Needs needs;
        Mcp::ToolResult result;
        Steady::time_point at;
        bool fetched = false;
    };
    void trim();
    std::deque<Entry> m_entries;
    std::size_t m_bytes = 0;
};

} // namespace Gateway
