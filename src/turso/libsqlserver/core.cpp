// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/core.h"

#include "base/logging.h"
#include "turso/libsqlserver/serverfigures.h"
#include "turso/libsqlserver/serverwords.h"
#include "turso/workspace/configuration.h"
#include "turso/workspace/names.h"

#include <QHostAddress>
#include <QNetworkInterface>
#include <QPointer>

#include <algorithm>
#include <cmath>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Base::Pending;
using Base::readyNow;
using Base::Result;
using namespace SelfHosted;

namespace
{

constexpr char kOnlyDatabase[] = "default"; ///< of a server without namespaces
constexpr std::chrono::milliseconds kIdleTime{30'000};
/// For so long what was seen is not looked at again: a list is asked for page by page.
constexpr Base::Millis kFresh = 5'000;
/// And 24 random digits: a name that nobody has.
constexpr char kProbePrefix[] = "zz-";

/// The allow-rules are about who asks the server: this machine, by whichever of its addresses.
bool letsUsIn(const DatabaseConfiguration &configuration, const std::string &host)
{
    if (configuration.allowedIps.empty())
        return true;
    if (isLoopback(host))
        return Embedded::admitsThisMachine(configuration);
    std::vector<std::string> addresses;
    for (const QHostAddress &address : QNetworkInterface::allAddresses())
        addresses.push_back(address.toString().toStdString());
    return Embedded::admitsAny(configuration, addresses);
}

/// The doors of a server that may be gone by now.
class Doors final : public SqlAccess
{
public:
    Doors(std::function<Pending<SqlDoor>(std::string, Privilege)> door,
          std::function<void(std::string)> refused, QObject *alive)
        : m_door(std::move(door))
        , m_refused(std::move(refused))
        , m_alive(alive)
    {
    }
    Pending<SqlDoor> door(std::string database, Privilege privilege) override
    {
        if (m_alive.isNull())
            return readyNow<SqlDoor>(fail(ErrorKind::Cancelled, "The connection has been closed."));
        return m_door(std::move(database), privilege);
    }
    void refused(const std::string &database, Privilege /*privilege*/,
                 const SqlDoor & /*door*/) override
    {
        if (!m_alive.isNull())
            m_refused(database);
    }

private:
    const std::function<Pending<SqlDoor>(std::string, Privilege)> m_door;
    const std::function<void(std::string)> m_refused;
    const QPointer<QObject> m_alive;
};

} // namespace

/// A session that says when it was used.
class WatchedSession final : public Session
{
public:
    WatchedSession(std::unique_ptr<Session> session, QObject *owner, std::function<void()> used)
        : m_session(std::move(session))
        , m_owner(owner)
        , m_used(std::move(used))
    {
    }
    Pending<Outcome> execute(Script script, Base::CancelToken cancel) override
    {
        auto outcome = m_session->execute(std::move(script), std::move(cancel));
        if (!m_owner.isNull())
            Base::whenDone(outcome, m_owner.data(),
                           [used = m_used](const Result<Outcome> &) { used(); });
        return outcome;
    }

private:
    const std::unique_ptr<Session> m_session;
    const QPointer<QObject> m_owner;
    const std::function<void()> m_used;
};

LibsqlServer::Core::Core(LibsqlServerOptions options, std::unique_ptr<ServerStore> store,
                         std::vector<Entry> entries)
    : m_options(std::move(options))
    , m_store(std::move(store))
    , m_statistics({.path = m_options.folder + "/statistics.db", .source = "this app"},
                   [this](auto job) { m_worker.post(std::move(job)); })
    , m_sink(m_statistics)
    , m_worker(1, kIdleTime, [this] { m_statistics.close(); })
    , m_sql(m_options.url, m_options.token)
    , m_watch(m_options.clock != nullptr ? *m_options.clock : m_systemClock,
              [this](const std::string &name) { takeSnapshot(name); })
    , m_client(std::make_unique<SqlClient>(SqlClientOptions{.executions = &m_sink}))
{
    if (m_options.token)
        m_claims = claimsOf(m_options.token->revealForUse());
    if (!m_options.adminUrl.empty())
        m_admin = std::make_unique<AdminApi>(m_options.adminUrl, m_options.adminKey);
    for (Entry &entry : entries) {
        m_sink.name(entry.name, entry.id);
        m_entries[entry.name] = std::move(entry);
    }
    m_access = std::make_shared<Doors>(
        [this](std::string name, Privilege privilege) { return door(name, privilege); },
        [this](const std::string &name) { refused(name); }, this);
}

LibsqlServer::Core::~Core()
{
    m_client.reset(); // tells what ran last
    m_worker.stop();
    m_statistics.close();
}

Base::Millis LibsqlServer::Core::now() const
{
    return m_options.clock != nullptr ? m_options.clock->now() : m_systemClock.now();
}

Capabilities LibsqlServer::Core::capabilities() const
{
    const bool many = m_adminAnswers && m_hasNamespaces.value_or(false);
    return {.groups = false,
            .createDatabases = many,
            .branches = many,
            .pointInTime = many && m_keepsBackups.value_or(false),
            .configuration = m_adminAnswers,
            .analytics = true,
            .rolledBackDryRun = true};
}

Organization LibsqlServer::Core::organization() const
{
    return {m_options.organization,
            m_options.name.empty() ? m_options.organization : m_options.name};
}

Pending<bool> LibsqlServer::Core::namespaces()
{
    if (m_hasNamespaces)
        return readyNow<bool>(*m_hasNamespaces);
    // A server without them takes every name for its one database, and writes would go there.
    const std::string nobody = kProbePrefix + Base::sha256Hex(Base::randomToken()).substr(0, 24);
    // A token for one database makes the others unknown, even where there are none.
    const bool withToken = !m_claims.onlyDatabase;
    return after<bool>(m_sql.exists(nobody, withToken), this, [this](bool isThere) {
        m_hasNamespaces = !isThere;
        return readyNow<bool>(*m_hasNamespaces);
    });
}

Pending<bool> LibsqlServer::Core::admin(const char *capability)
{
    if (!m_admin)
        return readyNow<bool>(
            fail(ErrorKind::Unsupported,
                 "This connection has no address of the server's admin API, so it cannot do that.",
                 "Start sqld with --admin-listen-addr, and give the address in the connection's "
                 "settings.",
                 std::string(R"({"capability":")") + capability + "\"}"));
    if (m_adminAnswers)
        return readyNow<bool>(true);
    return after<bool>(m_admin->greet(), this, [this](bool) {
        m_adminAnswers = true;
        return readyNow<bool>(true);
    });
}

std::vector<std::string> LibsqlServer::Core::names() const
{
    if (m_hasNamespaces && !*m_hasNamespaces)
        return {kOnlyDatabase};
    std::vector<std::string> names;
    for (const auto &[name, entry] : m_entries) {
        if (!entry.isGone)
            names.push_back(name);
    }
    return names;
}

LibsqlServer::Core::Entry LibsqlServer::Core::adopted(const std::string &name)
{
    const auto known = m_entries.find(name);
    m_seenAt[name] = now();
    if (known != m_entries.end() && !known->second.isGone)
        return known->second;
    // One that comes back is still protected, if it was.
    Entry entry = known != m_entries.end() ? known->second : Entry{name, Embedded::newDatabaseId()};
    entry.isGone = false;
    m_entries[name] = entry;
    m_sink.name(name, entry.id);
    inStore([entry](ServerStore &store) { return store.put(entry); });
    return entry;
}

void LibsqlServer::Core::gone(const std::string &name)
{
    m_seenAt.erase(name);
    m_watch.forget(name);
    const auto known = m_entries.find(name);
    if (known == m_entries.end() || known->second.isGone)
        return;
    known->second.isGone = true;
    inStore([entry = known->second](ServerStore &store) { return store.put(entry); });
}

Pending<bool> LibsqlServer::Core::inStore(std::function<Result<void>(ServerStore &)> work)
{
    auto promise = std::make_shared<QPromise<Result<bool>>>();
    promise->start();
    auto future = promise->future();
    m_worker.post([store = m_store.get(), promise, work = std::move(work)] {
        const auto done = work(*store);
        if (!done)
            qCWarning(logWorkspace, "What is known of a server's databases was not written: %s",
                      done.error().message.c_str());
        promise->addResult(done ? Result<bool>(true) : tl::unexpected(done.error()));
        promise->finish();
    });
    return future;
}

Pending<bool> LibsqlServer::Core::keep(Entry entry)
{
    auto written = inStore([entry](ServerStore &store) { return store.put(entry); });
    return after<bool>(written, this, [this, entry](bool) {
        m_sink.name(entry.name, entry.id);
        m_entries[entry.name] = entry;
        return readyNow<bool>(true);
    });
}

Pending<LibsqlServer::Core::Entry> LibsqlServer::Core::ask(const std::string &name)
{
    const auto notThere = [this, name](const Base::Error &error) {
        if (error.kind != ErrorKind::NotFound)
            return readyNow<Entry>(tl::unexpected(error));
        gone(name);
        return readyNow<Entry>(tl::unexpected(noSuchDatabase(name)));
    };
    return whatever<Entry>(m_sql.exists(name), this,
                           [this, name, notThere](const Result<bool> &isThere) {
                               if (!isThere)
                                   return notThere(isThere.error());
                               if (!*isThere)
                                   return notThere(noSuchDatabase(name));
                               return readyNow<Entry>(adopted(name));
                           });
}

Pending<LibsqlServer::Core::Entry> LibsqlServer::Core::find(const std::string &name)
{
    if (!Embedded::checkName(name))
        return readyNow<Entry>(tl::unexpected(noSuchDatabase(name)));
    return after<Entry>(namespaces(), this, [this, name](bool many) {
        if (!many)
            return name == kOnlyDatabase ? readyNow<Entry>(adopted(name))
                                         : readyNow<Entry>(tl::unexpected(noSuchDatabase(name)));
        if (const auto known = m_entries.find(name);
            known != m_entries.end() && !known->second.isGone)
            return readyNow<Entry>(known->second);
        return ask(name);
    });
}

Database LibsqlServer::Core::described(const Entry &entry, const NamespaceConfig *config) const
{
    Database database;
    database.name = entry.name;
    database.id = entry.id;
    database.group = "default";
    database.engine = "libsql";
    database.hostname = hostOf(m_options.url);
    database.url = m_options.url;
    database.region = "self-hosted";
    database.parent = entry.parent;
    database.createdAt = entry.createdAt;
    database.configuration = entry.kept;
    if (config == nullptr)
        return database;
    database.configuration.blockReads = config->blockReads;
    database.configuration.blockWrites = config->blockWrites;
    // The server prints its limit rounded; what was set here is exact, unless somebody else has set
    // another one since.
    const auto rounded = config->roundedSizeLimit;
    auto &exact = database.configuration.sizeLimit;
    constexpr double kRounding = 0.06;
    const bool agrees = exact.has_value() == rounded.has_value()
        && (!exact
            || std::abs(static_cast<double>(*exact - *rounded))
                <= kRounding * static_cast<double>(*exact));
    if (!agrees)
        exact = rounded;
    return database;
}

Pending<std::optional<Database>> LibsqlServer::Core::refreshed(const std::string &name)
{
    using Found = std::optional<Database>;
    const auto missing = [this, name](const Base::Error &error) {
        if (error.kind != ErrorKind::NotFound)
            return readyNow<Found>(tl::unexpected(error));
        gone(name);
        return readyNow<Found>(Found());
    };
    if (m_adminAnswers)
        return whatever<Found>(m_admin->config(name), this,
                               [this, name, missing](const Result<NamespaceConfig> &config) {
                                   if (config)
                                       return readyNow<Found>(
                                           Found(described(adopted(name), &*config)));
                                   return missing(config.error());
                               });
    const auto seen = m_seenAt.find(name);
    const auto known = m_entries.find(name);
    if (seen != m_seenAt.end() && known != m_entries.end() && now() - seen->second < kFresh)
        return readyNow<Found>(Found(described(known->second, nullptr)));
    return whatever<Found>(find(name), this, [this, name, missing](const Result<Entry> &entry) {
        if (!entry)
            return missing(entry.error());
        return whatever<Found>(ask(name), this, [this, missing](const Result<Entry> &asked) {
            return asked ? readyNow<Found>(Found(described(*asked, nullptr)))
                         : missing(asked.error());
        });
    });
}

std::unique_ptr<Session> LibsqlServer::Core::open(const std::string &name, Privilege privilege)
{
    return std::make_unique<WatchedSession>(m_client->openSession(m_access, name, privilege), this,
                                            [this, name] { used(name); });
}

std::optional<Base::Error> LibsqlServer::Core::deniedHere(const Entry &entry,
                                                          Privilege privilege) const
{
    const std::string settings = "Give another token in the connection's settings.";
    if (!letsUsIn(entry.kept, hostOf(m_options.url)))
        return Base::Error{ErrorKind::ReadOnlyMode,
                           "Operation was blocked: this machine is not among the addresses that "
                           "may connect (allowed_ips).",
                           "set_database_config can change that; the person may be asked.",
                           R"({"engine_code":"BLOCKED"})"};
    if (m_refusals.contains(entry.name))
        return Base::Error{ErrorKind::Unauthorized,
                           m_options.token ? "The server does not take the connection's token."
                                           : "The server asks for a token, and there is none.",
                           settings};
    if (!m_options.token)
        return std::nullopt;
    if (m_claims.expiresAt && *m_claims.expiresAt <= now())
        return Base::Error{ErrorKind::Unauthorized,
                           "The connection's token expired at "
                               + Base::toRfc3339(*m_claims.expiresAt) + ".",
                           settings};
    if (m_claims.onlyDatabase && *m_claims.onlyDatabase != entry.name)
        return Base::Error{ErrorKind::Unauthorized,
                           "The connection's token is for the database " + *m_claims.onlyDatabase
                               + " alone.",
                           settings};
    if (privilege != Privilege::Read && !m_claims.mayWrite)
        return Base::Error{ErrorKind::Unauthorized,
                           "The connection's token may read, and nothing else.",
                           "Give a token that may write in the connection's settings."};
    return std::nullopt;
}

Pending<SqlDoor> LibsqlServer::Core::door(const std::string &name, Privilege privilege)
{
    return after<SqlDoor>(find(name), this, [this, privilege](const Entry &entry) {
        if (auto denied = deniedHere(entry, privilege))
            return readyNow<SqlDoor>(tl::unexpected(std::move(*denied)));
        SqlDoor door{m_options.url, {}, m_options.token};
        if (m_hasNamespaces.value_or(true))
            door.nameSpace = entry.name;
        return readyNow<SqlDoor>(std::move(door));
    });
}

void LibsqlServer::Core::refused(const std::string &name)
{
    m_refusals.insert(name);
}

} // namespace Turso
