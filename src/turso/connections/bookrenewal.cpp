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
    const std::string &slot = spec.origin.slot;
    return {spec.origin.issuer, "refresh token of " + spec.id + (slot.empty() ? "" : ' ' + slot)};
}

TokenSource sourceOf(const TokenOrigin &origin)
{
    return {origin.tokenEndpoint, origin.revocationEndpoint, origin.clientId, origin.resource};
}

} // namespace

void ConnectionBook::remember(const EntryPtr &entry, const SignedIn &signedIn)
{
    const TokenSource &source = signedIn.source;
    entry->spec.origin
        = {signedIn.issuer,     source.tokenEndpoint, source.revocationEndpoint,
           source.clientId,     source.resource,      signedIn.refreshToken != nullptr,
           Base::randomToken(4)};
    // A secret of this app's own at that server is not kept: then the person signs in again, and
    // ends the token there.
    if (source.clientSecret) {
        entry->spec.origin.revocationEndpoint.clear();
        entry->spec.origin.renews = false;
    }
    prepareRenewal(*entry);
    if (entry->spec.origin.renews)
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
void ConnectionBook::endAtServer(const EntryPtr &entry,
                                 const std::shared_ptr<const Base::Secret> &token)
{
    const TokenOrigin origin = entry->spec.origin;
    const std::string id = entry->spec.id;
    const auto name = refreshName(entry->spec);
    entry->spec.origin = {};
    prepareRenewal(*entry);
    if (origin.clientId.empty())
        return;
    const auto end = [this, source = sourceOf(origin), id](const auto &one) {
        Base::whenDone(revokeToken(source, one), this, [this, id](const Result<bool> &ended) {
            if (!ended)
                mayGoOn(id, ended.error().message);
            else if (!*ended)
                mayGoOn(id, "It has no way to end one from here.");
        });
    };
    end(token);
    if (!origin.renews)
        return;
    Base::whenDone(
        m_options.secrets->read(name), this,
        [this, name, id, end](const Result<std::shared_ptr<const Base::Secret>> &refresh) {
            if (refresh)
                end(*refresh);
            else
                mayGoOn(id, refresh.error().message);
            Base::whenDone(m_options.secrets->remove(name), this, [](const Result<bool> &gone) {
                if (!gone)
                    qCWarning(logConnections, "%s", gone.error().message.c_str());
            });
        });
}

/// A token that is forgotten here was not ended at its server.
void ConnectionBook::mayGoOn(const std::string &id, const std::string &why)
{
    Entry *entry = entryOf(id);
    if (entry && entry->state == "signed-out")
        setState(*entry, "signed-out",
                 "Sign in to use it. The token that was used here may still be good at the server; "
                 "end it on the server's own page. "
                     + why);
    else
        qCInfo(logConnections, "A token may still be good at its server. %s", why.c_str());
}

} // namespace Turso
