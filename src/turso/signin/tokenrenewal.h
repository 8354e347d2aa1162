// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "turso/signin/secretstore.h"
#include "turso/signin/signin.h"

#include <QObject>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace Turso
{

/// Renews the token of one account, whose refresh token is in the store. Servers give a new refresh
/// token with each renewal and end everything if an old one comes again: so there is never more
/// than one renewal at a time, and the new one is stored before its token is used. The gateway
/// thread.
class TokenRenewal : public QObject
{
    Q_OBJECT
public:
    /// `name` is the refresh token's own in the store, which must outlive this, like `clock`.
    TokenRenewal(SecretStore &store, SecretName name, TokenSource source, const Base::Clock &clock,
                 std::chrono::milliseconds timeout = std::chrono::milliseconds(20'000));
    ~TokenRenewal() override;

    /// A new token; whoever asks meanwhile gets the same. Errors: NotFound (no refresh token),
    /// Unauthorized (sign in again: the store has no refresh token any more; or its keychain is
    /// locked, details as SecretStore's), NotGranted (the server has forgotten this app: sign in
    /// again), UpstreamError (as it was, try again).
    Base::Pending<SignedIn> renew();

private:
    class Private;
    const std::unique_ptr<Private> d;
};

/// Ends a token, or a refresh token and with it what came from it, at its server (RFC 7009). True:
/// it has ended; false: the server knows no such thing. UpstreamError: it may go on.
Base::Pending<bool>
revokeToken(const TokenSource &source, std::shared_ptr<const Base::Secret> token,
            std::chrono::milliseconds timeout = std::chrono::milliseconds(20'000));

} // namespace Turso
