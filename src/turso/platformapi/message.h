// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

namespace Turso::PlatformApi
{

/// What this API needs to know of an HTTP request.
struct Request {
    std::string method; ///< as sent: "GET"
    std::string target; ///< as on the request line: path and query, still percent-encoded
    std::string authorization; ///< the header's value, or empty
    std::string client; ///< User-Agent, or empty
    std::string body;
};

/// `body` is JSON (application/json), or empty.
struct Answer {
    int status = 200;
    std::string body;
};

/// Runs once.
using Reply = std::function<void(Answer)>;

} // namespace Turso::PlatformApi
