// SPDX-License-Identifier: GPL-3.0-or-later
#include "content.h"

namespace Conformance
{

Json textBlock(std::string text)
{
    return {{"type", "text"}, {"text", std::move(text)}};
}

Json imageBlock()
{
    return {{"type", "image"}, {"data", kPng}, {"mimeType", "image/png"}};
}

Json audioBlock()
{
    return {{"type", "audio"}, {"data", kWav}, {"mimeType", "audio/wav"}};
}

Json resourceBlock(std::string uri, std::string mimeType, std::string text)
{
    return {
        {"type", "resource"},
        {"resource",
         {{"uri", std::move(uri)}, {"mimeType", std::move(mimeType)}, {"text", std::move(text)}}}};
}

Mcp::ToolResult text(std::string text)
{
    return {{}, std::move(text), false, nullptr};
}

Mcp::ToolResult failure(std::string text)
{
    return {{}, std::move(text), true, nullptr};
}

Mcp::ToolResult blocks(std::vector<Json> blocks)
{
    return {{}, {}, false, Json(std::move(blocks))};
}

Json objectSchema(const Json &properties, std::vector<std::string> required)
{
    Json schema = {{"type", "object"}, {"properties", properties}};
    if (!required.empty())
        schema["required"] = std::move(required);
    return schema;
}

Json property(const char *type, std::string description)
{
    return {{"type", type}, {"description", std::move(description)}};
}

} // namespace Conformance
