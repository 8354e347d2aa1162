// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/signin/secretstore.h"

#include <optional>
#include <string>

namespace Turso
{

/// Which secrets a profile's keychain should have, in a file without secrets: what tells a locked
/// keychain from an empty one. Read anew each time, as several stores may serve a profile. Any
/// thread of one process.
class SecretMarks
{
public:
    explicit SecretMarks(std::string folder);

    bool has(const SecretName &name) const;
    /// UpstreamError if the file cannot be written.
    Base::Result<void> set(const SecretName &name, bool isThere) const;
    /// Its name in the keychain, where profiles must not take each other's: made of the name and of
    /// what is this profile's own. Nothing if this profile has never had a secret.
    std::optional<std::string> keyOf(const SecretName &name) const;
    /// The same, also for the first one. UpstreamError as above.
    Base::Result<std::string> makeKey(const SecretName &name) const;

private:
    const std::string m_file;
};

} // namespace Turso
