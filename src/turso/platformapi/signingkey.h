// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace Turso::PlatformApi
{

/// The Ed25519 key that signs this workspace's JSON Web Tokens (RFC 7519, RFC 8037). It is never
/// shown. Cheap to copy, any thread.
class SigningKey
{
public:
    /// Reads the 32 secret bytes in `file`, or makes them (0600). Internal if it cannot be read or
    /// written, NotGranted if others can read it.
    static Base::Result<SigningKey> open(const std::string &file);

    /// A compact JWT, {"alg":"EdDSA","typ":"JWT"}.
    std::string sign(const Base::Json &claims) const;
    /// The claims of a JWT that this key has signed; nothing for any other text.
    std::optional<Base::Json> verified(std::string_view token) const;

private:
    explicit SigningKey(std::shared_ptr<evp_pkey_st> key)
        : m_key(std::move(key))
    {
    }
    std::shared_ptr<evp_pkey_st> m_key;
};

} // namespace Turso::PlatformApi
