// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/httpendpoint.h"

#include "mcp/server/modernrules.h"

namespace Mcp
{

using Base::Json;

namespace
{

constexpr std::size_t kBatchItems = 100;
constexpr auto kClientInfoKey = "io.modelcontextprotocol/clientInfo";
constexpr auto kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";

RpcError invalidRequest(std::string message, std::string id = {})
{
    return {ErrorCode::kInvalidRequest, std::move(message), {}, std::move(id)};
}

RpcError rpcError(const Answer &answer, const std::string &id)
{
    return {answer.errorCode, answer.errorMessage, answer.errorData, id};
}

std::string_view textOf(const Json &object, const char *key)
{
    const Json &value = Base::member(object, key);
    return value.is_string() ? std::string_view(value.get_ref<const std::string &>())
                             : std::string_view();
}

Asker sessionAsker(const Session &session, const Principal &principal, Outlet &outlet)
{
    return {.principal = principal,
            .outlet = outlet,
            .revision = session.revision,
            .clientName = session.clientName,
            .clientVersion = session.clientVersion,
            .capabilities = session.capabilities,
            .sessionId = session.nonce};
}

} // namespace

void HttpEndpoint::refuse(HttpOutlet &outlet, int status, const RpcError &error)
{
    const std::string body = errorText(error);
    outlet.answer({.status = status, .body = body});
}

void HttpEndpoint::serve(const HttpRequest &request, const Principal &principal, HttpOutlet &outlet)
{
    if (request.method == "POST")
        return post(request, principal, outlet);
    if (request.method == "GET")
        return get(request, principal, outlet);
    if (request.method == "DELETE")
        return remove(request, principal, outlet);
    outlet.answer({.status = 405, .allow = "GET, POST, DELETE"});
}

void HttpEndpoint::post(const HttpRequest &request, const Principal &principal, HttpOutlet &outlet)
{
    auto parsed = Base::parseJson(request.body);
    if (!parsed)
        return refuse(outlet, 400, {ErrorCode::kParseError, parsed.error().message});
    if (parsed->is_array())
        return batch(request, std::move(*parsed), principal, outlet);
    auto message = decodeMessage(std::move(*parsed), request.body);
    if (!message)
        return refuse(outlet, 400, message.error());

    EraSigns signs;
    signs.hasSession = request.session.present();
    signs.metaNamesVersion = namesModernVersion(*message);
    if (request.protocolVersion.present())
        signs.headerVersion = request.protocolVersion.text;
    if (eraOf(signs) == Era::Modern)
        modern(request, *message, principal, outlet);
    else
        legacy(request, *message, principal, outlet);
}

void HttpEndpoint::modern(const HttpRequest &request, Message &message, const Principal &principal,
                          HttpOutlet &outlet)
{
    if (message.kind == Message::Notification)
        return outlet.answer({.status = 202});
    if (message.kind == Message::Response)
        return refuse(outlet, 400, invalidRequest("A client sends no responses.", message.id));
    if (const auto error = checkModernHttp(request, message))
        return refuse(outlet, 400, *error);
    if (const auto error = m_server.checkParameters(request, message))
        return refuse(outlet, 400, *error);

    const std::string id = message.id;
    const Json &meta = Base::member(message.params, "_meta");
    // Taken out: the method may move the params' parts away while the views are in use.
    const Json client = Base::member(meta, kClientInfoKey);
    const Asker asker{.principal = principal,
                      .outlet = outlet,
                      .revision = kModern,
                      .clientName = textOf(client, "name"),
                      .clientVersion = textOf(client, "version"),
                      .capabilities
                      = ClientCapabilities::from(Base::member(meta, kCapabilitiesKey))};
    const Answer answer = m_server.dispatch(message, asker);
    if (answer.later)
        return;
    if (answer.errorCode != 0)
        return refuse(outlet, modernStatus(answer.errorCode), rpcError(answer, id));
    outlet.finish(responseText(id, answer.result));
}

tl::expected<HttpEndpoint::SessionPointer, HttpEndpoint::Refusal>
HttpEndpoint::session(const HttpRequest &request, const Principal &principal)
{
    using Fail = tl::unexpected<Refusal>;
    if (!request.session.present())
        return Fail({400, invalidRequest("The Mcp-Session-Id header is missing.")});
    if (request.protocolVersion.present()) {
        const auto version = revisionNamed(request.protocolVersion.text);
        if (!version || *version > kNewestLegacy || *version < Revision::V2025_03_26)
            return Fail({400, invalidRequest("Unsupported MCP-Protocol-Version.")});
    }
    auto found = m_server.sessions().find(request.session.text, principal.id);
    if (!found)
        return Fail({404, {ErrorCode::kSessionNotFound, "Session not found."}});
    return found;
}

void HttpEndpoint::legacy(const HttpRequest &request, Message &message, const Principal &principal,
                          HttpOutlet &outlet)
{
    if (message.kind == Message::Request && message.method == "initialize")
        return initialize(message, principal, outlet);
    // Of the errors a probing client understands only this one makes it fall back to `initialize`.
    if (message.method == "server/discover" && !request.session.present())
        return refuse(outlet, 400,
                      {ErrorCode::kInvalidParams, "params._meta is missing.", {}, message.id});
    auto found = session(request, principal);
    if (!found) {
        Refusal refusal = std::move(found.error());
        refusal.error.id = message.id;
        return refuse(outlet, refusal.status, refusal.error);
    }
    const SessionPointer current = std::move(*found);
    if (message.kind != Message::Request) {
        m_server.note(message, sessionAsker(*current, principal, outlet));
        return outlet.answer({.status = 202});
    }
    const std::string id = message.id;
    ReplayStream &stream = m_server.streams().add(outlet, current->nonce, current->revision, id);
    const Asker asker = sessionAsker(*current, principal, stream);
    const Answer answer = m_server.dispatch(message, asker);
    if (answer.later)
        return;
    stream.finish(answer.errorCode != 0 ? errorText(rpcError(answer, id))
                                        : responseText(id, answer.result));
}

void HttpEndpoint::initialize(const Message &message, const Principal &principal,
                              HttpOutlet &outlet)
{
    auto opening = m_server.initialize(message, Revision::V2025_03_26);
    if (!opening)
        return refuse(outlet, 200, opening.error());
    const std::string id = m_server.sessions().open(std::move(opening->session), principal.id);
    const std::string body = responseText(message.id, opening->result);
    outlet.answer({.status = 200, .body = body, .sessionId = id});
}

void HttpEndpoint::batch(const HttpRequest &request, Json &&items, const Principal &principal,
                         HttpOutlet &outlet)
{
    SessionPointer current;
    if (request.session.present()) {
        auto found = session(request, principal);
        if (!found)
            return refuse(outlet, found.error().status, found.error().error);
        current = std::move(*found);
    }
    if (!current || current->revision != Revision::V2025_03_26)
        return refuse(outlet, 400, invalidRequest("Batches are not part of this revision."));
    if (items.empty() || items.size() > kBatchItems)
        return refuse(outlet, 400, invalidRequest("A batch holds 1 to 100 messages."));
    ReplayStream &stream = m_server.streams().add(outlet, current->nonce, current->revision, {});
    Asker asker = sessionAsker(*current, principal, stream);
    asker.batch = m_server.batches().open(stream);
    for (Json &item : items)
        batchItem(std::move(item), asker);
    if (m_server.batches().seal(asker.batch))
        stream.endStream(); // nothing but notifications
}

void HttpEndpoint::batchItem(Json &&item, const Asker &asker)
{
    auto message = decodeMessage(std::move(item), {});
    if (!message)
        return m_server.batches().add(asker.batch, errorText(message.error()));
    if (message->kind != Message::Request)
        return m_server.note(*message, asker);
    const std::string id = message->id;
    const Answer answer = m_server.dispatch(*message, asker);
    if (answer.later)
        return;
    m_server.batches().add(asker.batch,
                           answer.errorCode != 0 ? errorText(rpcError(answer, id))
                                                 : responseText(id, answer.result));
}

void HttpEndpoint::get(const HttpRequest &request, const Principal &principal, HttpOutlet &outlet)
{
    // Clients probe with a bare GET, and must learn from it that there is no stream without a
    // session.
    if (!request.session.present() || request.protocolVersion.text == revisionName(kModern))
        return outlet.answer({.status = 405, .allow = "POST"});
    const auto current = session(request, principal);
    if (!current)
        return refuse(outlet, current.error().status, current.error().error);
    if (!outlet.canStream())
        return refuse(outlet, 406, invalidRequest("Accept must admit text/event-stream."));
    m_server.openStream(outlet, principal, **current, request.lastEventId.text);
}

void HttpEndpoint::remove(const HttpRequest &request, const Principal &principal,
                          HttpOutlet &outlet)
{
    if (!request.session.present() || request.protocolVersion.text == revisionName(kModern))
        return outlet.answer({.status = 405, .allow = "POST"});
    const auto current = session(request, principal);
    if (!current)
        return refuse(outlet, current.error().status, current.error().error);
    const SessionPointer ended = *current;
    m_server.endSession(*ended);
    outlet.answer({.status = 200});
}

} // namespace Mcp
