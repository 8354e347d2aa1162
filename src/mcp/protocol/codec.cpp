// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/protocol/codec.h"

#include "mcp/jsonrpc/message.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace Mcp
{

using Base::Json;

namespace
{

constexpr std::string_view kServerInfoKey = R"("io.modelcontextprotocol/serverInfo":)";
// Lists depend on grants, which a person changes at any time: nobody may keep them.
constexpr std::string_view kUncached = R"(,"ttlMs":0,"cacheScope":"private")";

void appendNumber(std::string &out, double number)
{
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), end.ptr);
}

// A member that is left out where there is nothing to say.
void put(Json &json, const char *key, const std::string &text)
{
    if (!text.empty())
        json[key] = text;
}

void putIcons(Json &json, const Json &icons, Revision revision)
{
    if (revision >= Revision::V2025_11_25 && icons.is_array())
        json["icons"] = icons;
}

Json toolJson(const ToolDescription &tool, Revision revision)
{
    Json json = {
        {"name", tool.name}, {"description", tool.description}, {"inputSchema", tool.inputSchema}};
    if (revision >= Revision::V2025_03_26)
        json["annotations"] = {{"title", tool.title},
                               {"readOnlyHint", tool.annotations.readOnly},
                               {"destructiveHint", tool.annotations.destructive},
                               {"idempotentHint", tool.annotations.idempotent},
                               {"openWorldHint", tool.annotations.openWorld}};
    if (revision >= Revision::V2025_06_18) {
        json["title"] = tool.title;
        if (tool.outputSchema.is_object())
            json["outputSchema"] = tool.outputSchema;
    }
    putIcons(json, tool.icons, revision);
    return json;
}

Json promptJson(const PromptDescription &prompt, Revision revision)
{
    Json json = {{"name", prompt.name}};
    put(json, "description", prompt.description);
    if (revision >= Revision::V2025_06_18)
        put(json, "title", prompt.title);
    for (const PromptArgument &argument : prompt.arguments) {
        Json one = {{"name", argument.name}, {"required", argument.required}};
        put(one, "description", argument.description);
        if (revision >= Revision::V2025_06_18)
            put(one, "title", argument.title);
        json["arguments"].push_back(std::move(one));
    }
    putIcons(json, prompt.icons, revision);
    return json;
}

Json resourceJson(const ResourceDescription &resource, Revision revision)
{
    Json json = {{"uri", resource.uri}, {"name", resource.name}};
    put(json, "description", resource.description);
    put(json, "mimeType", resource.mimeType);
    if (revision >= Revision::V2025_06_18)
        put(json, "title", resource.title);
    if (resource.size && revision >= Revision::V2025_03_26)
        json["size"] = *resource.size;
    putIcons(json, resource.icons, revision);
    return json;
}

Json templateJson(const ResourceTemplate &resource, Revision revision)
{
    Json json = {{"uriTemplate", resource.uriTemplate}, {"name", resource.name}};
    put(json, "description", resource.description);
    put(json, "mimeType", resource.mimeType);
    if (revision >= Revision::V2025_06_18)
        put(json, "title", resource.title);
    putIcons(json, resource.icons, revision);
    return json;
}

// {"KEY":[...],"nextCursor":...  without the brace at the end.
template <typename Item, typename Write>
std::string pageText(std::string_view key, std::span<const Item> items, Write write,
                     Revision revision, std::string_view next)
{
    std::string out = "{\"";
    out += key;
    out += "\":[";
    for (const Item &item : items) {
        if (out.back() != '[')
            out += ',';
        out += Base::dumpJson(write(item, revision));
    }
    out += ']';
    if (!next.empty()) {
        out += R"(,"nextCursor":)";
        Base::appendQuoted(out, next);
    }
    return out;
}

} // namespace

Codec::Codec(const ServerInfo &info, Features features)
    : m_features(features)
{
    Json implementation = {{"name", info.name}, {"title", info.title}, {"version", info.version}};
    m_implementation = Base::dumpJson(implementation);
    put(implementation, "description", info.description);
    put(implementation, "websiteUrl", info.websiteUrl);
    if (!info.icons.empty())
        implementation["icons"] = info.icons;
    m_fullImplementation = Base::dumpJson(implementation);
    if (!info.instructions.empty()) {
        m_instructions = R"(,"instructions":)";
        Base::appendQuoted(m_instructions, info.instructions);
    }
    // Every answer carries this one, so it stays short; server/discover tells the rest.
    m_modernTail = R"(,"resultType":"complete","_meta":{)";
    m_modernTail += kServerInfoKey;
    m_modernTail += m_implementation;
    m_modernTail += "}}";
}

std::string Codec::capabilities(Revision revision) const
{
    std::string out = R"("capabilities":{"tools":{"listChanged":true})";
    if (m_features.prompts)
        out += R"(,"prompts":{"listChanged":true})";
    if (m_features.resources)
        out += R"(,"resources":{"subscribe":true,"listChanged":true})";
    if ((m_features.prompts || m_features.resources) && revision >= Revision::V2025_03_26)
        out += R"(,"completions":{})";
    if (revision < kModern)
        out += R"(,"logging":{})";
    else
        out += R"(,"extensions":{"io.modelcontextprotocol/tasks":{}})";
    return out += '}';
}

std::string &Codec::finish(std::string &out, Revision revision) const
{
    if (revision < kModern)
        return out += '}';
    return out += m_modernTail;
}

std::string &Codec::finishCached(std::string &out, Revision revision) const
{
    if (revision >= kModern)
        out += kUncached;
    return finish(out, revision);
}

std::string Codec::initializeResult(Revision revision) const
{
    std::string out = R"({"protocolVersion":")";
    out += revisionName(revision);
    out += "\",";
    out += capabilities(revision);
    out += R"(,"serverInfo":)";
    out += revision >= Revision::V2025_11_25 ? m_fullImplementation : m_implementation;
    out += m_instructions;
    return out += '}';
}

std::string Codec::discoverResult() const
{
    std::string out = R"({"supportedVersions":[")";
    out += revisionName(kModern);
    out += "\"],";
    out += capabilities(kModern);
    out += m_instructions;
    out += kUncached;
    out += R"(,"resultType":"complete","_meta":{)";
    out += kServerInfoKey;
    out += m_fullImplementation;
    return out += "}}";
}

std::string Codec::toolListResult(std::span<const ToolDescription> tools, Revision revision,
                                  std::string_view next) const
{
    std::string out = pageText("tools", tools, toolJson, revision, next);
    return finishCached(out, revision);
}

std::string Codec::promptListResult(std::span<const PromptDescription> prompts, Revision revision,
                                    std::string_view next) const
{
    std::string out = pageText("prompts", prompts, promptJson, revision, next);
    return finishCached(out, revision);
}

std::string Codec::resourceListResult(std::span<const ResourceDescription> resources,
                                      Revision revision, std::string_view next) const
{
    std::string out = pageText("resources", resources, resourceJson, revision, next);
    return finishCached(out, revision);
}

std::string Codec::templateListResult(std::span<const ResourceTemplate> templates,
                                      Revision revision, std::string_view next) const
{
    std::string out = pageText("resourceTemplates", templates, templateJson, revision, next);
    return finishCached(out, revision);
}

std::string Codec::promptResult(const PromptResult &result, Revision revision) const
{
    std::string out = "{\"messages\":" + Base::dumpJson(result.messages);
    if (!result.description.empty()) {
        out += R"(,"description":)";
        Base::appendQuoted(out, result.description);
    }
    return finish(out, revision);
}

std::string Codec::readResult(const ResourceResult &result, Revision revision) const
{
    std::string out = R"({"contents":[)";
    for (const ResourceContents &contents : result.contents) {
        if (out.back() != '[')
            out += ',';
        out += R"({"uri":)";
        Base::appendQuoted(out, contents.uri);
        if (!contents.mimeType.empty()) {
            out += R"(,"mimeType":)";
            Base::appendQuoted(out, contents.mimeType);
        }
        out += contents.isBlob ? R"(,"blob":)" : R"(,"text":)";
        Base::appendQuoted(out, contents.text);
        out += '}';
    }
    out += ']';
    return finishCached(out, revision);
}

std::string Codec::completionResult(const Completion &completion, Revision revision) const
{
    constexpr std::size_t kMost = 100;
    const auto total
        = completion.total.value_or(static_cast<std::int64_t>(completion.values.size()));
    const std::size_t sent = std::min(kMost, completion.values.size());
    const Json values(std::vector<std::string>(
        completion.values.begin(), completion.values.begin() + static_cast<std::ptrdiff_t>(sent)));
    std::string out = R"({"completion":)"
        + Base::dumpJson({{"values", values},
                          {"total", total},
                          {"hasMore", total > static_cast<std::int64_t>(sent)}});
    return finish(out, revision);
}

std::string Codec::inputRequiredResult(std::span<const InputRequest> requests,
                                       std::string_view state) const
{
    std::string out = R"({"resultType":"input_required","inputRequests":)";
    out += inputRequestsText(requests);
    if (!state.empty()) {
        out += R"(,"requestState":)";
        Base::appendQuoted(out, state);
    }
    out += R"(,"_meta":{)";
    out += kServerInfoKey;
    out += m_implementation;
    return out += "}}";
}

std::string Codec::taskResult(std::string_view fields, bool created) const
{
    std::string out = created ? R"({"resultType":"task",)" : R"({"resultType":"complete",)";
    out += fields;
    out += R"(,"_meta":{)";
    out += kServerInfoKey;
    out += m_implementation;
    return out += "}}";
}

std::string Codec::emptyResult(Revision revision) const
{
    if (revision < kModern)
        return "{}";
    return '{' + m_modernTail.substr(1);
}

std::string Codec::subscriptionResult(std::string_view id) const
{
    std::string out
        = R"({"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":)";
    out += id;
    out += ',';
    out += kServerInfoKey;
    out += m_implementation;
    out += "}}";
    return out;
}

void Codec::appendToolMembers(std::string &out, const ToolResult &result, Revision revision) const
{
    if (result.content.is_array()) {
        out += R"({"content":)";
        out += Base::dumpJson(result.content);
    } else {
        out += R"({"content":[{"type":"text","text":)";
        Base::appendQuoted(out, result.text);
        out += "}]";
    }
    if (revision >= Revision::V2025_06_18 && !result.structured.empty()) {
        out += R"(,"structuredContent":)";
        out += result.structured;
    }
    if (result.isError)
        out += R"(,"isError":true)";
    finish(out, revision);
}

std::string Codec::toolResult(const ToolResult &result, Revision revision) const
{
    std::string out;
    appendToolMembers(out, result, revision);
    return out;
}

void Codec::appendToolResponse(std::string &out, std::string_view id, const ToolResult &result,
                               Revision revision) const
{
    out.reserve(out.size() + id.size() + result.structured.size() + result.text.size()
                + result.text.size() / 8 + m_modernTail.size() + 160);
    appendResponseHead(out, id);
    appendToolMembers(out, result, revision);
    out += '}';
}

std::string Codec::progressText(std::string_view token, const Progress &progress, Revision revision)
{
    std::string params = R"({"progressToken":)";
    params += token;
    params += R"(,"progress":)";
    appendNumber(params, progress.progress);
    if (progress.total) {
        params += R"(,"total":)";
        appendNumber(params, *progress.total);
    }
    if (!progress.message.empty() && revision >= Revision::V2025_03_26) {
        params += R"(,"message":)";
        Base::appendQuoted(params, progress.message);
    }
    params += '}';
    return notificationText("notifications/progress", params);
}

std::string Codec::logText(const LogMessage &message)
{
    Json params = {{"level", message.level}, {"data", message.data}};
    put(params, "logger", message.logger);
    return notificationText("notifications/message", Base::dumpJson(params));
}

std::string Codec::versionData(std::string_view requested)
{
    std::string out = R"({"supported":[")";
    out += revisionName(kModern);
    out += R"("],"requested":)";
    Base::appendQuoted(out, requested);
    out += '}';
    return out;
}

std::string inputRequestsText(std::span<const InputRequest> requests)
{
    Json json = Json::object();
    for (const InputRequest &request : requests)
        json[request.key] = {{"method", request.method}, {"params", request.params}};
    return Base::dumpJson(json);
}

std::optional<int> logLevel(std::string_view name)
{
    constexpr std::array<std::string_view, 8> kLevels{"debug", "info",     "notice", "warning",
                                                      "error", "critical", "alert",  "emergency"};
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
        if (kLevels[i] == name)
            return static_cast<int>(i);
    }
    return std::nullopt;
}

} // namespace Mcp
