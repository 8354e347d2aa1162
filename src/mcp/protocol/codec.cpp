// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/protocol/codec.h"

#include "mcp/jsonrpc/message.h"

#include <array>
#include <charconv>

namespace Mcp
{

using Base::Json;

namespace
{

constexpr std::string_view kCapabilities = R"("capabilities":{"tools":{"listChanged":true}})";
constexpr std::string_view kServerInfoKey = R"("io.modelcontextprotocol/serverInfo":)";
// Lists depend on grants, which a person changes at any time: nobody may keep them.
constexpr std::string_view kUncached = R"(,"ttlMs":0,"cacheScope":"private")";

void appendNumber(std::string &out, double number)
{
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), end.ptr);
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
    return json;
}

} // namespace

Codec::Codec(const ServerInfo &info)
{
    m_implementation
        = Base::dumpJson({{"name", info.name}, {"title", info.title}, {"version", info.version}});
    if (!info.instructions.empty()) {
        m_instructions = R"(,"instructions":)";
        Base::appendQuoted(m_instructions, info.instructions);
    }
    m_modernTail = R"(,"resultType":"complete","_meta":{)";
    m_modernTail += kServerInfoKey;
    m_modernTail += m_implementation;
    m_modernTail += "}}";
}

std::string Codec::initializeResult(Revision revision) const
{
    std::string out = R"({"protocolVersion":")";
    out += revisionName(revision);
    out += "\",";
    out += kCapabilities;
    out += R"(,"serverInfo":)";
    out += m_implementation;
    out += m_instructions;
    out += '}';
    return out;
}

std::string Codec::discoverResult() const
{
    std::string out = R"({"supportedVersions":[")";
    out += revisionName(kModern);
    out += "\"],";
    out += kCapabilities;
    out += m_instructions;
    out += kUncached;
    out += m_modernTail;
    return out;
}

std::string Codec::toolListResult(const std::vector<ToolDescription> &tools,
                                  Revision revision) const
{
    std::string out = R"({"tools":[)";
    for (const ToolDescription &tool : tools) {
        if (out.back() != '[')
            out += ',';
        out += Base::dumpJson(toolJson(tool, revision));
    }
    out += ']';
    if (revision < kModern)
        return out += '}';
    out += kUncached;
    return out += m_modernTail;
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

void Codec::appendToolResponse(std::string &out, std::string_view id, const ToolResult &result,
                               Revision revision) const
{
    out.reserve(out.size() + id.size() + result.structured.size() + result.text.size()
                + result.text.size() / 8 + m_modernTail.size() + 160);
    appendResponseHead(out, id);
    out += R"({"content":[{"type":"text","text":)";
    Base::appendQuoted(out, result.text);
    out += "}]";
    if (revision >= Revision::V2025_06_18 && !result.structured.empty()) {
        out += R"(,"structuredContent":)";
        out += result.structured;
    }
    if (result.isError)
        out += R"(,"isError":true)";
    if (revision >= kModern)
        out += m_modernTail;
    else
        out += '}';
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

std::string Codec::versionData(std::string_view requested)
{
    std::string out = R"({"supported":[")";
    out += revisionName(kModern);
    out += R"("],"requested":)";
    Base::appendQuoted(out, requested);
    out += '}';
    return out;
}

} // namespace Mcp
