// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/core.h"
#include "turso/libsqlserver/serverwords.h"
#include "turso/sizelimit.h"
#include "turso/workspace/configuration.h"
#include "turso/workspace/names.h"

#include <algorithm>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Pending;
using Base::readyNow;
using Base::Result;
using namespace SelfHosted;

namespace
{

bool contains(const std::vector<std::string> &keys, const char *key)
{
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

} // namespace

void LibsqlServer::Core::nextTurn()
{
    if (m_isTurn || m_turns.empty())
        return;
    m_isTurn = true;
    const auto turn = std::move(m_turns.front());
    m_turns.pop_front();
    turn();
}

/// Whether a database of that name can be made here.
Pending<bool> LibsqlServer::Core::checkNew(const std::string &name, const std::string &group,
                                           const char *capability)
{
    if (auto checked = Embedded::checkName(name); !checked)
        return readyNow<bool>(tl::unexpected(std::move(checked).error()));
    if (!group.empty() && group != "default")
        return readyNow<bool>(fail(ErrorKind::NotFound, "group not found",
                                   "This server has the group default only."));
    return after<bool>(admin(capability), this, [this, capability](bool) {
        return after<bool>(namespaces(), this, [capability](bool many) {
            if (many)
                return readyNow<bool>(true);
            return readyNow<bool>(fail(
                ErrorKind::Unsupported,
                "This server has one database and no namespaces, so it has no room for others.",
                "Start sqld with --enable-namespaces.",
                std::string(R"({"capability":")") + capability + "\"}"));
        });
    });
}

Pending<Database> LibsqlServer::Core::create(const NewDatabase &wanted)
{
    if (wanted.useTursodb)
        return readyNow<Database>(
            fail(ErrorKind::Unsupported, "libsql-server has databases of the engine libsql only.",
                 "Leave use_tursodb out, or use a connection to Turso Cloud."));
    if (wanted.sizeLimit && *wanted.sizeLimit < kPageSize)
        return readyNow<Database>(
            fail(ErrorKind::InvalidArgument, "A size limit is at least 4096 bytes."));
    Entry entry;
    entry.name = wanted.name;
    entry.id = Embedded::newDatabaseId();
    entry.createdAt = now();
    if (wanted.sizeLimit)
        entry.kept.sizeLimit = *wanted.sizeLimit - *wanted.sizeLimit % kPageSize;
    return inTurn<Database>([this, entry, group = wanted.group] {
        return after<Database>(
            checkNew(entry.name, group, "create_databases"), this, [this, entry](bool) {
                return whatever<Database>(
                    m_admin->create(entry.name, entry.kept.sizeLimit), this,
                    [this, entry](const Result<bool> &made) {
                        if (!made && made.error().kind == ErrorKind::AlreadyExists)
                            return readyNow<Database>(
                                fail(ErrorKind::AlreadyExists,
                                     "database with name " + entry.name + " already exists"));
                        if (!made)
                            return readyNow<Database>(tl::unexpected(made.error()));
                        m_refusals.erase(entry.name);
                        return after<Database>(keep(entry), this, [this, entry](bool) {
                            return database(entry.name);
                        });
                    });
            });
    });
}

Pending<std::string> LibsqlServer::Core::remove(const std::string &name)
{
    return inTurn<std::string>([this, name] {
        const auto allowed = after<bool>(find(name), this, [this, name](const Entry &) {
            return checkNew(name, {}, "create_databases");
        });
        return after<std::string>(allowed, this, [this, name](bool) {
            // Right before: what was changed in an earlier turn counts.
            if (m_entries[name].kept.deleteProtection)
                return readyNow<std::string>(
                    fail(ErrorKind::Protected,
                         "database " + name + " is delete-protected and cannot be deleted",
                         "A person can lift the protection in its configuration."));
            return whatever<std::string>(
                m_admin->remove(name), this, [this, name](const Result<bool> &done) {
                    const bool wasThere = done || done.error().kind != ErrorKind::NotFound;
                    if (!done && wasThere)
                        return readyNow<std::string>(tl::unexpected(done.error()));
                    m_watch.forget(name);
                    m_seenAt.erase(name);
                    m_entries.erase(name);
                    return after<std::string>(
                        inStore([name](ServerStore &store) { return store.remove(name); }), this,
                        [name, wasThere](bool) {
                            return wasThere
                                ? readyNow<std::string>(name)
                                : readyNow<std::string>(tl::unexpected(noSuchDatabase(name)));
                        });
                });
        });
    });
}

/// All that sqld would otherwise reset is sent along. The exact number of bytes only if it is to
/// change: what the server prints is rounded, and what it is not told it keeps.
Pending<bool> LibsqlServer::Core::sendConfiguration(const std::string &name,
                                                    const NamespaceConfig &config,
                                                    const DatabaseConfiguration &wanted,
                                                    bool changesSizeLimit)
{
    Json body = replacementOf(config);
    body["block_reads"] = wanted.blockReads;
    body["block_writes"] = wanted.blockWrites;
    if (!wanted.blockReads && !wanted.blockWrites)
        body.erase("block_reason");
    if (changesSizeLimit && wanted.sizeLimit)
        body["max_db_size"] = *wanted.sizeLimit;
    return after<bool>(m_admin->setConfig(name, body), this, [this, name, wanted](bool) {
        return after<bool>(m_admin->config(name), this, [wanted](const NamespaceConfig &after) {
            if (after.blockReads == wanted.blockReads && after.blockWrites == wanted.blockWrites)
                return readyNow<bool>(true);
            return readyNow<bool>(
                fail(ErrorKind::UpstreamError,
                     "The server took the configuration but has another one now.",
                     "Somebody else may be changing it; look at the database and try again.",
                     R"({"outcome":"unknown"})"));
        });
    });
}

Pending<Configured> LibsqlServer::Core::configured(const Entry &entry,
                                                   const NamespaceConfig &config,
                                                   const ConfigurationChange &change)
{
    Configured done;
    DatabaseConfiguration wanted = described(entry, &config).configuration;
    auto changed = Embedded::applyChange(wanted, change);
    if (!changed)
        return readyNow<Configured>(tl::unexpected(std::move(changed).error()));
    done.changed = std::move(*changed);
    if (change.deleteProtection || change.allowedIps || change.allowedAwsVpcIds)
        done.note = "Delete protection and allow-rules are enforced by this app, not by sqld: they "
                    "do not bind other programs that reach the server.";
    Entry kept = entry;
    kept.kept = wanted;
    kept.kept.blockReads = false;
    kept.kept.blockWrites = false;
    // What is kept here first: it can be taken back if the server refuses.
    const bool changesServer = contains(done.changed, "size_limit")
        || contains(done.changed, "block_reads") || contains(done.changed, "block_writes");
    const auto stored = done.changed.empty() ? readyNow<bool>(true) : keep(kept);
    const auto sent = after<bool>(stored, this, [=, this](bool) {
        if (!changesServer)
            return readyNow<bool>(true);
        return whatever<bool>(
            sendConfiguration(entry.name, config, wanted, contains(done.changed, "size_limit")),
            this, [this, entry](const Result<bool> &result) {
                if (result)
                    return readyNow<bool>(true);
                return whatever<bool>(keep(entry), this,
                                      [error = result.error()](const Result<bool> &) {
                                          return readyNow<bool>(tl::unexpected(error));
                                      });
            });
    });
    return after<Configured>(sent, this, [this, name = entry.name, done](bool) {
        return after<Configured>(database(name), this, [done](const Database &now) {
            Configured answer = done;
            answer.database = now;
            return readyNow<Configured>(std::move(answer));
        });
    });
}

Pending<Configured> LibsqlServer::Core::configure(const std::string &name,
                                                  const ConfigurationChange &change)
{
    return inTurn<Configured>([this, name, change] {
        const auto allowed = after<Entry>(find(name), this, [this](const Entry &entry) {
            return after<Entry>(admin("configuration"), this,
                                [entry](bool) { return readyNow<Entry>(entry); });
        });
        return after<Configured>(allowed, this, [this, name, change](const Entry &entry) {
            return whatever<Configured>(
                m_admin->config(name), this,
                [this, entry, change](const Result<NamespaceConfig> &config) {
                    if (config)
                        return configured(entry, *config, change);
                    if (config.error().kind != ErrorKind::NotFound)
                        return readyNow<Configured>(tl::unexpected(config.error()));
                    gone(entry.name);
                    return readyNow<Configured>(tl::unexpected(noSuchDatabase(entry.name)));
                });
        });
    });
}

} // namespace Turso
