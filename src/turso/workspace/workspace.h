// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "turso/platform.h"
#include "turso/workspace/archiveoptions.h"

#include <chrono>
#include <memory>
#include <string>

namespace Turso::Embedded
{
class DatabaseFile;
} // namespace Turso::Embedded

namespace Turso
{

struct WorkspaceOptions {
    std::string folder; ///< holds everything; made if missing
    const Base::Clock *clock = nullptr; ///< must outlive the workspace; null: the machine's
    bool seedDemo = true; ///< a first start makes the database `demo-shop`
    std::chrono::milliseconds idleTime{30'000}; ///< after which worker threads and connections go
    ArchiveOptions archive = {}; ///< how far back point-in-time branches reach
};

/// Databases as plain SQLite files on this machine, with Turso's meaning: organization `local`,
/// first group `default`. Needs no account and no network. Opened by one process at a time.
///
/// What a workspace answers beyond Platform's words: whoever asks does so from this machine, so
/// `allowed_ips` lets everybody in or nobody; `allowed_aws_vpc_ids` is only kept. One transaction
/// per script; an answered write is on the disk. Readers run on up to four threads and are never
/// held up by a writer; writers of one database run one after the other.
class Workspace final : public Platform
{
public:
    /// Quick: on a first start the demo database is made in the background, and calls on it wait
    /// for it. UpstreamError if the folder cannot be used.
    static Base::Result<std::unique_ptr<Workspace>> open(WorkspaceOptions options);
    /// Ends what runs (rolled back, Cancelled), and waits for it.
    ~Workspace() override;

    Capabilities capabilities() const override;
    Organization organization() const override;
    Base::Pending<std::vector<Group>> groups() override;
    Base::Pending<std::vector<Database>> databases(std::string group) override;
    Base::Pending<Database> database(std::string name) override;
    Base::Pending<Database> createDatabase(NewDatabase database) override;
    /// Into the workspace's trash, from which it is removed after seven days. The name is free at
    /// once.
    Base::Pending<std::string> deleteDatabase(std::string name) override;
    Base::Pending<Configured> configureDatabase(std::string name,
                                                ConfigurationChange change) override;
    Base::Pending<Group> createGroup(std::string name) override;
    Base::Pending<Group> deleteGroup(std::string name) override;
    Base::Pending<Group> protectGroup(std::string name, bool isProtected) override;
    /// From the workspace's own records, by whole minutes: figures of 90 days at most, no
    /// rows_read.
    Base::Pending<Analytics> analytics(std::string database, Base::Millis from,
                                       Base::Millis to) override;
    /// Its own file from the beginning, whatever becomes of its source. It has the source's group
    /// (unless told), size limit, blocked reads and allow-rules; not its protection and blocked
    /// writes. Writers go on meanwhile. An instant means the last commit at or before it, exactly.
    Base::Pending<Database> createBranch(NewBranch branch) override;
    Base::Pending<std::vector<Database>> branches(std::string database) override;
    /// May outlive the workspace; its scripts are then answered with Cancelled.
    std::unique_ptr<Session> openSession(std::string database, Privilege privilege) override;

    /// For whoever serves SQL on it; null if there is none. Streams on it have to be ended before
    /// the workspace is.
    std::shared_ptr<Embedded::DatabaseFile> databaseFile(const std::string &name) const;
    /// Of the database's group; empty if there is no such database.
    std::string groupIdOf(const std::string &database) const;

private:
    class Core;
    class Connected;
    explicit Workspace(std::shared_ptr<Core> core);
    std::shared_ptr<Core> m_core;
};

} // namespace Turso
