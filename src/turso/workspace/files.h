// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

struct sqlite3;

/// Files and folders of the workspace, made so that a power failure leaves either all or nothing.
namespace Turso::Embedded
{

/// 0700 and everything above it.
Base::Result<void> makeFolder(const std::string &folder);

/// Makes `folder`/data.db with `fill` in one transaction: in a folder beside it that is renamed
/// when its content is on the disk, with its archive, which begins at `since`. What an earlier
/// attempt left is removed. `fill` may be empty; false fails.
Base::Result<void> createDatabaseFolder(const std::string &folder, Base::Millis since,
                                        const std::function<bool(sqlite3 *)> &fill);

/// The same with what `make` makes in the folder that it is given: data.db, and what belongs to it,
/// synced.
Base::Result<void>
makeDatabaseFolder(const std::string &folder,
                   const std::function<Base::Result<void>(const std::string &)> &make);

/// What an interruption has left among the databases' folders, by name: folders that were being
/// made, and whole ones that nobody refers to.
struct Leftovers {
    std::vector<std::string> halfMade = {};
    std::vector<std::string> orphans = {};
};
/// `known`: the folders that belong there.
Leftovers leftoversIn(const std::string &databases, const std::set<std::string> &known);

/// Moves the folder of the database `id` into `trash`, marked with its name and the time.
Base::Result<void> moveToTrash(const std::string &folder, const std::string &trash,
                               const std::string &name, const std::string &id, Base::Millis now);

/// The ids of the databases in it.
std::set<std::string> idsInTrash(const std::string &trash);

/// Removes what was moved into the trash before `time`.
void emptyTrash(const std::string &trash, Base::Millis time);

/// Makes a file's or folder's content durable.
bool syncPath(const std::string &path);

/// The file of a database within its folder.
std::string dataFile(const std::string &folder);

} // namespace Turso::Embedded
