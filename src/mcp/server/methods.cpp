// SPDX-License-Identifier: GPL-3.0-or-later
// The methods a client may call, one member function of Server each.
#include "mcp/server/server.h"

namespace Mcp
{

using Base::Json;

namespace
{

constexpr std::size_t kCallsPerOutlet = 1024;

// Hosts exist that send the arguments as a string holding JSON.
bool takeArguments(Json &params, Json &arguments)
{
    const auto it = params.find("arguments");
    if (it == params.end() || it->is_null()) {
        arguments = Json::object();
        return true;
    }
    if (it->is_string()) {
        auto parsed = Base::parseJson(it->get_ref<const std::string &>());
        if (!parsed || !parsed->is_object())
            return false;
        arguments = std::move(*parsed);
        return true;
    }
    arguments = std::move(*it);
    return arguments.is_object();
}

} // namespace

const std::vector<Server::Method> &Server::methods()
{
    // `initialize` and the notifications are the endpoints' own: they change what a connection is.
    static const std::vector<Method> kMethods{
        {"tools/call", true, true, &Server::callTool},
        {"tools/list", true, true, &Server::listTools},
        {"ping", true, false, &Server::ping},
        {"server/discover", false, true, &Server::discover},
        {"subscriptions/listen", false, true, &Server::listen},
    };
    return kMethods;
}

Answer Server::dispatch(Message &request, const Asker &asker)
{
    for (const Method &method : methods()) {
        if (method.name == request.method && (asker.modern() ? method.modern : method.legacy))
            return (this->*method.run)(request, asker);
    }
    return Answer::error(ErrorCode::kMethodNotFound, "Unknown method: " + request.method);
}

Answer Server::ping(Message &, const Asker &asker)
{
    return {.result = m_codec.emptyResult(asker.revision)};
}

Answer Server::discover(Message &, const Asker &)
{
    return {.result = m_codec.discoverResult()};
}

Answer Server::listTools(Message &request, const Asker &asker)
{
    // There is one page only, so every cursor is somebody else's.
    if (!Base::member(request.params, "cursor").is_null())
        return Answer::error(ErrorCode::kInvalidParams, "Unknown cursor.");
    return {.result = m_codec.toolListResult(m_gate.tools(asker.principal), asker.revision)};
}

Answer Server::callTool(Message &request, const Asker &asker)
{
    ToolCall call;
    if (request.params.is_object()) {
        const auto name = request.params.find("name");
        if (name != request.params.end() && name->is_string())
            call.tool = std::move(name->get_ref<std::string &>());
    }
    if (call.tool.empty())
        return Answer::error(ErrorCode::kInvalidParams, "The name of the tool is missing.");
    if (!m_gate.hasTool(call.tool))
        return Answer::error(ErrorCode::kInvalidParams, "Unknown tool: " + call.tool);
    if (!takeArguments(request.params, call.arguments)) {
        constexpr auto kText = "\"arguments\" must be a JSON object.";
        if (asker.revision < Revision::V2025_11_25)
            return Answer::error(ErrorCode::kInvalidParams, kText);
        // What a model can mend is a result since 2025-11-25: it never sees a protocol error.
        std::string text;
        m_codec.appendToolResponse(text, request.id, {{}, kText, true, nullptr}, asker.revision);
        if (asker.batch != 0)
            addToBatch(asker.batch, text);
        else
            asker.outlet.finish(text);
        return {.later = true};
    }
    return begin(request, asker, std::move(call));
}

Answer Server::begin(Message &request, const Asker &asker, ToolCall &&call)
{
    // An HTTP connection holds one request; only a line can pile them up.
    if (!asker.overHttp) {
        std::size_t held = 0;
        for (const auto &[serial, other] : m_calls)
            held += other.outlet == &asker.outlet ? 1 : 0;
        if (held >= kCallsPerOutlet)
            return Answer::error(ErrorCode::kInternalError, "Too many calls are in flight.");
    }
    call.principal = asker.principal;
    call.clientName = asker.clientName;
    call.clientVersion = asker.clientVersion;
    call.modern = asker.modern();
    if (!call.modern)
        call.sessionId = asker.sessionId;

    const Serial serial = ++m_lastSerial;
    Call &entry = m_calls[serial];
    entry.outlet = &asker.outlet;
    entry.id = std::move(request.id);
    entry.sessionId = asker.sessionId;
    entry.overHttp = asker.overHttp;
    entry.revision = asker.revision;
    entry.batch = asker.batch;
    if (asker.batch != 0)
        ++m_batches[asker.batch].open;
    else if (asker.outlet.canStream())
        entry.progressToken
            = rawToken(Base::member(Base::member(request.params, "_meta"), "progressToken"));
    call.reportsProgress = !entry.progressToken.empty();

    ToolGate::Report report;
    if (call.reportsProgress)
        report = [this, serial](const CallEvent &event) {
            this->report(serial, event);
        };
    else
        report = [](const CallEvent &) {
        };
    const ToolGate::CallId gateId = m_gate.begin(
        std::move(call), [this, serial](const Outcome &outcome) { reply(serial, outcome); },
        std::move(report));
    // The reply may have come already.
    const auto it = m_calls.find(serial);
    if (it != m_calls.end())
        it->second.gateId = gateId;
    return {.later = true};
}

Answer Server::listen(Message &request, const Asker &asker)
{
    const Json &wanted = Base::member(request.params, "notifications");
    if (!wanted.is_object())
        return Answer::error(ErrorCode::kInvalidParams, "\"notifications\" must be an object.");
    if (!asker.outlet.canStream())
        return Answer::error(ErrorCode::kInvalidParams,
                             "A subscription needs \"Accept: text/event-stream\".");
    const bool tools = Base::boolMember(wanted, "toolsListChanged").value_or(false);
    std::string params = R"({"_meta":{"io.modelcontextprotocol/subscriptionId":)";
    params += request.id;
    params
        += tools ? R"(},"notifications":{"toolsListChanged":true}})" : R"(},"notifications":{}})";
    asker.outlet.notify(notificationText("notifications/subscriptions/acknowledged", params));
    m_subscriptions.push_back({.outlet = &asker.outlet,
                               .id = request.id,
                               .principalId = asker.principal.id,
                               .sessionId = {},
                               .tools = tools,
                               .overHttp = asker.overHttp});
    return {.later = true};
}

tl::expected<Opening, RpcError> Server::initialize(const Message &request, Revision oldest) const
{
    const auto version = Base::stringMember(request.params, "protocolVersion");
    if (!version)
        return tl::unexpected<RpcError>(
            RpcError{ErrorCode::kInvalidParams, "\"protocolVersion\" is missing.", {}, request.id});
    Opening opening;
    opening.session.revision = negotiate(*version, oldest);
    const Json &client = Base::member(request.params, "clientInfo");
    opening.session.clientName = Base::stringMember(client, "name").value_or("");
    opening.session.clientVersion = Base::stringMember(client, "version").value_or("");
    const Json &capabilities = Base::member(request.params, "capabilities");
    if (capabilities.is_object()) {
        for (const auto &item : capabilities.items())
            opening.session.capabilities.push_back(item.key());
    }
    opening.result = m_codec.initializeResult(opening.session.revision);
    return opening;
}

} // namespace Mcp
