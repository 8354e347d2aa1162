// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "mcp/jsonrpc/message.h"
#include "mcp/server/prompt.h"
#include "mcp/server/resource.h"
#include "mcp/server/tool.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace Mcp
{

/// One thing that the client, or the person in front of it, is asked for.
struct InputRequest {
    std::string key; ///< the answer comes back under it
    std::string method; ///< elicitation/create, sampling/createMessage or roots/list
    Base::Json params = Base::Json::object();
};

/// The answer "I need something first". The request is begun again, from the start and with
/// Inputs, when the client has answered; a request that answers this must not have changed anything
/// yet. How the question travels is the server's business: 2026-07-28 gets an `input_required`
/// result, older clients get requests on their stream, a task becomes `input_required`. A client
/// that has not declared what is asked for gets an error instead.
struct InputRequired {
    std::vector<InputRequest> requests = {};
    /// Comes back in Inputs::state. Clients can read it but not change it: the server signs it,
    /// bound to the principal and the request, for an hour.
    std::string state = {};
};

/// What came back. The answers are a client's own claims: check them as any argument.
struct Inputs {
    std::map<std::string, Base::Json> answers = {}; ///< by key: ElicitResult and its kin
    std::string state = {}; ///< empty, or exactly what InputRequired carried

    bool empty() const { return answers.empty() && state.empty(); }
};

/// A result whose text is already there: the server's own.
struct Written {
    std::string text;
};

/// What a request ends with. RpcError::id is filled in by the server.
using Outcome = std::variant<ToolResult, PromptResult, ResourceResult, ResourceList, Completion,
                             InputRequired, RpcError, Written>;

/// One notifications/progress. `progress` must increase from call to call.
struct Progress {
    double progress = 0;
    std::optional<double> total = {};
    std::string message = {};
};

/// One notifications/message. Goes to clients that want the level: legacy ones by logging/setLevel
/// ("info" before that), 2026-07-28 only if the request names a level.
struct LogMessage {
    std::string level; ///< "debug" to "emergency"
    std::string logger = {};
    Base::Json data;
};

/// "This will take long": where the client has the tasks extension, the request is answered with a
/// task now, and its outcome kept for tasks/get. Everywhere else it says nothing.
struct Deferral {
    std::string message = {}; ///< the task's statusMessage; each further Deferral changes it
    std::chrono::milliseconds kept{15 * 60'000}; ///< the task's ttlMs
    std::chrono::milliseconds poll{1'000};
};

/// Ends the event stream of a 2025-11-25 client, which comes back for the rest (SSE polling).
/// Nothing for all others.
struct StreamPause {
};

/// What a request can tell on its way.
using CallEvent = std::variant<Progress, LogMessage, Deferral, StreamPause>;

/// -32021 with data.requiredCapabilities: `capability` is "sampling", "elicitation", "roots" or
/// kTasksExtension.
RpcError missingCapability(std::string_view capability);

} // namespace Mcp
