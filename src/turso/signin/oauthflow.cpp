// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/oauthflow.h"

#include "base/json.h"
#include "turso/signin/address.h"

#include <QCryptographicHash>
#include <QNetworkReply>
#include <QUrlQuery>

#include <algorithm>
#include <charconv>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

constexpr long long kMostSeconds = 10LL * 366 * 24 * 3600;

// Encoded once and for all: what looks encoded is left alone by QUrlQuery, everything else is not.
QString encoded(const std::string &text)
{
    return QString::fromLatin1(QByteArray::fromStdString(text).toPercentEncoding());
}

std::string challengeOf(const std::string &verifier)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(verifier), QCryptographicHash::Sha256)
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
        .toStdString();
}

std::optional<long long> secondsOf(const Json &answer)
{
    auto seconds = Base::integerMember(answer, "expires_in");
    if (const auto text = Base::stringMember(answer, "expires_in")) {
        long long read = 0;
        const auto end = text->data() + text->size();
        if (const auto done = std::from_chars(text->data(), end, read);
            done.ec == std::errc() && done.ptr == end)
            seconds = read;
    }
    if (!seconds || *seconds < 0)
        return std::nullopt;
    return std::min(*seconds, kMostSeconds);
}

tl::unexpected<Base::Error> refusalIn(const SignInAnswer &answer, const std::string &issuer)
{
    const auto body = Base::parseJson(answer.body);
    const Json data = body ? *body : Json();
    const std::string code = Base::stringMember(data, "error").value_or(std::string());
    const std::string words
        = plainWords(Base::stringMember(data, "error_description").value_or(std::string()));
    const std::string said = words.empty() ? "" : " It said: " + words;
    const bool isKnown = answer.status == 400 || answer.status == 401 || answer.status == 200;
    if (isKnown && (code == "invalid_client" || code == "unauthorized_client"))
        return Base::fail(ErrorKind::NotGranted, issuer + " does not know this app." + said,
                          "Sign in again.");
    if (isKnown && code == "invalid_grant")
        return Base::fail(ErrorKind::Unauthorized,
                          issuer + " does not take this sign-in (any more)." + said,
                          "Sign in again.");
    const std::string what
        = code.empty() ? "HTTP " + std::to_string(answer.status) : plainWords(code);
    return Base::fail(ErrorKind::UpstreamError,
                      issuer + " has given no token (" + what + ")." + said,
                      "Try again in a while, or paste a token.");
}

} // namespace

Result<SignedIn> readTokens(const SignInAnswer &answer, const std::string &issuer, Base::Millis now)
{
    const auto body = Base::parseJson(answer.body);
    if (answer.status != 200 || !body || !answer.isJson || body->contains("error"))
        return refusalIn(answer, issuer);
    std::string type = Base::stringMember(*body, "token_type").value_or(std::string());
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    });
    auto token = Base::stringMember(*body, "access_token");
    if (type != "bearer" || !token || !isTokenText(*token))
        return Base::fail(ErrorKind::UpstreamError,
                          issuer + " has given a token of a kind that is not known here.",
                          "Paste a token instead.");
    SignedIn made{.token = std::make_shared<const Base::Secret>(std::move(*token)),
                  .issuer = issuer};
    if (const auto seconds = secondsOf(*body))
        made.expiresAt = now + *seconds * 1000;
    auto refresh = Base::stringMember(*body, "refresh_token");
    if (refresh && isTokenText(*refresh))
        made.refreshToken = std::make_shared<const Base::Secret>(std::move(*refresh));
    made.scope = Base::stringMember(*body, "scope").value_or(std::string());
    return made;
}

OAuthFlow::OAuthFlow(SignInNetwork &network, std::string issuer, TokenSource source,
                     const Base::Clock &clock)
    : QOAuth2AuthorizationCodeFlow(&network)
    , m_network(network)
    , m_issuer(std::move(issuer))
    , m_source(std::move(source))
    , m_clock(clock)
{
    setReplyHandler(&m_replies);
    setClientIdentifier(QString::fromStdString(m_source.clientId));
    setAccessTokenUrl(QUrl(QString::fromStdString(m_source.tokenEndpoint)));
    setModifyParametersFunction(
        [this](Stage stage, Parameters *parameters) { fill(stage, *parameters); });
    m_replies.onAnswer([this](QNetworkReply *reply) { answered(reply); });
    proveSelf();
}

void OAuthFlow::proveSelf()
{
    if (!m_source.clientSecret || m_source.secretInBody)
        return;
    const QByteArray pair
        = (encoded(m_source.clientId) + u':' + encoded(m_source.clientSecret->revealForUse()))
              .toLatin1();
    m_network.setAuthorization(
        accessTokenUrl(),
        std::make_shared<const Base::Secret>("Basic " + pair.toBase64().toStdString()));
}

// All parameters are ours: what the library has filled in is encoded now so, now otherwise, and
// sends an empty secret and an address that is none of a refresh's.
void OAuthFlow::fill(Stage stage, Parameters &parameters) const
{
    parameters.clear();
    const auto set = [&parameters](const char *name, const std::string &value) {
        if (!value.empty())
            parameters.insert(QString::fromLatin1(name), encoded(value));
    };
    const bool isBasic = m_source.clientSecret && !m_source.secretInBody;
    set("resource", m_source.resource);
    if (stage == Stage::RequestingAuthorization || !isBasic)
        set("client_id", m_source.clientId);
    if (stage == Stage::RequestingAuthorization) {
        const QUrlQuery own(QString::fromStdString(m_endpointQuery));
        for (const auto &[name, value] : own.queryItems(QUrl::FullyEncoded)) {
            if (!parameters.contains(name))
                parameters.insert(name, value);
        }
        for (const char *name : {"response_type", "redirect_uri", "state", "scope",
                                 "code_challenge", "code_challenge_method"})
            parameters.remove(QString::fromLatin1(name));
        set("response_type", "code");
        set("redirect_uri", m_replies.callback().toStdString());
        set("state", currentState());
        set("scope", m_scope);
        set("code_challenge", challengeOf(m_verifier));
        set("code_challenge_method", "S256");
        return;
    }
    if (m_source.clientSecret && m_source.secretInBody)
        set("client_secret", m_source.clientSecret->revealForUse());
    if (stage == Stage::RefreshingAccessToken) {
        set("grant_type", "refresh_token");
        set("refresh_token", refreshToken().toStdString());
        return;
    }
    set("grant_type", "authorization_code");
    set("code", m_code);
    set("redirect_uri", m_replies.callback().toStdString());
    set("code_verifier", m_verifier);
}

QUrl OAuthFlow::begin(const std::string &endpoint, const QString &redirectUri,
                      const std::string &scope)
{
    const QUrl url(QString::fromStdString(endpoint));
    m_endpointQuery = url.query(QUrl::FullyEncoded).toStdString();
    m_scope = scope;
    m_verifier = Base::randomToken(32);
    m_replies.setCallback(redirectUri);
    setAuthorizationUrl(url);
    setState(QString::fromStdString(Base::randomToken(32)));
    QUrl address;
    const auto seen = connect(this, &QAbstractOAuth::authorizeWithBrowser, this,
                              [&address](const QUrl &made) { address = made; });
    grant();
    disconnect(seen);
    return address;
}

void OAuthFlow::redeem(const std::string &code, Done done)
{
    m_code = code;
    m_done = std::move(done);
    Q_EMIT m_replies.callbackReceived({{QStringLiteral("code"), QString::fromStdString(code)},
                                       {QStringLiteral("state"), state()}});
    // The library would answer a 401 with the client's id and an empty password.
    disconnect(&m_network, &QNetworkAccessManager::authenticationRequired, nullptr, nullptr);
}

void OAuthFlow::refresh(const std::string &token, Done done)
{
    setStatus(Status::NotAuthenticated); // it may not be refreshing "already"
    setRefreshToken(QString::fromStdString(token));
    m_done = std::move(done);
    refreshAccessToken();
    disconnect(&m_network, &QNetworkAccessManager::authenticationRequired, nullptr, nullptr);
}

void OAuthFlow::answered(QNetworkReply *reply)
{
    const Done done = std::exchange(m_done, nullptr);
    if (!done)
        return;
    const auto answer = SignInNetwork::answerOf(reply);
    auto read = answer ? readTokens(*answer, m_issuer, m_clock.now())
                       : Result<SignedIn>(tl::unexpected(answer.error()));
    setStatus(read ? Status::Granted : Status::NotAuthenticated);
    if (read)
        read->source = m_source;
    done(std::move(read));
}

} // namespace Turso
