// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/workspace.h"

#include "turso/workspace/files.h"
#include "turso/workspace/workspacecore.h"

#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Embedded::Call;
using Embedded::Reply;

namespace
{

/// What `work` answers on the thread that `post` finds for it.
template <typename T, typename Post, typename Work>
Base::Pending<T> promised(Post post, Work work)
{
    auto promise = std::make_shared<QPromise<Base::Result<T>>>();
    promise->start();
    auto future = promise->future();
    post([promise, work = std::move(work)] {
        promise->addResult(work());
        promise->finish();
    });
    return future;
}

} // namespace

/// A session: remembers what it may and finds its database anew for each script.
class Workspace::Connected final : public Session
{
public:
    Connected(std::weak_ptr<Core> core, std::string database, Privilege privilege)
        : m_core(std::move(core))
        , m_database(std::move(database))
        , m_privilege(privilege)
    {
    }

    Base::Pending<Outcome> execute(Script script, Base::CancelToken cancel) override
    {
        const auto core = m_core.lock();
        if (!core)
            return answer(ErrorKind::Cancelled, "The workspace has been closed.");
        const auto file = core->file(m_database);
        if (!file)
            return answer(ErrorKind::NotFound,
                          "could not find database with name " + m_database + ": record not found");
        auto call = std::make_shared<Call>();
        call->reply = std::make_shared<Reply>();
        call->privilege = m_privilege;
        call->submitted = std::chrono::steady_clock::now();
        call->deadline = call->submitted + script.limits.timeout;
        call->script = std::move(script);
        auto future = call->reply->future();
        // Holds the reply, not the call: the call holds the registration.
        call->registration = cancel.onCancel([reply = call->reply] {
            if (reply->take())
                reply->give(fail(ErrorKind::Cancelled,
                                 "The call was cancelled before it ran; nothing was changed."));
        });
        call->cancel = std::move(cancel);
        file->submit(std::move(call));
        return future;
    }

private:
    static Base::Pending<Outcome> answer(ErrorKind kind, std::string message)
    {
        return Base::readyNow<Outcome>(fail(kind, std::move(message)));
    }

    const std::weak_ptr<Core> m_core;
    const std::string m_database;
    const Privilege m_privilege;
};

Workspace::Workspace(std::shared_ptr<Core> core)
    : m_core(std::move(core))
{
}

Workspace::~Workspace()
{
    m_core->stop();
}

Base::Result<std::unique_ptr<Workspace>> Workspace::open(WorkspaceOptions options)
{
    if (auto made = Embedded::makeFolder(options.folder + "/databases"); !made)
        return tl::unexpected(std::move(made).error());
    auto registry = Embedded::Registry::open(options.folder + "/registry.db");
    if (!registry)
        return tl::unexpected(std::move(registry).error());
    auto core = std::make_shared<Core>(std::move(options), std::move(*registry));
    core->start();
    return std::unique_ptr<Workspace>(new Workspace(std::move(core)));
}

Capabilities Workspace::capabilities() const
{
    return {.groups = true,
            .createDatabases = true,
            .branches = true,
            .pointInTime = true,
            .configuration = true,
            .analytics = true,
            .rolledBackDryRun = true};
}

Organization Workspace::organization() const
{
    return {"local", "Local workspace"};
}

Base::Pending<std::vector<Group>> Workspace::groups()
{
    return Base::readyNow<std::vector<Group>>(m_core->groups());
}

Base::Pending<std::vector<Database>> Workspace::databases(std::string group)
{
    std::vector<Database> all = m_core->databases();
    if (!group.empty())
        std::erase_if(all, [&group](const Database &database) { return database.group != group; });
    return Base::readyNow<std::vector<Database>>(std::move(all));
}

Base::Pending<Database> Workspace::database(std::string name)
{
    return Base::readyNow<Database>(m_core->database(name));
}

Base::Pending<Database> Workspace::createDatabase(NewDatabase database)
{
    return promised<Database>(
        [this](auto job) { m_core->postWork(std::move(job)); },
        [core = m_core.get(), database = std::move(database)] { return core->create(database); });
}

Base::Pending<std::string> Workspace::deleteDatabase(std::string name)
{
    const auto file = m_core->file(name);
    if (!file)
        return Base::readyNow<std::string>(
            fail(ErrorKind::NotFound,
                 "could not find database with name " + name + ": record not found"));
    return promised<std::string>(
        [&file](auto job) { file->postWriter(std::move(job)); },
        [core = m_core.get(), name = std::move(name)] { return core->remove(name); });
}

Base::Pending<Configured> Workspace::configureDatabase(std::string name, ConfigurationChange change)
{
    return promised<Configured>(
        [this](auto job) { m_core->postWork(std::move(job)); },
        [core = m_core.get(), name = std::move(name), change = std::move(change)] {
            return core->configure(name, change);
        });
}

Base::Pending<Group> Workspace::createGroup(std::string name)
{
    return promised<Group>(
        [this](auto job) { m_core->postWork(std::move(job)); },
        [core = m_core.get(), name = std::move(name)] { return core->createGroup(name); });
}

Base::Pending<Group> Workspace::deleteGroup(std::string name)
{
    return promised<Group>(
        [this](auto job) { m_core->postWork(std::move(job)); },
        [core = m_core.get(), name = std::move(name)] { return core->deleteGroup(name); });
}

Base::Pending<Group> Workspace::protectGroup(std::string name, bool isProtected)
{
    return promised<Group>([this](auto job) { m_core->postWork(std::move(job)); },
                           [core = m_core.get(), name = std::move(name), isProtected] {
                               return core->protectGroup(name, isProtected);
                           });
}

std::shared_ptr<Embedded::DatabaseFile> Workspace::databaseFile(const std::string &name) const
{
    return m_core->file(name);
}

std::string Workspace::groupIdOf(const std::string &database) const
{
    return m_core->groupIdOf(database);
}

Base::Pending<Analytics> Workspace::analytics(std::string database, Base::Millis from,
                                              Base::Millis to)
{
    auto found = m_core->database(database);
    if (!found)
        return Base::readyNow<Analytics>(tl::unexpected(std::move(found).error()));
    return promised<Analytics>([this](auto job) { m_core->postRead(std::move(job)); },
                               [core = m_core.get(), id = std::move(found->id), from, to] {
                                   return core->analytics(id, from, to);
                               });
}

Base::Pending<Database> Workspace::createBranch(NewBranch branch)
{
    return promised<Database>(
        [this](auto job) { m_core->postBranch(std::move(job)); },
        [core = m_core.get(), branch = std::move(branch)] { return core->branch(branch); });
}

Base::Pending<std::vector<Database>> Workspace::branches(std::string database)
{
    return Base::readyNow<std::vector<Database>>(m_core->branches(database));
}

std::unique_ptr<Session> Workspace::openSession(std::string database, Privilege privilege)
{
    return std::make_unique<Connected>(m_core, std::move(database), privilege);
}

} // namespace Turso
