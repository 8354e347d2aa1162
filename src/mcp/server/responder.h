// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/protocol/clientcapabilities.h"
#include "mcp/server/authenticator.h"
#include "mcp/server/outcome.h"

#include <functional>
#include <string>

namespace Mcp
{

/// Who asks, whatever is asked.
struct Caller {
    Principal principal = {};
    std::string clientName = {}; ///< clientInfo.name, or empty; the client's own claim
    std::string clientVersion = {}; ///< clientInfo.version, or empty
    std::string sessionId = {}; ///< legacy session, or empty
    bool modern = false; ///< 2026-07-28 or later
    ClientCapabilities capabilities = {};
};

/// Somebody who answers requests, at once or later. One thread: the server's.
class Responder
{
public:
    using CallId = unsigned long long; ///< of this responder; never 0
    using Reply = std::function<void(Outcome)>;
    using Report = std::function<void(CallEvent)>;

    Responder() = default;
    Responder(const Responder &) = delete;
    Responder &operator=(const Responder &) = delete;
    virtual ~Responder() = default;

    /// The client no longer wants the answer (modern: it hung up; legacy: notifications/cancelled;
    /// task: tasks/cancel). What has not begun must not begin; the reply must not run any more.
    /// Unknown and finished ids are ignored.
    virtual void cancel(CallId call) = 0;

    /// Nobody will hear the answer (legacy HTTP: the client hung up, which is not a cancellation).
    /// The call goes on; whoever implements this may keep the answer for a repeated call. `reply`
    /// need not run any more, and must not once the server is gone.
    virtual void unheard(CallId call) { static_cast<void>(call); }

    /// Whether replies can be InputRequired. Only then requests are kept to be begun again.
    virtual bool asksForInput() const { return false; }
};

} // namespace Mcp
