// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/logging.h"
#include "turso/connections/bookentry.h"

// What becomes of the token of a sign-in: renewed, or ended at the server that gave it.

namespace Turso
{

using Base::ErrorKind;
using Base::Result;

namespace
{

SecretName refreshName(const ConnectionSpec &spec)
{
    return {spec.origin.issuer, "refresh token of " + spec.id};
}

TokenSource sourceOf(const TokenOrigin &origin)
{
    return {origin.tokenEndpoint, origin.revocationEndpoint, origin.clientId, origin.resource};
}

} // namespace

void ConnectionBook::remember(const EntryPtr &entry, const SignedIn &signedIn)
{
    const TokenSource &source = signedIn.source;
    // A secret of this app's own at that server is not kept: then the person signs in again.
    if (source.clientSecret)
        return cannotRenew(*entry);
    entry->spec.origin = {signedIn.issuer, source.tokenEndpoint, source.revocationEndpoint,
                          source.clientId, source.resource,      signedIn.refreshToken != nullptr};
    prepareRenewal(*entry);
    if (signedIn.refreshToken)
        Base::whenDone(m_options.secrets->write(
                           refreshName(entry->spec),
                           Base::Secret(std::string(signedIn.refreshToken->revealForUse()))),
                       this, [](const Result<Kept> &) {}); // where it is kept is told of the token
}

void ConnectionBook::prepareRenewal(Entry &entry)
{
    if (entry.renewal)
        entry.renewal.release()->deleteLater(); // it may be what calls
    const TokenOrigin &origin = entry.spec.origin;
    if (origin.renews && !origin.clientId.empty())
        entry.renewal = std::make_unique<TokenRenewal>(*m_options.secrets, refreshName(entry.spec),
                                                       sourceOf(origin), *m_options.clock);
}

Base::Pending<bool> ConnectionBook::renew(const std::string &id)
{
    Entry *entry = entryOf(id);
    if (!entry || !entry->renewal || entry->signIn)
        return Base::readyNow<bool>(false);
    const auto task = std::make_shared<Task<bool>>();
    Base::whenDone(
        entry->renewal->renew(), this, [this, id, task](const Result<SignedIn> &renewed) {
            const auto it = m_entries.find(id);
            if (it == m_entries.end() || !it->second->renewal)
                return task->give(false);
            const EntryPtr here = it->second;
            if (renewed) {
                if (here->token != renewed->token) {
                    here->token = renewed->token;
                    keep(here, "token of ", here->token);
                }
                return task->give(true);
            }
            const Base::Error &error = renewed.error();
            const bool isLocked = error.details.find("keychain") != std::string::npos;
            if (isLocked)
                setState(*here, "locked", error.message + ' ' + error.hint);
            if (isLocked || error.kind == ErrorKind::UpstreamError)
                return task->give(tl::unexpected<Base::Error>(error)); // perhaps the next time
            cannotRenew(*here);
            static_cast<void>(save());
            task->give(false);
        });
    return task->pending();
}

void ConnectionBook::cannotRenew(Entry &entry)
{
    if (entry.spec.origin.renews)
        Base::whenDone(m_options.secrets->remove(refreshName(entry.spec)), this,
                       [](const Result<bool> &) {});
    entry.spec.origin.renews = false;
    prepareRenewal(entry);
}

// The person is signed out at once; the server is told beside that.
void ConnectionBook::endAtServer(const EntryPtr &entry)
{
    const TokenOrigin origin = entry->spec.origin;
    const auto name = refreshName(entry->spec);
    const auto told = [this, id = entry->spec.id](const Result<bool> &ended) {
        toldToEnd(id, ended);
    };
    entry->spec.origin = {};
    prepareRenewal(*entry);
    if (origin.clientId.empty())
        return;
    const auto end = [this, source = sourceOf(origin), told](const auto &token) {
        Base::whenDone(revokeToken(source, token), this, told);
    };
    end(entry->token);
    if (!origin.renews)
        return;
    Base::whenDone(m_options.secrets->read(name), this,
                   [this, name, end](const Result<std::shared_ptr<const Base::Secret>> &refresh) {
                       if (refresh)
                           end(*refresh);
                       Base::whenDone(
                           m_options.secrets->remove(name), this, [](const Result<bool> &gone) {
                               if (!gone)
                                   qCWarning(logConnections, "%s", gone.error().message.c_str());
                           });
                   });
}

void ConnectionBook::toldToEnd(const std::string &id, const Result<bool> &ended)
{
    if (ended)
        return;
    Entry *entry = entryOf(id);
    if (entry && entry->state == "signed-out")
        setState(*entry, "signed-out",
                 "Sign in to use it. The server did not say that the token which was used here has "
                 "ended: "
                     + ended.error().message);
    else
        qCInfo(logConnections, "%s", ended.error().message.c_str());
}

} // namespace Turso
