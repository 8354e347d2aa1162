// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/outcome.h"

#include <string>
#include <vector>

/// What the suite wants to see, and short ways to say it.
namespace Conformance
{

using Base::Json;

/// One pixel, base64.
inline constexpr char kPng[]
    = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAF"
      "BQIAX8jx0gAAAABJRU5ErkJggg==";
/// No sample at all, base64.
inline constexpr char kWav[] = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

Json textBlock(std::string text);
Json imageBlock();
Json audioBlock();
Json resourceBlock(std::string uri, std::string mimeType, std::string text);

Mcp::ToolResult text(std::string text);
Mcp::ToolResult failure(std::string text);
Mcp::ToolResult blocks(std::vector<Json> blocks);

/// {"type":"object","properties":...,"required":...}; without `required` the member is left out.
Json objectSchema(const Json &properties = Json::object(), std::vector<std::string> required = {});
Json property(const char *type, std::string description);

} // namespace Conformance
