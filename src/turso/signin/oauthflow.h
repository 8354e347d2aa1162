// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "turso/signin/signin.h"
#include "turso/signin/signinnetwork.h"

#include <QAbstractOAuthReplyHandler>
#include <QOAuth2AuthorizationCodeFlow>
#include <QUrl>

#include <functional>
#include <string>

namespace Turso
{

/// What the token endpoint says, read by us: QtNetworkAuth 6.4 tells nobody of its errors.
class TokenReplies final : public QAbstractOAuthReplyHandler
{
    Q_OBJECT
public:
    QString callback() const override { return m_callback; }
    void setCallback(const QString &address) { m_callback = address; }
    void onAnswer(std::function<void(QNetworkReply *)> fn) { m_answered = std::move(fn); }

    void networkReplyFinished(QNetworkReply *reply) override { m_answered(reply); }

private:
    QString m_callback;
    std::function<void(QNetworkReply *)> m_answered;
};

/// QtNetworkAuth's flow for one client of one server, with what version 6.4 lacks or gets wrong:
/// PKCE with S256, `resource`, a state that cannot be guessed and is never used twice, parameters
/// encoded once, errors that are told, a status that is left again. One request at a time.
class OAuthFlow final : public QOAuth2AuthorizationCodeFlow
{
    Q_OBJECT
public:
    /// `network` and `clock` must outlive it.
    OAuthFlow(SignInNetwork &network, std::string issuer, TokenSource source,
              const Base::Clock &clock);

    /// The address for the browser; a new state and a new verifier each time. `scope` may be empty.
    QUrl begin(const std::string &endpoint, const QString &redirectUri, const std::string &scope);
    std::string currentState() const { return state().toStdString(); }

    /// Unauthorized: the server takes neither code nor token. NotGranted: it does not know this
    /// client. UpstreamError: everything else.
    using Done = std::function<void(Base::Result<SignedIn>)>;
    void redeem(const std::string &code, Done done);
    void refresh(const std::string &refreshToken, Done done);

private:
    using Parameters = QMultiMap<QString, QVariant>;
    void fill(Stage stage, Parameters &parameters) const;
    void proveSelf();
    void answered(QNetworkReply *reply);

    SignInNetwork &m_network;
    const std::string m_issuer;
    const TokenSource m_source;
    const Base::Clock &m_clock;
    TokenReplies m_replies;
    std::string m_endpointQuery;
    std::string m_scope;
    std::string m_verifier;
    std::string m_code;
    Done m_done;
};

/// RFC 6749 section 5, strictly.
Base::Result<SignedIn> readTokens(const SignInAnswer &answer, const std::string &issuer,
                                  Base::Millis now);

} // namespace Turso
