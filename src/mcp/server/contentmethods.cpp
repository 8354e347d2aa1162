// SPDX-License-Identifier: GPL-3.0-or-later
// The methods of resources, prompts and completion.
#include "mcp/server/pages.h"
#include "mcp/server/server.h"

namespace Mcp
{

using Base::Json;

namespace
{

constexpr auto kUnknownCursor = "Unknown cursor.";

Answer invalid(std::string message)
{
    return Answer::error(ErrorCode::kInvalidParams, std::move(message));
}

// The members of an object that are strings; nothing if there are others.
std::optional<std::map<std::string, std::string>> stringMap(const Json &object)
{
    std::map<std::string, std::string> result;
    if (object.is_null())
        return result;
    if (!object.is_object())
        return std::nullopt;
    for (const auto &[key, value] : object.items()) {
        if (!value.is_string())
            return std::nullopt;
        result.emplace(key, value.get<std::string>());
    }
    return result;
}

} // namespace

Answer Server::listPrompts(Message &request, const Asker &asker)
{
    const auto prompts = m_sources.prompts->prompts(asker.principal);
    const auto page = pageOf(Base::member(request.params, "cursor"), prompts,
                             [](const PromptDescription &prompt) { return prompt.name; });
    if (!page)
        return invalid(kUnknownCursor);
    return {.result = m_codec.promptListResult(page->items, asker.revision, page->next)};
}

Answer Server::getPrompt(Message &request, const Asker &asker)
{
    PromptSource &source = *m_sources.prompts;
    PromptGet get;
    get.name = Base::stringMember(request.params, "name").value_or("");
    auto arguments = stringMap(Base::member(request.params, "arguments"));
    if (!arguments)
        return invalid("\"arguments\" must be an object of strings.");
    get.arguments = std::move(*arguments);
    const auto prompts = source.prompts(asker.principal);
    const auto prompt
        = std::find_if(prompts.begin(), prompts.end(),
                       [&](const PromptDescription &one) { return one.name == get.name; });
    if (prompt == prompts.end())
        return invalid("Unknown prompt: " + get.name);
    for (const PromptArgument &argument : prompt->arguments) {
        if (argument.required && !get.arguments.contains(argument.name))
            return invalid("The argument \"" + argument.name + "\" is missing.");
    }
    fill(get, asker);
    Work work{.responder = &source, .begin = {}};
    if (source.asksForInput())
        work.binding = "prompts/get\n" + get.name + '\n' + Base::dumpJson(Json(get.arguments));
    work.begin = [&source, get = std::move(get)](Inputs inputs, Responder::Reply reply,
                                                 Responder::Report report) {
        PromptGet mine = get;
        mine.inputs = std::move(inputs);
        return source.get(std::move(mine), std::move(reply), std::move(report));
    };
    return m_calls.start(request, asker, std::move(work));
}

Answer Server::listResources(Message &request, const Asker &asker)
{
    ResourceSource &source = *m_sources.resources;
    Caller caller;
    fill(caller, asker);
    // The source gives the whole list, and the page is cut from it once it is there.
    const auto cut = [cursor = Base::member(request.params, "cursor"), &codec = m_codec,
                      revision = asker.revision](Outcome outcome) -> Outcome {
        const auto *list = std::get_if<ResourceList>(&outcome);
        if (!list)
            return outcome;
        const auto page = pageOf(cursor, list->resources,
                                 [](const ResourceDescription &one) { return one.uri; });
        if (!page)
            return RpcError{ErrorCode::kInvalidParams, kUnknownCursor};
        return Written{codec.resourceListResult(page->items, revision, page->next)};
    };
    Work work{.responder = &source, .begin = {}};
    work.begin = [&source, caller = std::move(caller), cut](Inputs, Responder::Reply reply,
                                                            const Responder::Report &) {
        return source.list(caller, [cut, reply = std::move(reply)](Outcome outcome) {
            reply(cut(std::move(outcome)));
        });
    };
    return m_calls.start(request, asker, std::move(work));
}

Answer Server::listTemplates(Message &request, const Asker &asker)
{
    const auto templates = m_sources.resources->templates(asker.principal);
    const auto page = pageOf(Base::member(request.params, "cursor"), templates,
                             [](const ResourceTemplate &one) { return one.uriTemplate; });
    if (!page)
        return invalid(kUnknownCursor);
    return {.result = m_codec.templateListResult(page->items, asker.revision, page->next)};
}

Answer Server::readResource(Message &request, const Asker &asker)
{
    ResourceSource &source = *m_sources.resources;
    const auto uri = Base::stringMember(request.params, "uri");
    if (!uri)
        return invalid("\"uri\" is missing.");
    ResourceRead read;
    read.uri = *uri;
    fill(read, asker);
    Work work{.responder = &source, .begin = {}};
    if (source.asksForInput())
        work.binding = "resources/read\n" + *uri;
    work.begin = [&source, read = std::move(read)](Inputs inputs, Responder::Reply reply,
                                                   Responder::Report report) {
        ResourceRead mine = read;
        mine.inputs = std::move(inputs);
        return source.read(std::move(mine), std::move(reply), std::move(report));
    };
    return m_calls.start(request, asker, std::move(work));
}

Answer Server::subscribe(Message &request, const Asker &asker)
{
    const auto uri = Base::stringMember(request.params, "uri");
    if (!uri)
        return invalid("\"uri\" is missing.");
    if (!m_sources.resources->maySubscribe(asker.principal, *uri))
        return answerFor(resourceNotFound(*uri));
    if (!m_subscriptions.add(asker.sessionId, *uri))
        return Answer::error(ErrorCode::kInternalError,
                             "Too many subscriptions. End some with resources/unsubscribe.");
    return {.result = m_codec.emptyResult(asker.revision)};
}

Answer Server::unsubscribe(Message &request, const Asker &asker)
{
    const auto uri = Base::stringMember(request.params, "uri");
    if (!uri)
        return invalid("\"uri\" is missing.");
    m_subscriptions.remove(asker.sessionId, *uri);
    return {.result = m_codec.emptyResult(asker.revision)};
}

Answer Server::complete(Message &request, const Asker &asker)
{
    const Json &ref = Base::member(request.params, "ref");
    const Json &argument = Base::member(request.params, "argument");
    const auto type = Base::stringMember(ref, "type");
    const bool prompt = type == "ref/prompt";
    const auto what = Base::stringMember(ref, prompt ? "name" : "uri");
    const auto name = Base::stringMember(argument, "name");
    const auto value = Base::stringMember(argument, "value");
    auto others = stringMap(Base::member(Base::member(request.params, "context"), "arguments"));
    if ((!prompt && type != "ref/resource") || !what || !name || !value || !others)
        return invalid("\"ref\" must be a ref/prompt with a name or a ref/resource with a uri, "
                       "\"argument\" have a name and a value.");
    CompletionQuery query;
    query.ref = *what;
    query.argument = *name;
    query.value = *value;
    query.others = std::move(*others);
    fill(query, asker);
    ResourceSource *resources = m_sources.resources;
    PromptSource *prompts = m_sources.prompts;
    if (prompt ? !prompts : !resources)
        return {.result = m_codec.completionResult({}, asker.revision)};
    Responder *responder = prompts;
    if (!prompt)
        responder = resources;
    Work work{.responder = responder, .begin = {}};
    work.begin
        = [=, query = std::move(query)](Inputs, Responder::Reply reply, const Responder::Report &) {
              return prompt ? prompts->complete(query, std::move(reply))
                            : resources->complete(query, std::move(reply));
          };
    return m_calls.start(request, asker, std::move(work));
}

} // namespace Mcp
