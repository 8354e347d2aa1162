// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/signin/servermetadata.h"
#include "turso/signin/signin.h"
#include "turso/signin/signinnetwork.h"

#include <cstdint>
#include <optional>
#include <string>

namespace Turso
{

/// What this app is at one issuer.
struct Registered {
    std::string clientId;
    std::shared_ptr<const Base::Secret> secret = {};
    bool secretInBody = false;
};

/// Who this app is at which issuer, in a file without secrets. A registration holds for one
/// redirect address, port and all, as not every server lets the port differ (RFC 8252 section 7.3).
class Registrations
{
public:
    /// `file` may be empty: then nothing is kept.
    explicit Registrations(std::string file)
        : m_file(std::move(file))
    {
    }

    struct Kept {
        std::string clientId;
        std::uint16_t port = 0;
    };
    std::optional<Kept> find(const std::string &issuer) const;
    /// Not kept is no error: then the next sign-in registers again.
    void keep(const std::string &issuer, const Kept &registration) const;
    void forget(const std::string &issuer) const;

private:
    const std::string m_file;
};

/// RFC 7591, as JSON text, for a native app.
std::string registrationText(const ServerMetadata &server, const std::string &clientName,
                             const std::string &redirectUri, const std::string &scope);
/// UpstreamError with the server's reason.
Base::Result<Registered> readRegistration(const SignInAnswer &answer, const ServerMetadata &server);

/// How a client with a secret proves itself there: true for the body, false for the Authorization
/// field, which is what a server means that does not say.
bool wantsSecretInBody(const ServerMetadata &server);

} // namespace Turso
