// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/deadline.h"
#include "mcp/jsonrpc/message.h"
#include "mcp/protocol/codec.h"
#include "mcp/protocol/httprequest.h"
#include "mcp/server/asker.h"
#include "mcp/server/calls.h"
#include "mcp/server/promptsource.h"
#include "mcp/server/replaystreams.h"
#include "mcp/server/sessions.h"
#include "mcp/server/subscriptions.h"
#include "mcp/server/toolgate.h"

#include <string>
#include <string_view>
#include <vector>

namespace Mcp
{

using Http::Deadline;
using Http::milliseconds;
using Http::SteadyTime;

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

/// The methods of the protocol, whatever transport they came by. One thread. Must outlive every
/// transport that uses it, and be outlived by its sources.
class Server
{
public:
    /// `sessionKey`: secret bytes that the app keeps over restarts; see Sessions.
    Server(const Sources &sources, const ServerInfo &info, std::string_view sessionKey,
           const ReplayLimits &limits = {});
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;
    /// Cancels every call that is in flight.
    ~Server();

    /// Tells the agents that listen that their lists have changed: those of one principal, or all.
    void toolsChanged(std::string_view principalId = {});
    void promptsChanged(std::string_view principalId = {});
    void resourcesChanged(std::string_view principalId = {});
    /// Tells everybody who has subscribed to the resource.
    void resourceUpdated(std::string_view uri, std::string_view principalId = {});
    /// Before a shutdown: ends every subscription, and answers every open call with an error, since
    /// a client that only loses its connection may wait for long.
    void end();

    std::size_t callsInFlight() const { return m_calls.count(); }
    std::size_t subscriptionCount() const { return m_subscriptions.count(); }
    std::size_t keptStreams() const { return m_streams.count(); }

    // For the endpoints.

    /// Runs a request. Answers at once, or `later` through the asker's outlet.
    Answer dispatch(Message &request, const Asker &asker);
    tl::expected<Opening, RpcError> initialize(const Message &request, Revision oldest) const;
    /// A notification or response of a client's: what cancels, and what was asked for.
    void note(const Message &message, const Asker &asker);
    /// The arguments that Mcp-Param headers must repeat (2026-07-28 over HTTP).
    std::optional<RpcError> checkParameters(const HttpRequest &request,
                                            const Message &message) const;
    /// The outlet is going. Modern calls and those of a line end; legacy calls over HTTP go on.
    void hungUp(Outlet &outlet);
    /// Legacy, on a line: from now on the outlet gets list_changed.
    void attach(Outlet &outlet, const Principal &principal, std::string_view sessionId);
    /// Legacy, a GET: a new stream, or the rest of one that was lost (`lastEventId`).
    void openStream(HttpOutlet &outlet, const Principal &principal, const Session &session,
                    std::string_view lastEventId);
    void endSession(const Session &session);

    Batches &batches() { return m_calls.batches(); }
    ReplayStreams &streams() { return m_streams; }
    Sessions &sessions() { return m_sessions; }
    const Codec &codec() const { return m_codec; }

private:
    struct Method {
        std::string_view name;
        bool legacy;
        bool modern;
        Answer (Server::*run)(Message &, const Asker &);
    };

    static const std::vector<Method> &methods();
    Answer ping(Message &request, const Asker &asker);
    Answer discover(Message &request, const Asker &asker);
    Answer setLevel(Message &request, const Asker &asker);
    Answer listTools(Message &request, const Asker &asker);
    Answer callTool(Message &request, const Asker &asker);
    Answer listPrompts(Message &request, const Asker &asker);
    Answer getPrompt(Message &request, const Asker &asker);
    Answer listResources(Message &request, const Asker &asker);
    Answer listTemplates(Message &request, const Asker &asker);
    Answer readResource(Message &request, const Asker &asker);
    Answer subscribe(Message &request, const Asker &asker);
    Answer unsubscribe(Message &request, const Asker &asker);
    Answer complete(Message &request, const Asker &asker);
    Answer listen(Message &request, const Asker &asker);
    Answer getTask(Message &request, const Asker &asker);
    Answer updateTask(Message &request, const Asker &asker);
    Answer cancelTask(Message &request, const Asker &asker);

    Answer refuseArguments(const Message &request, const Asker &asker);
    Task *taskOf(const Message &request, const Asker &asker, Answer &refusal);
    void lost(ReplayStream &stream);
    SteadyTime sweep(SteadyTime now);

    Sources m_sources;
    Codec m_codec;
    Sessions m_sessions;
    Base::SystemClock m_clock;
    Deadline m_deadline;
    Subscriptions m_subscriptions;
    ReplayStreams m_streams;
    Calls m_calls;
};

} // namespace Mcp
