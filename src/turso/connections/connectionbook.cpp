// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/connections/connectionbook.h"

#include "base/ids.h"
#include "base/logging.h"
#include "turso/cloud/cloud.h"
#include "turso/connections/bookentry.h"
#include "turso/libsqlserver/libsqlserver.h"

#include <QDir>
#include <QPointer>

#include <algorithm>

// The list, and how its connections are. What adds one or signs in stands in bookchanges.cpp.

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Base::Result;

namespace
{

constexpr Base::Millis kAskedAgainAfter = 5'000;

std::string stateOf(Health::State state)
{
    switch (state) {
    case Health::State::Ready:
        return "ready";
    case Health::State::Unreachable:
        return "unreachable";
    case Health::State::SignedOut:
        return "signed-out";
    case Health::State::Limited:
        return "limited";
    }
    return "unreachable";
}

bool isLocked(const Base::Error &error)
{
    return error.kind == ErrorKind::Unauthorized;
}

} // namespace

ConnectionBook::ConnectionBook(ConnectionBookOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
}

ConnectionBook::~ConnectionBook() = default;

Result<void> ConnectionBook::open()
{
    const auto stored = readConnections(m_options.folder + "/connections.json");
    if (!stored) {
        m_problem = stored.error().message;
        return tl::unexpected(stored.error());
    }
    for (const ConnectionSpec &spec : *stored) {
        const EntryPtr entry = newEntry(spec);
        m_entries.emplace(spec.id, entry);
        prepareRenewal(*entry);
        loadSecrets(entry);
    }
    return {};
}

ConnectionBook::EntryPtr ConnectionBook::newEntry(ConnectionSpec spec) const
{
    auto entry = std::make_shared<Entry>();
    entry->spec = std::move(spec);
    if (entry->spec.id.empty()) {
        entry->spec.id = Base::newId("co");
        for (char &c : entry->spec.id)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return entry;
}

std::string ConnectionBook::folderOf(const std::string &id) const
{
    return m_options.folder + "/connections/" + id;
}

ConnectionBook::Entry *ConnectionBook::entryOf(const std::string &id) const
{
    const auto it = m_entries.find(id);
    return it == m_entries.end() ? nullptr : it->second.get();
}

std::vector<ConnectionView> ConnectionBook::list() const
{
    std::vector<ConnectionView> all;
    for (const auto &[id, entry] : m_entries)
        all.push_back(entry->view());
    return all;
}

std::shared_ptr<Platform> ConnectionBook::find(const std::string &id) const
{
    const Entry *entry = entryOf(id);
    return entry ? entry->platform : nullptr;
}

Result<void> ConnectionBook::save() const
{
    if (!m_problem.empty())
        return fail(ErrorKind::Internal, m_problem);
    std::vector<ConnectionSpec> all;
    for (const auto &[id, entry] : m_entries)
        all.push_back(entry->spec);
    return writeConnections(m_options.folder + "/connections.json", all);
}

Result<std::string> ConnectionBook::freeName(const std::string &wanted, const std::string &usual,
                                             const std::string &exceptId) const
{
    const auto isTaken = [&](const std::string &name) {
        return name == "Workspace"
            || std::any_of(m_entries.begin(), m_entries.end(), [&](const auto &item) {
                   return item.first != exceptId && item.second->spec.name == name;
               });
    };
    if (wanted.size() > 100)
        return fail(ErrorKind::InvalidArgument, "A connection's name has at most 100 letters.", {},
                    R"({"argument":"name"})");
    if (!wanted.empty() && isTaken(wanted))
        return fail(ErrorKind::AlreadyExists,
                    "There is a connection named \"" + wanted + "\" already.",
                    "Give this one another name.");
    std::string name = wanted.empty() ? usual : wanted;
    for (int i = 2; wanted.empty() && isTaken(name); ++i)
        name = usual + ' ' + std::to_string(i);
    return name;
}

std::shared_ptr<Platform> ConnectionBook::shared(const Entry &entry,
                                                 std::unique_ptr<Platform> platform) const
{
    return {platform.release(),
            [isRemoved = entry.isRemoved, folder = folderOf(entry.spec.id)](Platform *last) {
                delete last;
                if (*isRemoved)
                    QDir(QString::fromStdString(folder)).removeRecursively();
            }};
}

// A cloud's platform asks for its token each time; a server's is made anew when its secrets change.
Result<void> ConnectionBook::makePlatform(const EntryPtr &entry)
{
    const ConnectionSpec &spec = entry->spec;
    if (spec.kind == kTursoCloud) {
        CloudOptions options;
        options.apiUrl = spec.apiUrl;
        options.organization = spec.organization;
        options.group = spec.group;
        options.folder = folderOf(spec.id);
        options.clock = m_options.clock;
        options.token = [weak = std::weak_ptr<Entry>(entry)] {
            const auto here = weak.lock();
            return here ? here->token : nullptr;
        };
        options.renew = [self = QPointer(this), id = spec.id] {
            return self ? self->renew(id) : Base::readyNow<bool>(false);
        };
        options.signedOut = [self = QPointer(this), id = spec.id](const std::string &sentence) {
            Entry *here = self ? self->entryOf(id) : nullptr;
            if (here)
                self->setState(*here, "signed-out", sentence);
        };
        entry->platform = shared(*entry, std::make_unique<Cloud>(std::move(options)));
        return {};
    }
    LibsqlServerOptions options;
    options.id = spec.id;
    options.url = spec.url;
    options.adminUrl = spec.adminUrl;
    options.token = entry->token;
    options.adminKey = entry->adminKey;
    options.organization = spec.organization;
    options.name = spec.name;
    options.folder = folderOf(spec.id);
    options.clock = m_options.clock;
    entry->platform.reset(); // one at a time in its folder
    auto server = LibsqlServer::open(std::move(options));
    if (!server)
        return tl::unexpected(server.error());
    entry->platform = shared(*entry, std::move(*server));
    return {};
}

void ConnectionBook::setState(Entry &entry, std::string state, std::string sentence)
{
    if (entry.state == state && entry.sentence == sentence)
        return;
    entry.state = std::move(state);
    entry.sentence = std::move(sentence);
    if (entryOf(entry.spec.id) == &entry)
        Q_EMIT changed(QString::fromStdString(entry.spec.id));
}

void ConnectionBook::take(Entry &entry, const Health &health)
{
    entry.health = health;
    entry.checkedAt = m_options.clock->now();
    entry.state = stateOf(health.state);
    entry.sentence = health.sentence;
    if (entryOf(entry.spec.id) == &entry)
        Q_EMIT changed(QString::fromStdString(entry.spec.id));
}

// At the start: what was there is fetched, one secret after the other.
void ConnectionBook::loadSecrets(const EntryPtr &entry)
{
    const ConnectionSpec &spec = entry->spec;
    if (spec.signedInBy.empty())
        return loadAdminKey(entry);
    const SecretName name{spec.kind == kTursoCloud ? spec.apiUrl : spec.url, "token of " + spec.id};
    Base::whenDone(m_options.secrets->read(name), this,
                   [this, entry](const Result<std::shared_ptr<const Base::Secret>> &secret) {
                       if (entry->token) // given anew meanwhile
                           return;
                       if (!secret && isLocked(secret.error()))
                           return setState(*entry, "locked",
                                           "The keychain is locked, and its token is in there. "
                                           "Unlock the keychain, and try again.");
                       if (secret) {
                           entry->token = *secret;
                           entry->kept.inKeychain = true;
                       }
                       loadAdminKey(entry);
                   });
}

void ConnectionBook::loadAdminKey(const EntryPtr &entry)
{
    if (!entry->spec.hasAdminKey)
        return secretsAreThere(entry);
    const SecretName name{entry->spec.adminUrl, "admin key of " + entry->spec.id};
    Base::whenDone(m_options.secrets->read(name), this,
                   [this, entry](const Result<std::shared_ptr<const Base::Secret>> &secret) {
                       if (!secret && isLocked(secret.error()))
                           return setState(*entry, "locked",
                                           "The keychain is locked, and its admin key is in "
                                           "there. Unlock the keychain, and try again.");
                       if (secret && !entry->adminKey)
                           entry->adminKey = *secret;
                       secretsAreThere(entry);
                   });
}

void ConnectionBook::secretsAreThere(const EntryPtr &entry)
{
    if (entryOf(entry->spec.id) != entry.get())
        return;
    if (auto made = makePlatform(entry); !made)
        return setState(*entry, "unreachable", made.error().message);
    if (entry->spec.kind == kTursoCloud && !entry->token)
        return setState(*entry, "signed-out", "Sign in to use it.");
    ask(entry);
}

void ConnectionBook::keep(const EntryPtr &entry, const char *what,
                          const std::shared_ptr<const Base::Secret> &secret)
{
    if (!secret)
        return;
    const ConnectionSpec &spec = entry->spec;
    const bool isToken = std::string_view(what) == "token of ";
    const SecretName name{spec.kind == kTursoCloud ? spec.apiUrl
                              : isToken            ? spec.url
                                                   : spec.adminUrl,
                          what + spec.id};
    Base::whenDone(
        m_options.secrets->write(name, Base::Secret(std::string(secret->revealForUse()))), this,
        [this, entry, isToken](const Result<Kept> &kept) {
            if (!isToken)
                return;
            entry->kept = kept ? *kept : Kept{false, kept.error().message};
            if (entryOf(entry->spec.id) == entry.get())
                Q_EMIT changed(QString::fromStdString(entry->spec.id));
        });
}

void ConnectionBook::forgetSecrets(const Entry &entry)
{
    const ConnectionSpec &spec = entry.spec;
    const auto drop = [this](SecretName name) {
        Base::whenDone(m_options.secrets->remove(std::move(name)), this,
                       [](const Result<bool> &gone) {
                           if (!gone)
                               qCWarning(logConnections, "%s", gone.error().message.c_str());
                       });
    };
    if (!spec.signedInBy.empty())
        drop({spec.kind == kTursoCloud ? spec.apiUrl : spec.url, "token of " + spec.id});
    if (spec.hasAdminKey)
        drop({spec.adminUrl, "admin key of " + spec.id});
}

void ConnectionBook::ask(const EntryPtr &entry)
{
    if (std::exchange(entry->isAsked, true))
        return;
    const auto platform = entry->platform;
    Base::whenDone(platform->check(), this, [this, entry, platform](const Result<Health> &health) {
        entry->isAsked = false;
        if (platform != entry->platform || entry->signIn)
            return;
        take(*entry, health ? *health : Health{Health::State::Unreachable, health.error().message});
    });
}

void ConnectionBook::failed(const std::string &id)
{
    const auto it = m_entries.find(id);
    if (it == m_entries.end() || !it->second->platform || it->second->signIn)
        return;
    const auto asked = it->second->checkedAt;
    if (!asked || m_options.clock->now() - *asked > kAskedAgainAfter)
        ask(it->second);
}

Base::Pending<ConnectionView> ConnectionBook::check(std::string id)
{
    const auto task = std::make_shared<Task<ConnectionView>>();
    const auto it = m_entries.find(id);
    if (it == m_entries.end()) {
        task->give(fail(ErrorKind::NotFound, "There is no connection " + id + "."));
        return task->pending();
    }
    const EntryPtr entry = it->second;
    if (!entry->platform) {
        loadSecrets(entry); // perhaps the keychain is open now; what it comes to is told
        task->give(entry->view());
        return task->pending();
    }
    const auto platform = entry->platform;
    Base::whenDone(platform->check(), this,
                   [this, entry, platform, task](const Result<Health> &health) {
                       const bool isSignedOut = entry->spec.kind == kTursoCloud && !entry->token;
                       if (platform == entry->platform && health && !entry->signIn && !isSignedOut)
                           take(*entry, *health);
                       task->give(entry->view());
                   });
    return task->pending();
}

} // namespace Turso
