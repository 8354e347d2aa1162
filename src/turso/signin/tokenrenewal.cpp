// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/tokenrenewal.h"

#include "turso/signin/address.h"
#include "turso/signin/oauthflow.h"
#include "turso/signin/signinnetwork.h"

#include <QUrlQuery>

#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::Result;

class TokenRenewal::Private
{
public:
    Private(TokenRenewal &owner, SecretStore &place, SecretName itsName, TokenSource from,
            const Base::Clock &time, std::chrono::milliseconds timeout)
        : q(owner)
        , store(place)
        , name(std::move(itsName))
        , source(std::move(from))
        , clock(time)
        , network(QUrl(QString::fromStdString(source.tokenEndpoint)), timeout)
        , flow(network, name.issuer, source, clock)
    {
    }

    struct Flight {
        QPromise<Result<SignedIn>> promise;
        void land(Result<SignedIn> outcome)
        {
            promise.addResult(std::move(outcome));
            promise.finish();
        }
    };

    void send(const Base::Secret &refreshToken);
    void came(Result<SignedIn> signedIn);
    void land(Result<SignedIn> outcome);

    TokenRenewal &q;
    SecretStore &store;
    const SecretName name;
    const TokenSource source;
    const Base::Clock &clock;
    SignInNetwork network;
    OAuthFlow flow;
    std::unique_ptr<Flight> flight;
};

TokenRenewal::TokenRenewal(SecretStore &store, SecretName name, TokenSource source,
                           const Base::Clock &clock, std::chrono::milliseconds timeout)
    : d(std::make_unique<Private>(*this, store, std::move(name), std::move(source), clock, timeout))
{
}

TokenRenewal::~TokenRenewal() = default;

Base::Pending<SignedIn> TokenRenewal::renew()
{
    if (d->flight)
        return d->flight->promise.future();
    d->flight = std::make_unique<Private::Flight>();
    d->flight->promise.start();
    auto future = d->flight->promise.future();
    Base::whenDone(d->store.read(d->name), this, [this](const auto &refreshToken) {
        if (!refreshToken)
            return d->land(tl::unexpected(refreshToken.error()));
        d->send(**refreshToken);
    });
    return future;
}

void TokenRenewal::Private::send(const Base::Secret &refreshToken)
{
    flow.refresh(refreshToken.revealForUse(),
                 [this](Result<SignedIn> signedIn) { came(std::move(signedIn)); });
}

void TokenRenewal::Private::came(Result<SignedIn> signedIn)
{
    if (!signedIn && signedIn.error().kind == ErrorKind::Unauthorized) {
        // It will not be taken again, by nobody.
        Base::whenDone(store.remove(name), &q, [this, signedIn](const auto &) { land(signedIn); });
        return;
    }
    if (!signedIn || !signedIn->refreshToken)
        return land(std::move(signedIn)); // the one that is stored stays good
    Base::whenDone(store.write(name, Base::Secret(signedIn->refreshToken->revealForUse())), &q,
                   [this, signedIn](const auto &) { land(signedIn); });
}

void TokenRenewal::Private::land(Result<SignedIn> outcome)
{
    const auto landed = std::exchange(flight, nullptr);
    landed->land(std::move(outcome));
}

Base::Pending<bool> revokeToken(const TokenSource &source,
                                std::shared_ptr<const Base::Secret> token,
                                std::chrono::milliseconds timeout)
{
    if (source.revocationEndpoint.empty() || !token)
        return Base::readyNow<bool>(false);
    const QUrl endpoint(QString::fromStdString(source.revocationEndpoint));
    auto *network = new SignInNetwork(endpoint, timeout); // until the answer, which comes in time
    const auto encoded = [](const std::string &text) {
        return QByteArray::fromStdString(text).toPercentEncoding();
    };
    QByteArray form
        = "token=" + encoded(token->revealForUse()) + "&client_id=" + encoded(source.clientId);
    if (source.clientSecret && source.secretInBody)
        form += "&client_secret=" + encoded(source.clientSecret->revealForUse());
    if (source.clientSecret && !source.secretInBody)
        network->setAuthorization(
            endpoint,
            std::make_shared<const Base::Secret>(
                "Basic "
                + (encoded(source.clientId) + ':' + encoded(source.clientSecret->revealForUse()))
                      .toBase64()
                      .toStdString()));
    const auto promise = std::make_shared<QPromise<Result<bool>>>();
    promise->start();
    network->send(endpoint, "application/x-www-form-urlencoded", form,
                  [network, promise](const Result<SignInAnswer> &answer) {
                      network->deleteLater();
                      Result<bool> outcome = true;
                      if (!answer)
                          outcome = tl::unexpected(answer.error());
                      else if (answer->status < 200 || answer->status > 299)
                          outcome = Base::fail(ErrorKind::UpstreamError,
                                               "The token could not be ended at its server (HTTP "
                                                   + std::to_string(answer->status) + ").",
                                               "End it on the server's own page.");
                      promise->addResult(std::move(outcome));
                      promise->finish();
                  });
    return promise->future();
}

} // namespace Turso
