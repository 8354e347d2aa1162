// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace Mcp
{

/// The head of an answer over HTTP. What is empty is not sent.
struct ReplyHead {
    int status = 200;
    std::size_t bodyBytes = 0; ///< of JSON; 0: no body
    bool keepAlive = true;
    std::string_view sessionId = {}; ///< Mcp-Session-Id
    std::string_view allow = {}; ///< Allow
    std::string_view challenge = {}; ///< WWW-Authenticate
    std::string_view readableBy = {}; ///< the origin whose pages may read the answer (CORS)
    std::string_view mayAskWith
        = {}; ///< the headers those pages may send: the answer to a preflight
};

void appendReplyHead(std::string &out, const ReplyHead &head);

struct StreamHead {
    bool chunked = true;
    bool keepAlive = true;
    std::string_view readableBy = {};
};

void appendStreamHead(std::string &out, const StreamHead &head);

} // namespace Mcp
