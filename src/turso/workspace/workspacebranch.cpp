// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/restore.h"
#include "turso/workspace/files.h"
#include "turso/workspace/names.h"
#include "turso/workspace/workspacecore.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::fail;

/// A branch is in its source's group and has its size limit. Whom its source shuts out must not get
/// in by way of a copy: reads that are blocked and allow-rules hold for it as well. Protection and
/// blocked writes are the source's own: a branch is there to be written and thrown away.
Base::Result<Database> Workspace::Core::describedBranch(const NewBranch &wanted,
                                                        const Database &source) const
{
    if (wanted.name == wanted.database)
        return fail(ErrorKind::InvalidArgument,
                    "A branch needs another name than the database that it comes from.", {},
                    R"({"argument":"name"})");
    NewDatabase copy;
    copy.name = wanted.name;
    copy.group = wanted.group.empty() ? source.group : wanted.group;
    copy.sizeLimit = source.configuration.sizeLimit;
    auto branch = described(copy);
    if (!branch)
        return branch;
    branch->configuration.blockReads = source.configuration.blockReads;
    branch->configuration.allowedIps = source.configuration.allowedIps;
    branch->configuration.allowedAwsVpcIds = source.configuration.allowedAwsVpcIds;
    branch->parent = ParentDatabase{source.id, source.name, 0};
    return branch;
}

Base::Result<Database> Workspace::Core::branch(const NewBranch &wanted)
{
    std::unique_lock changing(m_changing);
    const auto source = m_registry->find(wanted.database);
    const auto opened = file(wanted.database);
    if (!source || !opened)
        return fail(ErrorKind::NotFound,
                    "could not find database with name " + wanted.database + ": record not found");
    auto branch = describedBranch(wanted, *source);
    if (!branch)
        return branch;
    if (isTaken(branch->name))
        return fail(ErrorKind::AlreadyExists,
                    "database with name " + branch->name + " already exists");
    m_branchNames.insert(branch->name);
    changing.unlock(); // the copy can take its time

    const std::string folder = folderOf(branch->id);
    auto made = opened->runBeside([&](Embedded::Connection &connection, Embedded::Archive &archive,
                                      const std::atomic<bool> &stopped) -> Base::Result<void> {
        auto state = archive.find(wanted.timestamp);
        if (!state)
            return tl::unexpected(std::move(state).error());
        branch->parent->branchedAt = state->at;
        return Embedded::makeDatabaseFolder(folder, [&](const std::string &temporary) {
            return Embedded::restoreState(*state, connection, temporary,
                                          branch->createdAt.value_or(0), stopped);
        });
    });

    changing.lock();
    m_branchNames.erase(branch->name);
    if (!made)
        return tl::unexpected(std::move(made).error());
    // What its source has shut meanwhile is shut here too.
    if (const auto now = m_registry->find(wanted.database); now && now->id == source->id) {
        branch->configuration.blockReads = now->configuration.blockReads;
        branch->configuration.allowedIps = now->configuration.allowedIps;
        branch->configuration.allowedAwsVpcIds = now->configuration.allowedAwsVpcIds;
    }
    return added(*branch);
}

Base::Result<std::vector<Database>> Workspace::Core::branches(const std::string &name) const
{
    const auto source = database(name);
    if (!source)
        return tl::unexpected(source.error());
    std::vector<Database> found = databases();
    std::erase_if(found, [&source](const Database &database) {
        return !database.parent || database.parent->id != source->id;
    });
    return found;
}

} // namespace Turso
