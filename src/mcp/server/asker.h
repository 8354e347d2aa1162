// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/protocol/clientcapabilities.h"
#include "mcp/protocol/revision.h"
#include "mcp/server/authenticator.h"
#include "mcp/server/outlet.h"
#include "mcp/server/responder.h"

#include <string>
#include <string_view>

namespace Mcp
{

/// Who sent a message and how the answer is to look. The views live as long as the dispatch.
struct Asker {
    const Principal &principal;
    Outlet &outlet;
    Revision revision = kNewestLegacy;
    bool overHttp = true;
    std::string_view clientName = {};
    std::string_view clientVersion = {};
    ClientCapabilities capabilities = {};
    /// Legacy: what notifications/cancelled and responses find a call by, together with an id.
    std::string_view sessionId = {};
    unsigned long long batch = 0; ///< Server::openBatch(), or 0

    bool modern() const { return revision >= kModern; }
};

/// What a method answers at once. `later`: the response goes to the outlet when it is there.
struct Answer {
    bool later = false;
    std::string result = {}; ///< the text of a JSON object
    int errorCode = 0;
    std::string errorMessage = {};
    std::string errorData = {};

    static Answer error(int code, std::string message)
    {
        return {.errorCode = code, .errorMessage = std::move(message)};
    }
};

inline Answer answerFor(RpcError error)
{
    return {.errorCode = error.code,
            .errorMessage = std::move(error.message),
            .errorData = std::move(error.data)};
}

/// The asker as a Responder sees it.
inline void fill(Caller &caller, const Asker &asker)
{
    caller.principal = asker.principal;
    caller.clientName = asker.clientName;
    caller.clientVersion = asker.clientVersion;
    caller.modern = asker.modern();
    caller.capabilities = asker.capabilities;
    if (!caller.modern)
        caller.sessionId = asker.sessionId;
}

} // namespace Mcp
