// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/libsqlserver/adminapi.h"
#include "turso/libsqlserver/chain.h"
#include "turso/libsqlserver/libsqlserver.h"
#include "turso/libsqlserver/namedsink.h"
#include "turso/libsqlserver/serversql.h"
#include "turso/libsqlserver/serverstore.h"
#include "turso/libsqlserver/tokenclaims.h"
#include "turso/libsqlserver/usagewatch.h"
#include "turso/sqlclient/sqlaccess.h"
#include "turso/sqlclient/sqlclient.h"
#include "turso/statistics/statistics.h"
#include "turso/workspace/workers.h"

#include <QObject>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace Turso
{

/// What LibsqlServer does. Lives on the gateway thread; only the store and the statistics' file are
/// touched on a thread of their own.
class LibsqlServer::Core : public QObject
{
public:
    Core(LibsqlServerOptions options, std::unique_ptr<SelfHosted::ServerStore> store,
         std::vector<SelfHosted::Entry> entries);
    ~Core() override;

    Capabilities capabilities() const;
    Organization organization() const;
    Base::Pending<std::vector<Database>> databases();
    Base::Pending<DatabasePage> page(int limit, const std::string &cursor);
    Base::Pending<Database> database(const std::string &name);
    Base::Pending<Database> create(const NewDatabase &wanted);
    Base::Pending<std::string> remove(const std::string &name);
    Base::Pending<Configured> configure(const std::string &name, const ConfigurationChange &change);
    Base::Pending<Database> branch(const NewBranch &wanted);
    Base::Pending<std::vector<Database>> branches(const std::string &name);
    Base::Pending<Analytics> analytics(const std::string &name, Base::Millis from, Base::Millis to);
    Base::Pending<Health> check();
    std::unique_ptr<Session> open(const std::string &name, Privilege privilege);

    Base::Pending<SqlDoor> door(const std::string &name, Privilege privilege);
    void refused(const std::string &name);
    /// A call on it has ended.
    void used(const std::string &name);

private:
    using Entry = SelfHosted::Entry;
    using NamespaceConfig = SelfHosted::NamespaceConfig;
    struct Checking;
    struct Branching;

    // What there is: core.cpp.
    Base::Millis now() const;
    /// Whether the server has namespaces: asked once, and again by every check().
    Base::Pending<bool> namespaces();
    /// True, or why nothing can be asked of the admin API.
    Base::Pending<bool> admin(const char *capability);
    /// The entry; a namespace that the server has and this app did not know becomes one. NotFound.
    Base::Pending<Entry> find(const std::string &name);
    Base::Pending<Entry> ask(const std::string &name);
    Base::Pending<std::vector<Database>> reconciled(const std::vector<std::string> &names);
    Base::Pending<std::optional<Database>> refreshed(const std::string &name);
    std::vector<std::string> names() const;
    Entry adopted(const std::string &name);
    void gone(const std::string &name);
    Database described(const Entry &entry, const NamespaceConfig *config) const;
    Base::Pending<bool> keep(Entry entry);
    Base::Pending<bool> inStore(std::function<Base::Result<void>(SelfHosted::ServerStore &)> work);
    Base::Pending<bool> takeSnapshot(const std::string &name);
    std::optional<Base::Error> deniedHere(const Entry &entry, Privilege privilege) const;

    // Changes, one after the other: corechanges.cpp, corebranch.cpp.
    template <typename T>
    Base::Pending<T> inTurn(std::function<Base::Pending<T>()> work);
    void nextTurn();
    Base::Pending<bool> checkNew(const std::string &name, const std::string &group,
                                 const char *capability);
    Base::Pending<Configured> configured(const Entry &entry, const NamespaceConfig &config,
                                         const ConfigurationChange &change);
    Base::Pending<bool> sendConfiguration(const std::string &name, const NamespaceConfig &config,
                                          const DatabaseConfiguration &wanted,
                                          bool changesSizeLimit);
    Base::Pending<Database> fork(const std::shared_ptr<Branching> &job);
    Base::Pending<bool> prepareFork(const std::shared_ptr<Branching> &job);
    Base::Pending<bool> compareFork(const std::shared_ptr<Branching> &job);
    Base::Pending<Database> tryAgain(const std::shared_ptr<Branching> &job,
                                     const Base::Error &error);
    Base::Pending<Database> finishFork(const std::shared_ptr<Branching> &job);

    // How it is: corecheck.cpp.
    Base::Pending<bool> askAdmin(const std::shared_ptr<Checking> &check);
    Base::Pending<bool> discover(const std::shared_ptr<Checking> &check);
    Base::Pending<bool> trySql(const std::shared_ptr<Checking> &check);
    Base::Pending<bool> tryRights(const std::shared_ptr<Checking> &check);
    Base::Pending<bool> tryOpenness(const std::shared_ptr<Checking> &check);
    Base::Pending<bool> tryBackups(const std::shared_ptr<Checking> &check);
    Health health(const Checking &check) const;

    const LibsqlServerOptions m_options;
    const Base::SystemClock m_systemClock;
    SelfHosted::TokenClaims m_claims;
    std::unique_ptr<SelfHosted::ServerStore> m_store; ///< m_worker's
    Statistics m_statistics;
    SelfHosted::NamedSink m_sink;
    Embedded::Workers m_worker; ///< one thread
    SelfHosted::ServerSql m_sql;
    std::unique_ptr<SelfHosted::AdminApi> m_admin; ///< null: no address
    std::map<std::string, Entry> m_entries; ///< by name, those that are gone too
    std::map<std::string, Base::Millis> m_seenAt; ///< by name: the server had it then
    std::set<std::string> m_refusals; ///< databases for which the token was not taken
    std::optional<bool> m_hasNamespaces;
    bool m_adminAnswers = false; ///< it did when it was asked last
    std::optional<bool> m_keepsBackups;
    std::deque<std::function<void()>> m_turns;
    bool m_isTurn = false;
    SelfHosted::UsageWatch m_watch;
    std::unique_ptr<SqlClient> m_client;
    std::shared_ptr<SqlAccess> m_access;
};

template <typename T>
Base::Pending<T> LibsqlServer::Core::inTurn(std::function<Base::Pending<T>()> work)
{
    auto promise = std::make_shared<QPromise<Base::Result<T>>>();
    promise->start();
    m_turns.push_back([this, promise, work = std::move(work)] {
        Base::whenDone(work(), this, [this, promise](Base::Result<T> result) {
            promise->addResult(std::move(result));
            promise->finish();
            m_isTurn = false;
            nextTurn();
        });
    });
    nextTurn();
    return promise->future();
}

} // namespace Turso
