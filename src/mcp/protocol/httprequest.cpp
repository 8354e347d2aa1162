// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/protocol/httprequest.h"

#include <algorithm>
#include <cctype>

namespace Mcp
{

namespace
{

// A buffer that one large body has grown is not worth keeping.
constexpr std::size_t kKeptBody = 64 * 1024;

bool containsIgnoringCase(std::string_view text, std::string_view part)
{
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == static_cast<unsigned char>(b);
    };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

} // namespace

void HttpRequest::clear()
{
    method.clear();
    target.clear();
    http10 = false;
    keepAlive = true;
    expectsContinue = false;
    for (HeaderField *field :
         {&host, &origin, &authorization, &contentType, &accept, &session, &protocolVersion,
          &mcpMethod, &mcpName, &lastEventId, &preflightMethod, &preflightHeaders})
        field->clear();
    mcpParams.clear();
    if (body.capacity() > kKeptBody)
        body = std::string();
    body.clear();
}

bool HttpRequest::acceptsEventStream() const
{
    return containsIgnoringCase(accept.text, "text/event-stream")
        || accept.text.find("*/*") != std::string::npos
        || containsIgnoringCase(accept.text, "text/*");
}

} // namespace Mcp
