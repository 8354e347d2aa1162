// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/lineendpoint.h"

#include "base/secret.h"
#include "mcp/server/modernrules.h"

namespace Mcp
{

using Base::Json;

namespace
{

constexpr std::size_t kBatchItems = 100;
constexpr auto kClientInfoKey = "io.modelcontextprotocol/clientInfo";
constexpr auto kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";

} // namespace

LineEndpoint::LineEndpoint(Server &server, Principal principal, Outlet &outlet)
    : m_server(server)
    , m_principal(std::move(principal))
    , m_outlet(outlet)
{
    m_session.nonce = Base::randomToken(16);
}

void LineEndpoint::send(const std::string &text, unsigned long long batch)
{
    if (batch != 0)
        m_server.batches().add(batch, text);
    else
        m_outlet.finish(text);
}

void LineEndpoint::respond(const Answer &answer, const std::string &id, unsigned long long batch)
{
    if (answer.later)
        return;
    if (answer.errorCode != 0)
        send(errorText({answer.errorCode, answer.errorMessage, answer.errorData, id}), batch);
    else
        send(responseText(id, answer.result), batch);
}

void LineEndpoint::serve(std::string_view line)
{
    if (line.find_first_not_of(" \t\r") == std::string_view::npos)
        return;
    auto parsed = Base::parseJson(line);
    if (!parsed)
        return send(errorText({ErrorCode::kParseError, parsed.error().message}), 0);
    if (parsed->is_array())
        return serveBatch(std::move(*parsed));
    auto message = decodeMessage(std::move(*parsed), line);
    if (!message)
        return send(errorText(message.error()), 0);
    if (namesModernVersion(*message))
        serveModern(*message);
    else
        serveMessage(*message, 0);
}

void LineEndpoint::serveModern(Message &message)
{
    const Json &meta = Base::member(message.params, "_meta");
    const Json client = Base::member(meta, kClientInfoKey);
    const std::string name = Base::stringMember(client, "name").value_or("");
    const std::string version = Base::stringMember(client, "version").value_or("");
    const Asker asker{.principal = m_principal,
                      .outlet = m_outlet,
                      .revision = kModern,
                      .overHttp = false,
                      .clientName = name,
                      .clientVersion = version,
                      .capabilities
                      = ClientCapabilities::from(Base::member(meta, kCapabilitiesKey))};
    if (message.kind == Message::Notification)
        return m_server.note(message, asker);
    if (message.kind == Message::Response)
        return;
    if (const auto error = checkModernMeta(message))
        return send(errorText(*error), 0);
    const std::string id = message.id;
    respond(m_server.dispatch(message, asker), id, 0);
}

void LineEndpoint::serveMessage(Message &message, unsigned long long batch)
{
    const Asker asker{.principal = m_principal,
                      .outlet = m_outlet,
                      .revision = m_session.revision,
                      .overHttp = false,
                      .clientName = m_session.clientName,
                      .clientVersion = m_session.clientVersion,
                      .capabilities = m_session.capabilities,
                      .sessionId = m_session.nonce,
                      .batch = batch};
    if (message.kind != Message::Request)
        return m_server.note(message, asker);
    if (message.method == "initialize" && batch == 0)
        return initialize(message);
    // Of the errors a probing client understands only this one makes it fall back to `initialize`.
    if (message.method == "server/discover")
        return send(
            errorText({ErrorCode::kInvalidParams, "params._meta is missing.", {}, message.id}),
            batch);
    const std::string id = message.id;
    respond(m_server.dispatch(message, asker), id, batch);
}

void LineEndpoint::initialize(const Message &message)
{
    auto opening = m_server.initialize(message, Revision::V2024_11_05);
    if (!opening)
        return send(errorText(opening.error()), 0);
    opening->session.nonce = m_session.nonce;
    m_session = std::move(opening->session);
    send(responseText(message.id, opening->result), 0);
    m_server.attach(m_outlet, m_principal, m_session.nonce);
}

void LineEndpoint::serveBatch(Json &&items)
{
    const RpcError refusal{ErrorCode::kInvalidRequest, "Batches are not part of this revision."};
    if (m_session.revision > Revision::V2025_03_26 || items.empty() || items.size() > kBatchItems)
        return send(errorText(refusal), 0);
    const unsigned long long batch = m_server.batches().open(m_outlet);
    for (Json &item : items) {
        auto message = decodeMessage(std::move(item), {});
        if (message)
            serveMessage(*message, batch);
        else
            m_server.batches().add(batch, errorText(message.error()));
    }
    m_server.batches().seal(batch);
}

} // namespace Mcp
