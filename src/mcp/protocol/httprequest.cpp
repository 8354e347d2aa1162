// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/protocol/httprequest.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

namespace Mcp
{

namespace
{

constexpr std::pair<std::string_view, HeaderField HttpRequest::*> kFields[] = {
    {"host", &HttpRequest::host},
    {"origin", &HttpRequest::origin},
    {"authorization", &HttpRequest::authorization},
    {"content-type", &HttpRequest::contentType},
    {"accept", &HttpRequest::accept},
    {"mcp-session-id", &HttpRequest::session},
    {"mcp-protocol-version", &HttpRequest::protocolVersion},
    {"mcp-method", &HttpRequest::mcpMethod},
    {"mcp-name", &HttpRequest::mcpName},
    {"last-event-id", &HttpRequest::lastEventId},
    {"sec-fetch-dest", &HttpRequest::fetchDest},
    {"access-control-request-method", &HttpRequest::preflightMethod},
    {"access-control-request-headers", &HttpRequest::preflightHeaders},
};

bool containsIgnoringCase(std::string_view text, std::string_view part)
{
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == static_cast<unsigned char>(b);
    };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

} // namespace

bool HttpRequest::addField(std::string_view name, std::string_view value)
{
    for (const auto &[known, field] : kFields) {
        if (Http::equalsLower(name, known)) {
            (this->*field).add(value);
            return true;
        }
    }
    if (name.size() <= kMcpParamPrefix.size()
        || !Http::equalsLower(name.substr(0, kMcpParamPrefix.size()), kMcpParamPrefix))
        return true;
    std::string key;
    std::transform(name.begin() + kMcpParamPrefix.size(), name.end(), std::back_inserter(key),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    mcpParams[std::move(key)].add(value);
    return mcpParams.size() <= kMostMcpParams;
}

void HttpRequest::clear()
{
    Message::clear();
    for (const auto &[name, field] : kFields)
        (this->*field).clear();
    mcpParams.clear();
}

bool HttpRequest::acceptsEventStream() const
{
    return containsIgnoringCase(accept.text, "text/event-stream")
        || accept.text.find("*/*") != std::string::npos
        || containsIgnoringCase(accept.text, "text/*");
}

} // namespace Mcp
