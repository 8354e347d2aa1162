// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/secret.h"

#include <memory>
#include <string>

namespace Turso
{

/// What a secret belongs to: the issuer (or server) that it was made by, and the account there.
struct SecretName {
    std::string issuer; ///< "https://api.turso.tech", "http://127.0.0.1:8080"
    std::string account; ///< "organization acme", "admin key": never a secret

    bool operator==(const SecretName &) const = default;
};

/// Where a secret is kept.
struct Kept {
    bool inKeychain = false;
    std::string why = {}; ///< a sentence, where it is only in memory: no keychain, locked, ...
};

/// Tokens at rest: the keychain and nowhere else; without one they stay in memory until the app
/// ends. A locked keychain is told apart from an empty one, and never overwritten. Called on the
/// gateway thread; completes on it; every answer comes within ten seconds.
class SecretStore
{
public:
    virtual ~SecretStore() = default;

    /// Never fails for want of a keychain: says where the secret went.
    virtual Base::Pending<Kept> write(SecretName name, Base::Secret secret) = 0;
    /// NotFound: there is none. Unauthorized, details {"keychain":"locked"}: there is one, which
    /// cannot be read until the person unlocks the keychain.
    virtual Base::Pending<std::shared_ptr<const Base::Secret>> read(SecretName name) = 0;
    /// It is gone from memory at once. An error says that the keychain still has it.
    virtual Base::Pending<bool> remove(SecretName name) = 0;
};

} // namespace Turso
