// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/workspacecore.h"

#include "base/logging.h"
#include "turso/sizelimit.h"
#include "turso/workspace/configuration.h"
#include "turso/workspace/demo.h"
#include "turso/workspace/files.h"
#include "turso/workspace/names.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Embedded::DatabaseFile;

namespace
{

constexpr std::size_t kThreads = 4;
/// Branches copy files: more at a time would only be in each other's way.
constexpr std::size_t kBranchers = 2;
constexpr Base::Millis kTrashTime = 7LL * 24 * 60 * 60 * 1000;
// Fixed, so that a first start that was killed finds and clears what it left behind.
constexpr char kDemoId[] = "5b0fde40-2c1e-4f7a-9d55-64656d6f0001";

Base::Error noSuchDatabase(const std::string &name)
{
    return {ErrorKind::NotFound,
            "could not find database with name " + name + ": record not found"};
}

} // namespace

Workspace::Core::Core(WorkspaceOptions options, std::unique_ptr<Embedded::Registry> registry)
    : m_options(std::move(options))
    , m_statistics({.path = m_options.folder + "/statistics.db"},
                   [this](auto job) { m_writers.post(std::move(job)); })
    , m_registry(std::move(registry))
    , m_readers(kThreads, m_options.idleTime, [this] { closeIdle(); })
    , m_writers(kThreads, m_options.idleTime, [this] { closeIdle(); })
    , m_streamers(kThreads, m_options.idleTime, [this] { closeIdle(); })
    , m_branchers(kBranchers, m_options.idleTime, [this] { closeIdle(); })
{
}

const Base::Clock &Workspace::Core::clock() const
{
    return m_options.clock != nullptr ? *m_options.clock : m_systemClock;
}

Base::Millis Workspace::Core::now() const
{
    return clock().now();
}

std::string Workspace::Core::folderOf(const std::string &id) const
{
    return m_options.folder + "/databases/" + id;
}

std::string Workspace::Core::trash() const
{
    return m_options.folder + "/trash";
}

std::shared_ptr<DatabaseFile> Workspace::Core::openFile(const Database &database, bool isReady)
{
    auto file = std::make_shared<DatabaseFile>(
        Embedded::dataFile(folderOf(database.id)), database.configuration,
        Embedded::Threads{m_readers, m_writers, m_streamers},
        Embedded::Reporting{m_statistics, clock(), database.id},
        std::make_shared<Embedded::Archive>(folderOf(database.id), clock(), m_options.archive),
        isReady);
    const std::lock_guard lock(m_mutex);
    m_files[database.name] = file;
    return file;
}

void Workspace::Core::start()
{
    for (const Database &database : m_registry->databases())
        openFile(database, true);
    const bool makesDemo
        = m_options.seedDemo && !m_registry->hasDemo() && !m_registry->find(Embedded::kDemoName);
    sweep(makesDemo ? kDemoId : std::string());
    if (makesDemo)
        startDemo();
}

/// What an interruption left is looked for now, when nothing is being made yet, and cleared away in
/// the background. What was being made goes; what nobody refers to may be what a person still
/// wants, and has its time in the trash.
void Workspace::Core::sweep(const std::string &except)
{
    std::set<std::string> known = {except};
    for (const Database &database : m_registry->databases())
        known.insert(database.id);
    const std::string databases = m_options.folder + "/databases";
    auto found = Embedded::leftoversIn(databases, known);
    std::erase_if(found.halfMade, [&except](const std::string &name) {
        return !except.empty() && name.ends_with(except);
    });
    std::error_code none;
    if (found.halfMade.empty() && found.orphans.empty() && !std::filesystem::exists(trash(), none))
        return;
    postWork([this, databases, found = std::move(found)] {
        for (const std::string &name : found.halfMade) {
            std::error_code ignored;
            std::filesystem::remove_all(databases + '/' + name, ignored);
        }
        for (const std::string &id : found.orphans) {
            const auto moved
                = Embedded::moveToTrash(databases + '/' + id, trash(), "unnamed", id, now());
            if (!moved)
                qCWarning(logWorkspace, "A folder that no database uses stays: %s",
                          moved.error().message.c_str());
        }
        Embedded::emptyTrash(trash(), now() - kTrashTime);
        const std::lock_guard changing(m_changing);
        forgetGone();
    });
}

/// The figures of a database stay as long as it can come back from the trash. Nothing may be
/// created meanwhile.
void Workspace::Core::forgetGone()
{
    std::set<std::string> known = Embedded::idsInTrash(trash());
    for (const Database &database : m_registry->databases())
        known.insert(database.id);
    m_statistics.keepOnly(known);
}

Base::Result<Analytics> Workspace::Core::analytics(const std::string &id, Base::Millis from,
                                                   Base::Millis to)
{
    return m_statistics.figures(id, from, to);
}

void Workspace::Core::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[name, file] : m_files)
            file->stop();
    }
    m_readers.stop();
    m_writers.stop();
    m_streamers.stop();
    m_branchers.stop();
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[name, file] : m_files)
            file->dropWaiting();
    }
    closeIdle();
}

void Workspace::Core::startDemo()
{
    Database demo;
    demo.id = kDemoId;
    demo.name = Embedded::kDemoName;
    const std::vector<Group> groups = m_registry->groups();
    demo.group = groups.front().name;
    demo.engine = "libsql";
    demo.hostname = demo.name + "-local.localhost";
    demo.region = "local";
    demo.createdAt = now();
    const auto file = openFile(demo, false);
    {
        const std::lock_guard lock(m_mutex);
        m_demo = std::move(demo);
    }
    m_writers.post([this, file] { makeDemo(file); });
}

void Workspace::Core::makeDemo(const std::shared_ptr<DatabaseFile> &file)
{
    const std::lock_guard changing(m_changing);
    const Database demo = *m_demo;
    auto made = Embedded::createDatabaseFolder(folderOf(demo.id), demo.createdAt.value_or(0),
                                               &Embedded::fillDemo);
    if (made)
        made = m_registry->add(demo, true);
    {
        const std::lock_guard lock(m_mutex);
        m_demo.reset();
        if (!made)
            m_files.erase(demo.name);
    }
    if (made)
        return file->setReady();
    qCWarning(logWorkspace, "The demo database could not be made: %s",
              made.error().message.c_str());
    file->fail(made.error());
}

void Workspace::Core::closeIdle()
{
    std::vector<std::shared_ptr<DatabaseFile>> files;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[name, file] : m_files)
            files.push_back(file);
    }
    for (const auto &file : files)
        file->closeIdle();
    m_statistics.close();
}

std::vector<Database> Workspace::Core::databases() const
{
    std::vector<Database> all = m_registry->databases();
    for (Database &database : all) {
        std::error_code error;
        const auto size
            = std::filesystem::file_size(Embedded::dataFile(folderOf(database.id)), error);
        if (!error)
            database.sizeBytes = static_cast<std::int64_t>(size);
    }
    const std::lock_guard lock(m_mutex);
    if (m_demo && std::none_of(all.begin(), all.end(), [this](const Database &other) {
            return other.name == m_demo->name;
        }))
        all.push_back(*m_demo);
    std::sort(all.begin(), all.end(),
              [](const Database &a, const Database &b) { return a.name < b.name; });
    return all;
}

Base::Result<Database> Workspace::Core::database(const std::string &name) const
{
    for (const Database &database : databases()) {
        if (database.name == name)
            return database;
    }
    return tl::unexpected(noSuchDatabase(name));
}

std::shared_ptr<DatabaseFile> Workspace::Core::file(const std::string &name) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_files.find(name);
    return found == m_files.end() ? nullptr : found->second;
}

Base::Result<Database> Workspace::Core::described(const NewDatabase &wanted) const
{
    if (auto checked = Embedded::checkName(wanted.name); !checked)
        return tl::unexpected(std::move(checked).error());
    if (wanted.useTursodb)
        return fail(ErrorKind::Unsupported,
                    "The workspace has SQLite databases (engine libsql) only.",
                    "Leave use_tursodb out, or use a connection to Turso Cloud.");
    const std::vector<Group> groups = m_registry->groups();
    Database database;
    database.group = wanted.group.empty() ? groups.front().name : wanted.group;
    if (std::none_of(groups.begin(), groups.end(),
                     [&database](const Group &group) { return group.name == database.group; }))
        return fail(ErrorKind::NotFound, "group not found");
    if (wanted.sizeLimit && *wanted.sizeLimit < kPageSize)
        return fail(ErrorKind::InvalidArgument, "A size limit is at least 4096 bytes.");
    if (wanted.sizeLimit)
        database.configuration.sizeLimit = *wanted.sizeLimit - *wanted.sizeLimit % kPageSize;
    database.name = wanted.name;
    database.id = Embedded::newDatabaseId();
    database.engine = "libsql";
    database.hostname = database.name + "-local.localhost";
    database.region = "local";
    database.createdAt = now();
    return database;
}

Base::Result<Database> Workspace::Core::create(const NewDatabase &wanted)
{
    const std::lock_guard changing(m_changing);
    auto database = described(wanted);
    if (!database)
        return database;
    if (isTaken(database->name))
        return fail(ErrorKind::AlreadyExists,
                    "database with name " + database->name + " already exists");
    if (auto made = Embedded::createDatabaseFolder(folderOf(database->id),
                                                   database->createdAt.value_or(0), {});
        !made)
        return tl::unexpected(std::move(made).error());
    return added(*database);
}

bool Workspace::Core::isTaken(const std::string &name) const
{
    return file(name) != nullptr || m_branchNames.contains(name);
}

/// The folder is there: it becomes a database.
Base::Result<Database> Workspace::Core::added(const Database &database)
{
    if (auto added = m_registry->add(database, false); !added) {
        std::error_code ignored;
        std::filesystem::remove_all(folderOf(database.id), ignored);
        return tl::unexpected(std::move(added).error());
    }
    openFile(database, true);
    return this->database(database.name);
}

Base::Result<void> Workspace::Core::checkProtection(const Database &database) const
{
    if (database.configuration.deleteProtection)
        return fail(ErrorKind::Protected,
                    "database " + database.name + " is delete-protected and cannot be deleted",
                    "A person can lift the protection in its configuration.");
    for (const Group &group : m_registry->groups()) {
        if (group.name == database.group && group.deleteProtection)
            return fail(ErrorKind::Protected,
                        "group " + group.name + " is delete-protected and cannot be deleted",
                        "A person can lift the group's protection.");
    }
    return {};
}

Base::Result<Configured> Workspace::Core::configure(const std::string &name,
                                                    const ConfigurationChange &change)
{
    const std::lock_guard changing(m_changing);
    const auto database = m_registry->find(name);
    const auto opened = file(name);
    if (!database || !opened)
        return tl::unexpected(noSuchDatabase(name));
    Configured done;
    DatabaseConfiguration configuration = database->configuration;
    auto changed = Embedded::applyChange(configuration, change);
    if (!changed)
        return tl::unexpected(std::move(changed).error());
    done.changed = std::move(*changed);
    if (!done.changed.empty()) {
        if (auto written = m_registry->configure(name, configuration); !written)
            return tl::unexpected(std::move(written).error());
        opened->configure(configuration);
    }
    if (change.allowedAwsVpcIds && !configuration.allowedAwsVpcIds.empty())
        done.note = "allowed_aws_vpc_ids is kept, but there are no VPCs on this machine, so it has "
                    "no effect here.";
    auto after = this->database(name);
    if (!after)
        return tl::unexpected(std::move(after).error());
    done.database = std::move(*after);
    return done;
}

Base::Result<Group> Workspace::Core::createGroup(const std::string &name)
{
    if (auto checked = Embedded::checkName(name); !checked)
        return tl::unexpected(std::move(checked).error());
    const std::lock_guard changing(m_changing);
    for (const Group &group : m_registry->groups()) {
        if (group.name == name)
            return fail(ErrorKind::AlreadyExists, "group already exists");
    }
    Group group{name, Embedded::newDatabaseId()};
    if (auto added = m_registry->addGroup(group); !added)
        return tl::unexpected(std::move(added).error());
    return group;
}

Base::Result<Group> Workspace::Core::deleteGroup(const std::string &name)
{
    const std::lock_guard changing(m_changing);
    const std::vector<Group> groups = m_registry->groups();
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&name](const Group &one) { return one.name == name; });
    if (group == groups.end())
        return fail(ErrorKind::NotFound, "group not found");
    if (group->deleteProtection)
        return fail(ErrorKind::Protected,
                    "group " + name + " is delete-protected and cannot be deleted",
                    "A person can lift the group's protection.");
    const std::vector<Database> all = databases();
    if (std::any_of(all.begin(), all.end(),
                    [&name](const Database &database) { return database.group == name; }))
        return fail(ErrorKind::Protected, "group " + name + " still has databases",
                    "Delete its databases first.");
    if (groups.size() == 1)
        return fail(ErrorKind::Protected,
                    "group " + name + " is the only group and cannot be deleted",
                    "Create another group first.");
    if (auto removed = m_registry->removeGroup(name); !removed)
        return tl::unexpected(std::move(removed).error());
    return *group;
}

Base::Result<Group> Workspace::Core::protectGroup(const std::string &name, bool isProtected)
{
    const std::lock_guard changing(m_changing);
    for (Group &group : m_registry->groups()) {
        if (group.name != name)
            continue;
        if (auto written = m_registry->protectGroup(name, isProtected); !written)
            return tl::unexpected(std::move(written).error());
        group.deleteProtection = isProtected;
        return group;
    }
    return fail(ErrorKind::NotFound, "group not found");
}

Base::Result<std::string> Workspace::Core::remove(const std::string &name)
{
    const std::lock_guard changing(m_changing);
    const auto database = m_registry->find(name);
    const auto opened = file(name);
    if (!database || !opened)
        return tl::unexpected(noSuchDatabase(name));
    if (auto allowed = checkProtection(*database); !allowed)
        return tl::unexpected(std::move(allowed).error());
    opened->close();
    const std::string folder = folderOf(database->id);
    // The registry first: what is left of a crash in between is a folder that nobody refers to,
    // never a name without its folder.
    if (auto removed = m_registry->remove(name); !removed) {
        opened->reopen();
        return tl::unexpected(std::move(removed).error());
    }
    {
        const std::lock_guard lock(m_mutex);
        m_files.erase(name);
    }
    if (const auto moved = Embedded::moveToTrash(folder, trash(), name, database->id, now());
        !moved)
        qCWarning(logWorkspace, "A deleted database stays in its folder until the next start: %s",
                  moved.error().message.c_str());
    Embedded::emptyTrash(trash(), now() - kTrashTime);
    forgetGone();
    return name;
}

} // namespace Turso
