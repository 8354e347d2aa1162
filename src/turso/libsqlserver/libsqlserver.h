// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/secret.h"
#include "turso/platform.h"

#include <memory>
#include <string>

namespace Turso
{

struct LibsqlServerOptions {
    std::string id; ///< the connection's
    std::string url; ///< "http://127.0.0.1:8080": of its SQL; no path
    std::string adminUrl = {}; ///< of its admin API; empty: there is none for us
    std::shared_ptr<const Base::Secret> token = {}; ///< for SQL; null: none
    std::shared_ptr<const Base::Secret> adminKey = {}; ///< null: none
    std::string organization = "self-hosted"; ///< how grants call it
    std::string name = {}; ///< for people; empty: the organization's
    std::string folder; ///< what the server does not keep; made if missing, one process at a time
    const Base::Clock *clock = nullptr; ///< must outlive the server; null: the machine's
};

/// A self-hosted libsql-server (sqld), over its SQL and, where it is to be had, its admin API.
///
/// The server keeps neither a list of its databases, nor parents, delete protection or allow-rules:
/// they are kept here, and enforced here only. A namespace of the server becomes a database of
/// this connection when it is asked for by its name; one that is gone there is not listed here. One
/// group, `default`. Without namespaces the server has the one database `default`.
///
/// Until it has answered once, capabilities() says the least; each call that needs to know asks it
/// first. Everything is called on the gateway thread, and completes on it.
class LibsqlServer final : public Platform
{
public:
    /// Reads its folder; does not talk to the server. UpstreamError if the folder cannot be used.
    static Base::Result<std::unique_ptr<LibsqlServer>> open(LibsqlServerOptions options);
    /// What is on its way is answered with Cancelled.
    ~LibsqlServer() override;

    Capabilities capabilities() const override;
    Organization organization() const override;
    Base::Pending<std::vector<Group>> groups() override;
    Base::Pending<std::vector<Database>> databases(std::string group) override;
    Base::Pending<DatabasePage> databasePage(std::string group, int limit,
                                             std::string cursor) override;
    Base::Pending<Database> database(std::string name) override;
    Base::Pending<Database> createDatabase(NewDatabase database) override;
    Base::Pending<std::string> deleteDatabase(std::string name) override;
    /// Size limit and blocks are the server's; the rest holds for what comes through this app.
    Base::Pending<Configured> configureDatabase(std::string name,
                                                ConfigurationChange change) override;
    /// A fork, compared with its source before it is answered: sqld can lose the newest commit. It
    /// has its source's size limit, blocked reads and allow-rules; not its protection and blocked
    /// writes. ReadOnlyMode if reads of the source are blocked: nobody could compare.
    Base::Pending<Database> createBranch(NewBranch branch) override;
    Base::Pending<std::vector<Database>> branches(std::string database) override;
    /// Rows of the source "libsql-server" are what the server counted, by whole hours as far as
    /// this app has looked at them; those of "this app" are its own recordings.
    Base::Pending<Analytics> analytics(std::string database, Base::Millis from,
                                       Base::Millis to) override;
    Base::Pending<Health> check() override;
    /// May outlive the server object.
    std::unique_ptr<Session> openSession(std::string database, Privilege privilege) override;

private:
    class Core;
    explicit LibsqlServer(std::unique_ptr<Core> core);
    std::unique_ptr<Core> m_core;
};

} // namespace Turso
