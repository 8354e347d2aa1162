// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/limits.h"
#include "http/requestparser.h"

#include <string>
#include <vector>

namespace Mcp
{

using Http::ConnectionLimits;
using Http::ParserLimits;

struct HttpOptions {
    std::uint16_t port = 0; ///< 0: a free one
    /// Pages of these origins may use the server from a browser, with a token: for example
    /// "http://localhost:6274".
    std::vector<std::string> allowedOrigins = {};
    /// Only for fixtures: lets a null Authenticator mean that nobody needs a token.
    bool anonymous = false;
    ParserLimits parser = {};
    ConnectionLimits limits = {};
};

/// An agent that has at least one connection open.
struct ConnectedAgent {
    std::string principalId;
    std::string agent;
    std::string transport; ///< "http" or "stdio"

    bool operator==(const ConnectedAgent &) const = default;
};

} // namespace Mcp
