// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/protocol/httprequest.h"
#include "mcp/server/authenticator.h"

#include <cstdint>
#include <string>
#include <vector>

namespace Mcp
{

/// The server's one path.
inline constexpr std::string_view kMcpPath = "/mcp";

struct GuardRules {
    std::uint16_t port = 0; ///< the one that is listened on; Host and Origin must name it
    /// Origins accepted besides the loopback ones with the own port, for example
    /// "http://localhost:6274".
    std::vector<std::string> allowedOrigins = {};
    /// Null: nobody needs a token, and everybody is the principal "anonymous".
    Authenticator *authenticator = nullptr;
    /// Agents can sign in here: the authorization server's paths are served too.
    bool hasSignIn = false;
};

struct GuardVerdict {
    int status = 0; ///< 0: let it pass
    std::string reason = {}; ///< a sentence for the error's body; empty: an empty body
    std::string challenge = {}; ///< WWW-Authenticate to send, or empty
    std::string allow = {}; ///< Allow to send, or empty
    std::string mayAskWith = {}; ///< Access-Control-Allow-Headers to send, or empty
    Principal principal = {}; ///< who it is, when it passes
    bool isSignIn = false; ///< it passes, to the authorization server; nobody knows yet who it is

    bool passes() const { return status == 0; }
};

/// Decides by the head of a request alone, in this order: Host (400 if missing or repeated, 403),
/// Origin (403), route (404), a preflight from an origin that is allowed by name (204), bearer
/// token (401, 400 if malformed), method (405), content type (415). What is for the authorization
/// server passes after its origin. A page that rebinds DNS or
/// posts across origins fails at the first two (MCP transports, security warning).
GuardVerdict guardRequest(const HttpRequest &request, const GuardRules &rules);

/// True for one of the rules' allowed origins: a page of it may read the answers. The server's own
/// origin needs no leave.
bool isNamedOrigin(const HeaderField &origin, const GuardRules &rules);

} // namespace Mcp
