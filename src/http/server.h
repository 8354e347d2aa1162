// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "http/exchange.h"
#include "http/limits.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace Http
{

struct ServerOptions {
    std::uint16_t port = 0; ///< 0: a free one
    bool withIPv6 = true; ///< false: on 127.0.0.1 only
    /// Beside the loopback names `localhost`, `127.0.0.1` and `[::1]` the server answers to every
    /// name that is one label in front of this, for example "localhost": `shop-local.localhost`.
    /// Empty: to the loopback names only.
    std::string hostSuffix = {};
    /// Pages of these origins may use the server from a browser: "http://localhost:6274". The
    /// requests of all other pages are refused.
    std::vector<std::string> allowedOrigins = {};
    std::string pageHeaders = "authorization, content-type"; ///< that those pages may send
    ParserLimits parser = {};
    ConnectionLimits limits = {};
};

/// A server for programs on this machine: requests and answers over HTTP/1.1 on 127.0.0.1 and ::1.
/// Refuses what names another host than itself (a page that rebinds DNS), or comes from a page
/// whose origin is not allowed by name; then asks the handlers in their order whose request it is
/// (404: nobody's). One thread; everything is called on it.
class Server
{
public:
    explicit Server(ServerOptions options);
    /// Ends all connections at once.
    ~Server();
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    /// Before listen().
    void add(Handler &handler);

    /// The port. AlreadyExists if it is taken.
    Base::Result<std::uint16_t> listen();
    std::uint16_t port() const;
    /// Accepts nothing more; what has been answered is still sent, everything else is given up.
    void close();

    std::size_t connectionCount() const;
    /// True while a wake-up is due.
    bool hasTimer() const;

private:
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Http
