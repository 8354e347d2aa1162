// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/protocol/headerparameters.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

namespace Mcp
{

using Base::Json;

namespace
{

constexpr int kDepth = 16;

// tchar of RFC 9110.
bool isToken(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0
            || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::optional<HeaderParameter::Type> typeOf(const Json &schema)
{
    const Json &type = Base::member(schema, "type");
    if (type == "string")
        return HeaderParameter::String;
    if (type == "integer")
        return HeaderParameter::Integer;
    if (type == "boolean")
        return HeaderParameter::Boolean;
    return std::nullopt;
}

void collect(const Json &schema, std::vector<std::string> &path, std::vector<HeaderParameter> &out)
{
    const Json &properties = Base::member(schema, "properties");
    if (!properties.is_object() || path.size() >= kDepth)
        return;
    for (const auto &[key, property] : properties.items()) {
        path.push_back(key);
        const Json &header = Base::member(property, "x-mcp-header");
        const auto type = typeOf(property);
        if (header.is_string() && type && isToken(header.get_ref<const std::string &>()))
            out.push_back({header.get<std::string>(), path, *type});
        collect(property, path, out);
        path.pop_back();
    }
}

} // namespace

std::vector<HeaderParameter> headerParametersOf(const Json &inputSchema)
{
    std::vector<HeaderParameter> list;
    std::vector<std::string> path;
    collect(inputSchema, path, list);
    // A name that stands for two arguments stands for neither.
    std::vector<HeaderParameter> unique;
    for (const HeaderParameter &one : list) {
        const auto same = std::count_if(list.begin(), list.end(), [&](const auto &other) {
            return lowered(other.header) == lowered(one.header);
        });
        if (same == 1)
            unique.push_back(one);
    }
    return unique;
}

} // namespace Mcp
