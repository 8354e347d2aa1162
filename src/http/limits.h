// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/deadline.h"

#include <cstddef>

namespace Http
{

/// Limits of a listener's connections. The defaults are the product's; tests shorten the times.
struct ConnectionLimits {
    std::size_t connections = 1024;
    /// One message of any size may wait for a client to take it, and beside it this much. More ends
    /// the connection.
    long long unsentBytes = 64LL * 1024 * 1024;
    /// If more than this waits on all connections together, those that have taken nothing for the
    /// longest are ended.
    long long waitingBytes = 256LL * 1024 * 1024;
    /// Above this nothing more is read from a client until it has taken some output.
    long long pausingBytes = 1024 * 1024;
    milliseconds halfSent{30'000}; ///< from a request's first byte to its last
    milliseconds idle{300'000}; ///< between two requests
    milliseconds keepAlive{15'000}; ///< between two comments on an open event stream
    milliseconds stalled{60'000}; ///< with output waiting and none taken
    milliseconds drain{1'000}; ///< after a refusal: for the client to read it
};

} // namespace Http
