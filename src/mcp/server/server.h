// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/jsonrpc/message.h"
#include "mcp/protocol/codec.h"
#include "mcp/server/outlet.h"
#include "mcp/server/promptsource.h"
#include "mcp/server/sessions.h"
#include "mcp/server/toolgate.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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
    /// Legacy: what notifications/cancelled finds a call by, together with its id.
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

/// What `initialize` settles.
struct Opening {
    Session session; ///< without its nonce
    std::string result;
};

/// Where a server's answers come from; all outlive it. A source that is null is a feature that the
/// server does not have: its capability is not declared, its methods do not exist.
struct Sources {
    // NOLINTNEXTLINE(google-explicit-constructor): a gate alone makes a server
    Sources(ToolGate &toolGate, ResourceSource *resourceSource = nullptr,
            PromptSource *promptSource = nullptr)
        : tools(toolGate)
        , resources(resourceSource)
        , prompts(promptSource)
    {
    }
    ToolGate &tools;
    ResourceSource *resources;
    PromptSource *prompts;
};

/// The methods of the protocol and the calls in flight, whatever transport they came by. One
/// thread. Must outlive every transport that uses it, and be outlived by the gate.
class Server
{
public:
    /// `sessionKey`: secret bytes that the app keeps over restarts; see Sessions.
    Server(const Sources &sources, const ServerInfo &info, std::string sessionKey);
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;
    /// Cancels every call that is in flight.
    ~Server();

    /// Tells the agents that listen that their tools have changed: those of one principal, or all.
    void toolsChanged(std::string_view principalId = {});
    void promptsChanged(std::string_view principalId = {});
    void resourcesChanged(std::string_view principalId = {});
    /// Tells everybody who has subscribed to the resource.
    void resourceUpdated(std::string_view uri, std::string_view principalId = {});
    /// Ends every subscription, as before a shutdown.
    void endSubscriptions();
    std::size_t callsInFlight() const { return m_calls.size(); }
    std::size_t subscriptionCount() const { return m_subscriptions.size(); }

    // For the endpoints.

    /// Runs a request. Answers at once, or `later` through the asker's outlet.
    Answer dispatch(Message &request, const Asker &asker);
    tl::expected<Opening, RpcError> initialize(const Message &request, Revision oldest) const;
    /// notifications/cancelled: the call or subscription ends without a response.
    void cancelRequest(const Base::Json &params, const Asker &asker);
    /// The outlet is going. Modern calls and those of a line end; legacy calls over HTTP go on,
    /// unheard.
    void hungUp(Outlet &outlet);
    /// Legacy: from now on the outlet gets list_changed. `sessionId` names the session (its nonce);
    /// a stream it had before is ended.
    void subscribeLegacy(Outlet &outlet, const Principal &principal, std::string_view sessionId);
    void endSession(std::string_view sessionId);

    /// A batch (2025-03-26 and older) answers when all its requests have been answered.
    unsigned long long openBatch(Outlet &outlet);
    void addToBatch(unsigned long long batch, std::string_view response);
    /// No more requests will come. True if there was nothing to answer: nothing is sent then.
    bool sealBatch(unsigned long long batch);

    Sessions &sessions() { return m_sessions; }
    const Codec &codec() const { return m_codec; }

private:
    struct Call {
        Outlet *outlet = nullptr; // null once a legacy client has gone
        std::string id;
        std::string progressToken; // raw; empty: no progress
        std::string sessionId;
        double lastProgress = 0;
        bool reported = false;
        bool overHttp = true;
        Revision revision = kNewestLegacy;
        ToolGate::CallId gateId = 0;
        unsigned long long batch = 0;
    };
    struct Batch {
        Outlet *outlet = nullptr;
        int open = 0;
        bool sealed = false;
        std::string text = {};
    };
    struct Subscription {
        Outlet *outlet = nullptr;
        std::string id; // raw id of the listen request; empty: legacy
        std::string principalId;
        std::string sessionId;
        bool tools = true; // wants tools/list_changed
        bool overHttp = true;
    };
    struct Method {
        std::string_view name;
        bool legacy;
        bool modern;
        Answer (Server::*run)(Message &, const Asker &);
    };
    using Serial = unsigned long long;

    static const std::vector<Method> &methods();
    Answer ping(Message &request, const Asker &asker);
    Answer discover(Message &request, const Asker &asker);
    Answer listTools(Message &request, const Asker &asker);
    Answer callTool(Message &request, const Asker &asker);
    Answer listen(Message &request, const Asker &asker);

    Answer begin(Message &request, const Asker &asker, ToolCall &&call);
    void reply(Serial serial, const Outcome &outcome);
    void report(Serial serial, const CallEvent &event);
    void closeBatchIfDone(unsigned long long batch);
    void endSubscription(const Subscription &subscription);

    ToolGate &m_gate;
    Codec m_codec;
    Sessions m_sessions;
    std::unordered_map<Serial, Call> m_calls;
    std::unordered_map<unsigned long long, Batch> m_batches;
    std::vector<Subscription> m_subscriptions;
    std::string m_text; // the response being written; kept for its buffer
    Serial m_lastSerial = 0;
};

} // namespace Mcp
