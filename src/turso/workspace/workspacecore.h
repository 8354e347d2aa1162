// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/statistics/statistics.h"
#include "turso/workspace/databasefile.h"
#include "turso/workspace/registry.h"
#include "turso/workspace/workers.h"
#include "turso/workspace/workspace.h"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace Turso
{

/// What sessions and worker threads share of a workspace.
class Workspace::Core
{
public:
    Core(WorkspaceOptions options, std::unique_ptr<Embedded::Registry> registry);
    ~Core() { stop(); }
    Core(const Core &) = delete;
    Core &operator=(const Core &) = delete;

    void start();
    void stop();

    std::vector<Group> groups() const { return m_registry->groups(); }
    std::vector<Database> databases() const;
    Base::Result<Database> database(const std::string &name) const;
    std::shared_ptr<Embedded::DatabaseFile> file(const std::string &name) const;
    void postWork(Embedded::Workers::Job job) { m_writers.post(std::move(job)); }
    void postBranch(Embedded::Workers::Job job) { m_branchers.post(std::move(job)); }

    Base::Result<Database> create(const NewDatabase &wanted);
    Base::Result<Database> branch(const NewBranch &wanted);
    Base::Result<std::vector<Database>> branches(const std::string &name) const;
    Base::Result<Configured> configure(const std::string &name, const ConfigurationChange &change);
    Base::Result<Group> createGroup(const std::string &name);
    Base::Result<Group> deleteGroup(const std::string &name);
    Base::Result<Group> protectGroup(const std::string &name, bool isProtected);
    Base::Result<Analytics> analytics(const std::string &id, Base::Millis from, Base::Millis to);
    void postRead(Embedded::Workers::Job job) { m_readers.post(std::move(job)); }
    /// Runs as the database's writer.
    Base::Result<std::string> remove(const std::string &name);

private:
    void sweep(const std::string &except);
    std::string trash() const;
    void forgetGone();
    void startDemo();
    void makeDemo(const std::shared_ptr<Embedded::DatabaseFile> &file);
    void closeIdle();
    std::shared_ptr<Embedded::DatabaseFile> openFile(const Database &database, bool isReady);
    std::string folderOf(const std::string &id) const;
    Base::Result<Database> described(const NewDatabase &wanted) const;
    Base::Result<Database> describedBranch(const NewBranch &wanted, const Database &source) const;
    bool isTaken(const std::string &name) const;
    Base::Result<Database> added(const Database &database);
    Base::Result<void> checkProtection(const Database &database) const;
    const Base::Clock &clock() const;
    Base::Millis now() const;

    const WorkspaceOptions m_options;
    const Base::SystemClock m_systemClock;
    Statistics m_statistics;
    const std::unique_ptr<Embedded::Registry> m_registry;
    std::mutex m_changing; ///< what databases there are and how they are configured
    std::set<std::string> m_branchNames; ///< of branches that are being made
    mutable std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<Embedded::DatabaseFile>> m_files;
    std::optional<Database> m_demo; ///< while it is being made
    Embedded::Workers m_readers;
    Embedded::Workers m_writers;
    Embedded::Workers m_streamers;
    Embedded::Workers m_branchers;
};

} // namespace Turso
