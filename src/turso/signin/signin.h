// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

#include <QObject>

#include <memory>
#include <optional>
#include <string>

namespace Turso
{

/// What made a token: for its renewal and its end.
struct TokenSource {
    std::string tokenEndpoint = {};
    std::string revocationEndpoint = {}; ///< empty: the server has none
    std::string clientId = {}; ///< that this app has there
    std::string resource = {}; ///< what the token is for
    std::shared_ptr<const Base::Secret> clientSecret = {}; ///< where the server gave one
    bool secretInBody = false; ///< how the server wants it; otherwise in the Authorization field

    bool operator==(const TokenSource &) const = default;
};

/// What a sign-in ends with.
struct SignedIn {
    std::shared_ptr<const Base::Secret> token;
    std::string issuer; ///< that signed in, as its metadata has it
    std::optional<Base::Millis> expiresAt = {}; ///< not set: it does not say, Turso's do not expire
    std::shared_ptr<const Base::Secret> refreshToken = {}; ///< where the server gives one
    TokenSource source = {};
    std::string scope = {}; ///< what was granted, as the server says it; may be empty

    bool operator==(const SignedIn &) const = default;
};

/// One sign-in to Turso Cloud (or what speaks like it) in the person's own browser: discovery,
/// registration, PKCE, the answer on a loopback address. Made anew for each try, emits `finished`
/// exactly once, also when it is cancelled or nobody answers; then it is to be deleted (later, not
/// in the slot). The gateway thread.
class SignIn : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    virtual void start() = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    /// Where the person signs in: to be opened in their browser, or copied to another machine's. It
    /// holds no secret. A server that has forgotten this app gets that same page a second time.
    void ready(const QString &url, qint64 expiresAt);
    void finished(const Base::Result<Turso::SignedIn> &outcome);
};

} // namespace Turso
