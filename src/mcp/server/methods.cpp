// SPDX-License-Identifier: GPL-3.0-or-later
// The methods a client may call, one member function of Server each; those of prompts, resources
// and completion are in contentmethods.cpp, those of tasks in taskmethods.cpp.
#include "mcp/server/pages.h"
#include "mcp/server/server.h"

namespace Mcp
{

using Base::Json;

namespace
{

constexpr std::size_t kMostListened = 1024;
constexpr std::size_t kListensPerOutlet = 32; // only a line can have more than one

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

std::vector<std::string> texts(const Json &list)
{
    std::vector<std::string> result;
    if (!list.is_array())
        return result;
    for (const Json &one : list) {
        if (one.is_string() && result.size() < kMostListened)
            result.push_back(one.get<std::string>());
    }
    return result;
}

} // namespace

const std::vector<Server::Method> &Server::methods()
{
    // `initialize` and the notifications are the endpoints' own: they change what a connection is.
    static const std::vector<Method> kMethods{
        {"tools/call", true, true, &Server::callTool},
        {"tools/list", true, true, &Server::listTools},
        {"resources/list", true, true, &Server::listResources},
        {"resources/read", true, true, &Server::readResource},
        {"resources/templates/list", true, true, &Server::listTemplates},
        {"resources/subscribe", true, false, &Server::subscribe},
        {"resources/unsubscribe", true, false, &Server::unsubscribe},
        {"prompts/list", true, true, &Server::listPrompts},
        {"prompts/get", true, true, &Server::getPrompt},
        {"completion/complete", true, true, &Server::complete},
        {"ping", true, false, &Server::ping},
        {"logging/setLevel", true, false, &Server::setLevel},
        {"server/discover", false, true, &Server::discover},
        {"subscriptions/listen", false, true, &Server::listen},
        {"tasks/get", false, true, &Server::getTask},
        {"tasks/update", false, true, &Server::updateTask},
        {"tasks/cancel", false, true, &Server::cancelTask},
    };
    return kMethods;
}

Answer Server::dispatch(Message &request, const Asker &asker)
{
    const std::string_view name = request.method;
    const bool missing = (!m_sources.resources && name.starts_with("resources/"))
        || (!m_sources.prompts && name.starts_with("prompts/"))
        || (!m_sources.resources && !m_sources.prompts && name.starts_with("completion/"));
    for (const Method &method : methods()) {
        if (!missing && method.name == name && (asker.modern() ? method.modern : method.legacy))
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

Answer Server::setLevel(Message &request, const Asker &asker)
{
    const auto level = logLevel(Base::stringMember(request.params, "level").value_or(""));
    if (!level)
        return Answer::error(ErrorCode::kInvalidParams,
                             "\"level\" must be one of debug, info, notice, warning, error, "
                             "critical, alert, emergency.");
    m_calls.setLogLevel(asker.sessionId, *level);
    return {.result = m_codec.emptyResult(asker.revision)};
}

Answer Server::listTools(Message &request, const Asker &asker)
{
    const auto tools = m_sources.tools.tools(asker.principal);
    const auto page = pageOf(Base::member(request.params, "cursor"), tools,
                             [](const ToolDescription &tool) { return tool.name; });
    if (!page)
        return Answer::error(ErrorCode::kInvalidParams, "Unknown cursor.");
    return {.result = m_codec.toolListResult(page->items, asker.revision, page->next)};
}

Answer Server::callTool(Message &request, const Asker &asker)
{
    ToolGate &gate = m_sources.tools;
    ToolCall call;
    if (request.params.is_object()) {
        const auto name = request.params.find("name");
        if (name != request.params.end() && name->is_string())
            call.tool = std::move(name->get_ref<std::string &>());
    }
    if (call.tool.empty())
        return Answer::error(ErrorCode::kInvalidParams, "The name of the tool is missing.");
    if (!gate.hasTool(call.tool))
        return Answer::error(ErrorCode::kInvalidParams, "Unknown tool: " + call.tool);
    if (!takeArguments(request.params, call.arguments))
        return refuseArguments(request, asker);
    fill(call, asker);
    const Json &token = Base::member(Base::member(request.params, "_meta"), "progressToken");
    call.reportsProgress
        = asker.batch == 0 && asker.outlet.canStream() && (token.is_string() || token.is_number());

    Work work{.responder = &gate, .begin = {}, .binding = {}, .mayBecomeTask = true};
    const bool again = gate.asksForInput();
    if (again)
        work.binding = "tools/call\n" + call.tool + '\n' + Base::dumpJson(call.arguments);
    work.begin = [&gate, again, call = std::move(call)](Inputs inputs, Responder::Reply reply,
                                                        Responder::Report report) mutable {
        ToolCall mine = again ? call : std::move(call);
        mine.inputs = std::move(inputs);
        return gate.begin(std::move(mine), std::move(reply), std::move(report));
    };
    return m_calls.start(request, asker, std::move(work));
}

Answer Server::refuseArguments(const Message &request, const Asker &asker)
{
    constexpr auto kText = "\"arguments\" must be a JSON object.";
    if (asker.revision < Revision::V2025_11_25)
        return Answer::error(ErrorCode::kInvalidParams, kText);
    // What a model can mend is a result since 2025-11-25: it never sees a protocol error.
    std::string text;
    m_codec.appendToolResponse(text, request.id, {{}, kText, true}, asker.revision);
    if (asker.batch != 0)
        batches().add(asker.batch, text);
    else
        asker.outlet.finish(text);
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
    if (m_subscriptions.countOf(asker.outlet) >= kListensPerOutlet)
        return Answer::error(ErrorCode::kInternalError,
                             "Too many subscriptions. End some with notifications/cancelled.");
    const auto flag = [&wanted](const char *key) {
        return Base::boolMember(wanted, key).value_or(false);
    };
    Subscriptions::Filter filter;
    filter.tools = flag("toolsListChanged");
    filter.prompts = m_sources.prompts && flag("promptsListChanged");
    filter.resources = m_sources.resources && flag("resourcesListChanged");
    if (m_sources.resources) {
        filter.uris = texts(Base::member(wanted, "resourceSubscriptions"));
        std::erase_if(filter.uris, [&](const std::string &uri) {
            return !m_sources.resources->maySubscribe(asker.principal, uri);
        });
    }
    filter.taskIds = texts(Base::member(wanted, "taskIds"));
    if (!filter.taskIds.empty() && !asker.capabilities.tasks)
        return answerFor(missingCapability(kTasksExtension));
    std::erase_if(filter.taskIds, [&](const std::string &id) {
        return m_calls.tasks().find(id, asker.principal.id) == nullptr;
    });
    m_subscriptions.listen(asker.outlet, request.id, asker.principal.id, std::move(filter));
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
    opening.session.capabilities
        = ClientCapabilities::from(Base::member(request.params, "capabilities"));
    // The extension's wire is that of 2026-07-28: in a session there are no tasks, whoever declares
    // them.
    opening.session.capabilities.tasks = false;
    opening.result = m_codec.initializeResult(opening.session.revision);
    return opening;
}

} // namespace Mcp
