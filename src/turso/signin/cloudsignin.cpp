// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/cloudsignin.h"

#include "turso/signin/address.h"
#include "turso/signin/callback.h"
#include "turso/signin/discovery.h"
#include "turso/signin/oauthflow.h"
#include "turso/signin/registration.h"

#include <QTimer>

#include <algorithm>
#include <optional>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::Result;

namespace
{

bool holds(const std::vector<std::string> &list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// What an error answer means, in words. `description` is the server's.
Base::Error refusalOf(const CallbackAnswer &answer, const std::string &issuer)
{
    const std::string words = plainWords(answer.description);
    const std::string said = words.empty() ? "" : " It said: " + words;
    if (answer.error == "access_denied")
        return {ErrorKind::Denied, "You said no on the page of " + issuer + '.',
                "Sign in again if that was not meant."};
    if (answer.error == "temporarily_unavailable" || answer.error == "server_error")
        return {ErrorKind::UpstreamError, issuer + " cannot do it at the moment." + said,
                "Try again in a while."};
    if (answer.error == "invalid_client" || answer.error == "unauthorized_client")
        return {ErrorKind::NotGranted, issuer + " does not know this app." + said,
                "Sign in again, or paste a token."};
    if (answer.error.empty())
        return {ErrorKind::UpstreamError, issuer + " has sent neither a code nor an error.",
                "Try again, or paste a token."};
    return {ErrorKind::UpstreamError,
            issuer + " has refused the sign-in (" + plainWords(answer.error) + ")." + said,
            "Try again, or paste a token."};
}

} // namespace

class CloudSignIn::Private
{
public:
    Private(CloudSignIn &owner, CloudSignInOptions wanted)
        : q(owner)
        , options(std::move(wanted))
        , clock(options.clock != nullptr ? *options.clock : machine)
        , registrations(options.registrationsFile)
    {
        patience.setSingleShot(true);
    }

    void begin();
    void found(Discovered what);
    void chooseClient();
    void registerClient();
    void authorize();
    void came(const Result<CallbackAnswer> &answer);
    void redeemed(Result<SignedIn> signedIn);
    bool registersAgain(const Base::Error &error);
    void finish(Result<SignedIn> outcome);
    std::string scope() const;
    const ServerMetadata &server() const { return discovered.server; }

    CloudSignIn &q;
    const CloudSignInOptions options;
    const Base::SystemClock machine;
    const Base::Clock &clock;
    const Registrations registrations;
    std::unique_ptr<SignInNetwork> network;
    std::shared_ptr<Callback> callback;
    std::uint16_t port = 0;
    Discovered discovered;
    Registered client;
    std::unique_ptr<OAuthFlow> flow;
    QTimer patience;
    bool isOwnRegistration = false; ///< made by this app, so it can be made again
    bool hasRegistered = false; ///< in this sign-in: once, or once more where it was forgotten
    bool isOver = false;
};

void CloudSignIn::Private::begin()
{
    const auto resource = addressOf(options.resource);
    if (!resource || !isFit(*resource, *resource))
        return finish(Base::fail(ErrorKind::InvalidArgument,
                                 "Nobody signs in to " + plainWords(options.resource) + '.',
                                 "The address has to begin with https://."));
    network = std::make_unique<SignInNetwork>(*resource, options.timeout);
    Discovery::run(
        {*resource, options.challenge, options.tursoIsKnown},
        [this](const QUrl &url, SignInNetwork::Done done) { network->ask(url, std::move(done)); },
        [this](Result<Discovered> what) {
            if (isOver)
                return;
            if (!what)
                return finish(tl::unexpected(std::move(what.error())));
            found(std::move(*what));
        });
}

void CloudSignIn::Private::found(Discovered what)
{
    discovered = std::move(what);
    const auto kept = registrations.find(server().issuer);
    callback = std::make_shared<Callback>();
    Result<std::uint16_t> listening = Base::fail(ErrorKind::NotFound, {});
    if (kept && options.clientId.empty())
        listening = callback->listen(kept->port);
    if (listening) {
        client = {.clientId = kept->clientId};
        isOwnRegistration = true;
    } else {
        callback = std::make_shared<Callback>();
        listening = callback->listen(0);
    }
    if (!listening)
        return finish(Base::fail(ErrorKind::UpstreamError,
                                 "No port on this computer is free for the answer.",
                                 "End some programs, then try again."));
    port = *listening;
    chooseClient();
}

void CloudSignIn::Private::chooseClient()
{
    if (!options.clientId.empty()) {
        client = {options.clientId, options.clientSecret, wantsSecretInBody(server())};
        return authorize();
    }
    const auto document = addressOf(options.clientDocument);
    if (server().takesDocuments && document && document->scheme() == u"https") {
        client = {.clientId = options.clientDocument};
        isOwnRegistration = false;
        return authorize();
    }
    if (!client.clientId.empty())
        return authorize();
    registerClient();
}

void CloudSignIn::Private::registerClient()
{
    hasRegistered = true;
    if (server().registrationEndpoint.empty())
        return finish(Base::fail(ErrorKind::Unauthorized,
                                 server().issuer + " takes only apps that its operator knows.",
                                 "Paste a token instead."));
    const std::string text = registrationText(server(), options.clientName,
                                              callback->address().toStdString(), scope());
    network->send(QUrl(QString::fromStdString(server().registrationEndpoint)), "application/json",
                  QByteArray::fromStdString(text), [this](const Result<SignInAnswer> &answer) {
                      if (isOver)
                          return;
                      auto made = answer ? readRegistration(*answer, server())
                                         : Result<Registered>(tl::unexpected(answer.error()));
                      if (!made)
                          return finish(tl::unexpected(std::move(made.error())));
                      client = std::move(*made);
                      isOwnRegistration = true;
                      if (!client.secret)
                          registrations.keep(server().issuer, {client.clientId, port});
                      authorize();
                  });
}

/// The scopes to ask for; empty: none is named, and the server decides.
std::string CloudSignIn::Private::scope() const
{
    std::string wanted = !options.scope.empty() ? options.scope : discovered.challenge.scope;
    if (wanted.empty()) {
        for (const std::string &one : discovered.resource.scopes)
            wanted += (wanted.empty() ? "" : " ") + one;
    }
    constexpr std::string_view kOffline = "offline_access";
    if (!wanted.empty() && holds(server().scopes, kOffline)
        && (' ' + wanted + ' ').find(" offline_access ") == std::string::npos)
        wanted += " " + std::string(kOffline);
    return wanted;
}

void CloudSignIn::Private::authorize()
{
    const TokenSource source{.tokenEndpoint = server().tokenEndpoint,
                             .revocationEndpoint = server().revocationEndpoint,
                             .clientId = client.clientId,
                             .resource = discovered.resource.resource,
                             .clientSecret = client.secret,
                             .secretInBody = client.secretInBody};
    flow = std::make_unique<OAuthFlow>(*network, server().issuer, source, clock);
    const QUrl address = flow->begin(server().authorizationEndpoint, callback->address(), scope());
    callback->expect({flow->currentState(), server().issuer, server().namesItself},
                     [this](const Result<CallbackAnswer> &answer) { came(answer); });
    patience.start(options.patience);
    const QString text = QString::fromLatin1(address.toEncoded());
    if (callback->sendOn(text))
        return; // the page that is open already goes there
    const qint64 end = clock.now() + options.patience.count();
    Q_EMIT q.ready(text, end);
    if (!isOver && options.openBrowser)
        options.openBrowser(text);
}

void CloudSignIn::Private::came(const Result<CallbackAnswer> &answer)
{
    patience.stop();
    if (!answer)
        return finish(tl::unexpected(answer.error()));
    if (!answer->error.empty() || answer->code.empty()) {
        Base::Error error = refusalOf(*answer, server().issuer);
        if (!registersAgain(error))
            finish(tl::unexpected(std::move(error)));
        return;
    }
    flow->redeem(answer->code, [this](Result<SignedIn> signedIn) {
        if (!isOver)
            redeemed(std::move(signedIn));
    });
}

// A server may have forgotten this app since it registered: once more then, and never again.
bool CloudSignIn::Private::registersAgain(const Base::Error &error)
{
    if (error.kind != ErrorKind::NotGranted || !isOwnRegistration)
        return false;
    registrations.forget(server().issuer);
    if (hasRegistered)
        return false;
    flow.release()->deleteLater(); // its reply is being read
    registerClient();
    return true;
}

void CloudSignIn::Private::redeemed(Result<SignedIn> signedIn)
{
    if (!signedIn && registersAgain(signedIn.error()))
        return;
    finish(std::move(signedIn));
}

void CloudSignIn::Private::finish(Result<SignedIn> outcome)
{
    if (std::exchange(isOver, true))
        return;
    patience.stop();
    if (!outcome && outcome.error().kind == ErrorKind::NotGranted)
        outcome.error().kind = ErrorKind::Unauthorized;
    if (callback) {
        callback->expect({}, nullptr);
        if (outcome)
            Callback::conclude(callback, "You are signed in",
                               "Turso Companion has what you agreed to. You can close this page.");
        else
            Callback::conclude(callback,
                               outcome.error().kind == ErrorKind::Denied ? "Not signed in"
                                                                         : "This did not work",
                               outcome.error().message + ' ' + outcome.error().hint);
        callback.reset();
    }
    Q_EMIT q.finished(outcome);
}

CloudSignIn::CloudSignIn(CloudSignInOptions options, QObject *parent)
    : SignIn(parent)
    , d(std::make_unique<Private>(*this, std::move(options)))
{
    connect(&d->patience, &QTimer::timeout, this, [this] {
        d->finish(Base::fail(ErrorKind::Cancelled, "Nobody has signed in in time.",
                             "Start the sign-in again."));
    });
}

CloudSignIn::~CloudSignIn()
{
    if (!d->isOver && d->callback)
        Callback::conclude(d->callback, "This did not work", "Turso Companion has ended.");
}

void CloudSignIn::start()
{
    d->begin();
}

void CloudSignIn::cancel()
{
    d->finish(Base::fail(ErrorKind::Cancelled, "The sign-in was given up."));
}

} // namespace Turso
