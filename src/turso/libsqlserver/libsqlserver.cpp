// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/libsqlserver.h"

#include "turso/libsqlserver/core.h"
#include "turso/workspace/files.h"

#include <utility>

namespace Turso
{

namespace
{

constexpr char kGroup[] = "default";
constexpr char kGroupId[] = "default"; ///< the server knows of no groups

} // namespace

LibsqlServer::LibsqlServer(std::unique_ptr<Core> core)
    : m_core(std::move(core))
{
}

LibsqlServer::~LibsqlServer() = default;

Base::Result<std::unique_ptr<LibsqlServer>> LibsqlServer::open(LibsqlServerOptions options)
{
    while (options.url.ends_with('/'))
        options.url.pop_back();
    while (options.adminUrl.ends_with('/'))
        options.adminUrl.pop_back();
    if (auto made = Embedded::makeFolder(options.folder); !made)
        return tl::unexpected(std::move(made).error());
    auto store = SelfHosted::ServerStore::open(options.folder + "/server.db");
    if (!store)
        return tl::unexpected(std::move(store).error());
    auto entries = (*store)->entries();
    if (!entries)
        return tl::unexpected(std::move(entries).error());
    return std::unique_ptr<LibsqlServer>(new LibsqlServer(
        std::make_unique<Core>(std::move(options), std::move(*store), std::move(*entries))));
}

Capabilities LibsqlServer::capabilities() const
{
    return m_core->capabilities();
}

Organization LibsqlServer::organization() const
{
    return m_core->organization();
}

Base::Pending<std::vector<Group>> LibsqlServer::groups()
{
    return Base::readyNow<std::vector<Group>>(std::vector<Group>{{kGroup, kGroupId}});
}

Base::Pending<std::vector<Database>> LibsqlServer::databases(std::string group)
{
    if (!group.empty() && group != kGroup)
        return Base::readyNow<std::vector<Database>>(std::vector<Database>());
    return m_core->databases();
}

Base::Pending<DatabasePage> LibsqlServer::databasePage(std::string group, int limit,
                                                       std::string cursor)
{
    if (!group.empty() && group != kGroup)
        return Base::readyNow<DatabasePage>(DatabasePage());
    return m_core->page(limit, cursor);
}

Base::Pending<Database> LibsqlServer::database(std::string name)
{
    return m_core->database(name);
}

Base::Pending<Database> LibsqlServer::createDatabase(NewDatabase database)
{
    return m_core->create(database);
}

Base::Pending<std::string> LibsqlServer::deleteDatabase(std::string name)
{
    return m_core->remove(name);
}

Base::Pending<Configured> LibsqlServer::configureDatabase(std::string name,
                                                          ConfigurationChange change)
{
    return m_core->configure(name, change);
}

Base::Pending<Database> LibsqlServer::createBranch(NewBranch branch)
{
    return m_core->branch(branch);
}

Base::Pending<std::vector<Database>> LibsqlServer::branches(std::string database)
{
    return m_core->branches(database);
}

Base::Pending<Analytics> LibsqlServer::analytics(std::string database, Base::Millis from,
                                                 Base::Millis to)
{
    return m_core->analytics(database, from, to);
}

Base::Pending<Health> LibsqlServer::check()
{
    return m_core->check();
}

std::unique_ptr<Session> LibsqlServer::openSession(std::string database, Privilege privilege)
{
    return m_core->open(database, privilege);
}

} // namespace Turso
