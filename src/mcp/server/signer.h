// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Mcp
{

/// Texts that go out to a client and must come back unchanged: base64url(payload) "."
/// base64url(HMAC-SHA256). Readable by everybody. Immutable.
class Signer
{
public:
    /// `purpose` keeps what one signer signs from being taken by another with the same key.
    Signer(std::string_view key, std::string_view purpose);

    std::string sealed(std::string_view payload) const;
    /// The payload; nothing if a byte was changed.
    std::optional<std::string> opened(std::string_view text) const;

private:
    std::string signature(std::string_view text) const;
    std::string m_key;
};

} // namespace Mcp
