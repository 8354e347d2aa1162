// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/sqlaccess.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace Turso::Remote
{

/// How one request ended, with what came of its answer.
struct ExchangeEnd {
    enum class How {
        Whole, ///< there is an answer, whatever its status
        NotSent, ///< it cannot have arrived
        Cut, ///< it was sent, at least in part, and there is no whole answer
        Stopped, ///< the one who reads has enough
    };
    How how = How::NotSent;
    int status = 0;
    std::string body = {}; ///< unless `onBytes` has had it
    std::string sentence = {}; ///< what went wrong
    /// A connection that was open already ended without a byte of an answer: the server may have
    /// closed it before the request came.
    bool wasStale = false;
};

/// One POST of JSON text to a server of SQL, and who waits for its answer. The I/O thread.
struct Exchange {
    std::shared_ptr<const SqlDoor> door;
    std::string path;
    std::string body;
    std::size_t maxBytes = 16 * 1024 * 1024; ///< of an answer that is collected
    /// Takes the answer of a 200 as it comes; false: enough, close the connection. Null: collected.
    std::function<bool(std::string_view)> onBytes = {};
    /// Once, and never before start() has returned.
    std::function<void(ExchangeEnd)> onEnd;
};

using ExchangePtr = std::shared_ptr<Exchange>;

/// Where a door leads: what makes two URLs the same server.
struct ServerAddress {
    bool isTls = true;
    std::string host; ///< without brackets
    std::uint16_t port = 443;

    /// Nothing where it is no http or https URL of a host alone.
    static std::optional<ServerAddress> of(const std::string &url);
    std::string origin() const; ///< "https://host:443"
    std::string hostField() const; ///< with its port, unless it is the scheme's own

    bool operator==(const ServerAddress &) const = default;
};

/// The bytes of a request; nothing where a value would begin a line of its own.
std::optional<std::string> requestText(const ServerAddress &address, const Exchange &exchange);

} // namespace Turso::Remote
