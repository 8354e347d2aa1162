// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace Mcp::Auth
{

inline constexpr std::string_view kBasicScope = "db:read"; ///< what a client without a wish gets
inline constexpr std::string_view kScopes = "db:read db:write db:admin offline_access";

/// The one issuer, whatever name it is dialled by: "http://127.0.0.1:PORT".
std::string issuerOf(std::uint16_t port);

/// "http://HOST/mcp" as the client dialled it: clients give up when the resource has another name
/// than the one in their configuration. `host` has passed the guard.
std::string resourceOf(std::string_view host);

/// True for the names that the resource has on this machine.
bool isOwnResource(std::string_view resource, std::uint16_t port);

/// RFC 9728, as JSON text.
std::string resourceMetadata(std::string_view host, std::uint16_t port);
/// RFC 8414, as JSON text.
std::string serverMetadata(std::uint16_t port);

/// The value of WWW-Authenticate (RFC 9728 section 5.1, RFC 6750 section 3). `error` may be empty.
std::string challengeFor(std::string_view host, std::string_view error);

} // namespace Mcp::Auth
