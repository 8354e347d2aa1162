// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/connections/bookentry.h"
#include "turso/signin/cloudsignin.h"

#include <QPointer>

// Signing in to Turso Cloud, and out.

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Base::Result;

Base::Pending<SignInPage> ConnectionBook::signIn(std::string id)
{
    const auto task = std::make_shared<Task<SignInPage>>();
    const auto it = m_entries.find(id);
    if (it == m_entries.end()) {
        task->give(fail(ErrorKind::NotFound, "There is no connection " + id + "."));
        return task->pending();
    }
    const EntryPtr entry = it->second;
    if (entry->spec.kind != kTursoCloud) {
        task->give(fail(ErrorKind::Unsupported, "Nobody signs in to a libsql-server.",
                        "Give it a token instead."));
        return task->pending();
    }
    if (entry->signIn)
        entry->signIn->cancel();
    CloudSignInOptions options;
    if (entry->spec.apiUrl != kTursoApi) {
        options.resource = entry->spec.apiUrl + "/mcp";
        options.tursoIsKnown = false;
    }
    options.clock = m_options.clock;
    options.registrationsFile = m_options.folder + "/registrations.json";
    auto *attempt = new CloudSignIn(std::move(options), this);
    entry->signIn = attempt;
    connect(attempt, &SignIn::ready, this, [task](const QString &url, qint64 expiresAt) {
        task->give(SignInPage{url.toStdString(), expiresAt});
    });
    connect(attempt, &SignIn::finished, this,
            [this, entry, attempt, task](const Result<SignedIn> &outcome) {
                attempt->deleteLater();
                if (!outcome)
                    task->give(tl::unexpected<Base::Error>(outcome.error()));
                if (entry->signIn != attempt) // another one has begun
                    return;
                entry->signIn = nullptr;
                if (entryOf(entry->spec.id) == entry.get())
                    signedIn(entry, outcome);
            });
    setState(*entry, "checking", "The browser is waited for.");
    attempt->start();
    return task->pending();
}

void ConnectionBook::signedIn(const EntryPtr &entry, const Result<SignedIn> &outcome)
{
    const auto back = [this, entry](const Base::Error &error) {
        if (entry->token && error.kind == ErrorKind::Cancelled)
            return ask(entry); // it was signed in before, and still is
        const std::string hint = error.hint.empty() ? std::string() : ' ' + error.hint;
        setState(*entry, "signed-out", error.message + hint);
    };
    if (!outcome)
        return back(outcome.error());
    const auto token = outcome->token;
    const auto task = std::make_shared<Task<ConnectionView>>();
    takeToken(entry, token, "browser", task);
    Base::whenDone(task->pending(), this,
                   [this, entry, token, back, before = entry->token,
                    signedIn = *outcome](const Result<ConnectionView> &taken) {
                       if (!taken && taken.error().kind == ErrorKind::InvalidArgument) {
                           // A group's token does not say whose it is: the person has to.
                           entry->token = token;
                           entry->spec.signedInBy = "browser";
                           endAtServer(entry, before); // another takes its place
                           remember(entry, signedIn);
                           static_cast<void>(save());
                           keep(entry, "token of ", token);
                           return setState(*entry, "limited", taken.error().message);
                       }
                       if (!taken)
                           return back(taken.error());
                       endAtServer(entry, before); // another takes its place
                       remember(entry, signedIn);
                       if (auto saved = save(); !saved)
                           return setState(*entry, "limited", saved.error().message);
                       keep(entry, "token of ", token);
                       ask(entry);
                   });
}

Result<void> ConnectionBook::cancelSignIn(const std::string &id)
{
    Entry *entry = entryOf(id);
    if (!entry)
        return fail(ErrorKind::NotFound, "There is no connection " + id + ".");
    if (entry->signIn)
        entry->signIn->cancel();
    return {};
}

Base::Pending<ConnectionView> ConnectionBook::signOut(std::string id)
{
    const auto task = std::make_shared<Task<ConnectionView>>();
    const auto it = m_entries.find(id);
    if (it == m_entries.end()) {
        task->give(fail(ErrorKind::NotFound, "There is no connection " + id + "."));
        return task->pending();
    }
    const EntryPtr entry = it->second;
    if (entry->signIn)
        entry->signIn->cancel();
    endAtServer(entry, entry->token);
    forgetSecrets(*entry);
    entry->token.reset();
    entry->adminKey.reset();
    entry->kept = {};
    entry->spec.signedInBy.clear();
    entry->spec.hasAdminKey = false;
    const auto saved = save();
    if (const auto made = makePlatform(entry); !made)
        entry->platform.reset();
    if (entry->spec.kind == kTursoCloud)
        setState(*entry, "signed-out", "Sign in to use it.");
    else if (entry->platform)
        ask(entry);
    if (saved)
        task->give(entry->view());
    else
        task->give(tl::unexpected<Base::Error>(saved.error()));
    return task->pending();
}

} // namespace Turso
