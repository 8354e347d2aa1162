// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Where an authorization code may be sent (OAuth 2.1 section 2.3, RFC 8252 section 7).
namespace Mcp::Auth
{

/// What a redirect URI says of its owner.
enum class RedirectKind {
    None, ///< not acceptable at all
    Loopback, ///< http to 127.0.0.1, [::1] or localhost: some program on this computer
    Website, ///< https
    Application, ///< a private scheme, such as cursor: or com.example.app:
};

/// Strict: absolute, no fragment, no user information, no control characters or backslashes, at
/// most 2,048 bytes. http only to loopback; schemes that a browser runs or reads locally
/// (javascript, data, file, blob, about ...) are None.
RedirectKind redirectKind(std::string_view uri);

/// True if `asked` is one of `registered`, byte for byte; of a loopback URI the port may differ
/// (RFC 8252 section 7.3), as programs listen where there is room.
bool isRegistered(std::string_view asked, const std::vector<std::string> &registered);

/// Who gets the code, for people: "127.0.0.1:41234, a program on this computer", "claude.ai", "the
/// application behind cursor:".
std::string redirectOwner(std::string_view uri);

/// `uri` with the parameters appended to its query, percent-encoded. Those with empty values are
/// left out.
std::string withQuery(std::string_view uri,
                      const std::vector<std::pair<std::string_view, std::string_view>> &parameters);

} // namespace Mcp::Auth
