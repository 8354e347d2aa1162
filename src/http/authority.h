// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/message.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Whom a request is meant for, and which page sends it: what keeps a page that rebinds DNS, or
/// posts across origins, out of a server on loopback.
namespace Http
{

/// "localhost:PORT", "127.0.0.1:PORT" or "[::1]:PORT"; the port may be missing where it is 80.
bool isLoopbackAuthority(std::string_view authority, std::uint16_t port);

/// One label (a-z, 0-9 and dashes) before ".SUFFIX:PORT".
bool isLabelledAuthority(std::string_view authority, std::string_view suffix, std::uint16_t port);

/// True for a page from one of the `allowed`, or from the server's own loopback names.
bool isAllowedOrigin(const HeaderField &origin, std::uint16_t port,
                     const std::vector<std::string> &allowed);
/// True for one of the `allowed` only: a page of it may read the answers. The server's own origin
/// needs no leave.
bool isNamedOrigin(const HeaderField &origin, const std::vector<std::string> &allowed);

} // namespace Http
