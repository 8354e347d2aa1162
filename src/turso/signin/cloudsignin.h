// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/signin/signin.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace Turso
{

struct CloudSignInOptions {
    std::string resource = "https://mcp.turso.ai/mcp"; ///< what the token is to be for
    /// Where Turso itself cannot be asked how it signs people in, what is known of it counts.
    bool tursoIsKnown = true;
    std::string clientName = "Turso Companion"; ///< that the consent page shows
    /// Opens the person's browser; may be empty. Called after ready().
    std::function<void(const QString &url)> openBrowser = {};
    /// Keeps what this app is at which server, without secrets. Empty: it registers each time.
    std::string registrationsFile = {};
    std::string clientDocument = {}; ///< address of this app's own metadata; empty: it has none
    std::string clientId = {}; ///< that its operator has given to this app; empty: none
    std::shared_ptr<const Base::Secret> clientSecret = {};
    std::string challenge = {}; ///< the resource's WWW-Authenticate, where it is known already
    std::string scope = {}; ///< to be asked for; empty: what challenge or resource name
    const Base::Clock *clock = nullptr; ///< must outlive the sign-in; null: the machine's
    std::chrono::milliseconds patience{300'000}; ///< with the person
    std::chrono::milliseconds timeout{20'000}; ///< of one request to a server
};

/// OAuth 2.1 for a native app: RFC 9728 and 8414 (who signs in), 7591 (registration), 7636 (PKCE),
/// 8252 (loopback), 8707 (resource), 9207 (iss). The flow is QtNetworkAuth's, see oauthflow.h.
/// Errors: Denied (the person said no), Cancelled (cancel(), or nobody came), Unauthorized (the
/// server is not to be trusted, or takes no sign-in), UpstreamError.
class CloudSignIn final : public SignIn
{
    Q_OBJECT
public:
    explicit CloudSignIn(CloudSignInOptions options, QObject *parent = nullptr);
    ~CloudSignIn() override;

    void start() override;
    void cancel() override;

private:
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Turso
