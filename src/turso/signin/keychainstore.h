// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/signin/secretstore.h"

#include <chrono>
#include <memory>
#include <string>

namespace Turso
{

struct KeychainStoreOptions {
    /// The profile's. secrets.json in it tells which secrets the keychain should have: names, no
    /// secret.
    std::string folder;
    std::string service = "turso-companion";
    std::chrono::milliseconds timeout{8'000}; ///< the person may be asked to unlock it meanwhile
};

/// The desktop's keychain (Secret Service or KWallet, through QtKeychain), and memory where there
/// is none. Nothing else is ever written to the disk. What libsecret needs of an event loop it
/// finds on the application's main thread, which need not be the one that calls; several stores may
/// serve one profile.
class KeychainStore final : public SecretStore
{
public:
    explicit KeychainStore(KeychainStoreOptions options);
    ~KeychainStore() override;
    KeychainStore(const KeychainStore &) = delete;
    KeychainStore &operator=(const KeychainStore &) = delete;

    Base::Pending<Kept> write(SecretName name, Base::Secret secret) override;
    Base::Pending<std::shared_ptr<const Base::Secret>> read(SecretName name) override;
    Base::Pending<bool> remove(SecretName name) override;

private:
    class Private;
    const std::shared_ptr<Private> d;
};

} // namespace Turso
