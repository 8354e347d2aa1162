// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/apiclient/apiclient.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

namespace Turso
{

/// Reads one response out of a connection's bytes (RFC 9112), strictly and with limits.
class ApiResponse
{
public:
    explicit ApiResponse(std::size_t maxBytes);
    ~ApiResponse();

    enum class State { NeedsMore, Complete, Broken, TooLong };
    State take(std::string_view bytes);
    /// The connection ended; an answer without a length is complete then.
    State end();
    /// Complete: the answer.
    ApiAnswer answer() const;
    /// Retry-After in seconds (RFC 9110, 10.2.3), if there is one; a date counts from now.
    std::optional<std::chrono::milliseconds> retryAfter() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace Turso
