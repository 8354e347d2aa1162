// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/server.h"

#include "mcp/server/modernrules.h"

#include <algorithm>

namespace Mcp
{

Server::Server(const Sources &sources, const ServerInfo &info, std::string_view sessionKey,
               const ReplayLimits &limits)
    : m_sources(sources)
    , m_codec(info,
              {.resources = sources.resources != nullptr, .prompts = sources.prompts != nullptr})
    , m_sessions(sessionKey)
    , m_deadline([this](SteadyTime now) { return sweep(now); })
    , m_subscriptions(m_codec)
    , m_streams(
          limits, [this](ReplayStream &stream) { lost(stream); },
          [this](SteadyTime time) { m_deadline.notLaterThan(time); })
    , m_calls(m_codec, sessionKey, m_clock,
              [this](SteadyTime time) { m_deadline.notLaterThan(time); })
{
    m_calls.tasks().onChange([this](const Task &task) { m_subscriptions.taskChanged(task); });
}

Server::~Server() = default;

SteadyTime Server::sweep(SteadyTime now)
{
    m_streams.sweep(now);
    m_calls.sweep(now);
    return std::min(m_streams.next(), m_calls.next());
}

void Server::lost(ReplayStream &stream)
{
    m_calls.unheard(stream);
    m_subscriptions.lost(stream);
}

void Server::hungUp(Outlet &outlet)
{
    // A legacy client that loses its connection has not changed its mind (2025-03-26 transports).
    m_streams.detach(outlet);
    m_subscriptions.hungUp(outlet);
    m_calls.hungUp(outlet);
}

void Server::note(const Message &message, const Asker &asker)
{
    if (message.kind == Message::Response)
        return m_calls.clientAnswered(message, asker);
    const std::string &id = message.cancels;
    if (!id.empty() && !m_calls.cancelRequest(id, asker) && !asker.overHttp)
        m_subscriptions.cancel(id, asker.outlet);
}

std::optional<RpcError> Server::checkParameters(const HttpRequest &request,
                                                const Message &message) const
{
    if (message.method != "tools/call")
        return std::nullopt;
    const auto name = Base::stringMember(message.params, "name");
    const auto parameters = m_sources.tools.headerParameters(name.value_or(std::string()));
    return checkHeaderParameters(request, message, parameters);
}

void Server::attach(Outlet &outlet, const Principal &principal, std::string_view sessionId)
{
    m_subscriptions.attach(outlet, principal.id, std::string(sessionId));
}

void Server::openStream(HttpOutlet &outlet, const Principal &principal, const Session &session,
                        std::string_view lastEventId)
{
    std::string request;
    if (!lastEventId.empty() && m_streams.resume(outlet, session.nonce, lastEventId, request))
        return;
    // Not under the request's id, so that a client which comes back once more is not told twice.
    ReplayStream &stream = m_streams.add(outlet, session.nonce, session.revision, {});
    stream.open();
    if (request.empty())
        return attach(stream, principal, session.nonce);
    // The request that the client waits for was lost with its stream; not to say so would leave it
    // waiting.
    stream.finish(errorText({ErrorCode::kInternalError,
                             "Turso Companion was restarted, or the answer was kept for as long as "
                             "it could be. What came of the request is not known: look before you "
                             "repeat it.",
                             {},
                             request}));
}

void Server::endSession(const Session &session)
{
    m_subscriptions.endSession(session.nonce);
    m_streams.endSession(session.nonce);
    m_calls.endSession(session.nonce);
    m_sessions.terminate(session);
}

void Server::end()
{
    m_subscriptions.endAll();
    m_calls.endAll({ErrorCode::kInternalError,
                    "Turso Companion was ended before there was an answer. What came of the "
                    "request is not known: look before you repeat it."});
}

void Server::toolsChanged(std::string_view principalId)
{
    m_subscriptions.listChanged(Subscriptions::Tools, principalId);
}

void Server::promptsChanged(std::string_view principalId)
{
    m_subscriptions.listChanged(Subscriptions::Prompts, principalId);
}

void Server::resourcesChanged(std::string_view principalId)
{
    m_subscriptions.listChanged(Subscriptions::Resources, principalId);
}

void Server::resourceUpdated(std::string_view uri, std::string_view principalId)
{
    m_subscriptions.resourceUpdated(uri, principalId);
}

} // namespace Mcp
