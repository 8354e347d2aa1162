// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <functional>
#include <string>

struct sqlite3;

/// Files and folders of the workspace, made so that a power failure leaves either all or nothing.
namespace Turso::Embedded
{

/// 0700 and everything above it.
Base::Result<void> makeFolder(const std::string &folder);

/// Makes `folder`/data.db with `fill` in one transaction: in a folder beside it that is renamed
/// when its content is on the disk. What an earlier attempt left is removed. `fill` may be empty;
/// false fails.
Base::Result<void> createDatabaseFolder(const std::string &folder,
                                        const std::function<bool(sqlite3 *)> &fill);

/// Moves a folder into `trash` under a name of its own.
Base::Result<void> moveToTrash(const std::string &folder, const std::string &trash,
                               const std::string &name);

/// Removes what has been in the trash for longer than `days`.
void emptyTrash(const std::string &trash, int days);

/// Makes a file's or folder's content durable.
bool syncPath(const std::string &path);

/// The file of a database within its folder.
std::string dataFile(const std::string &folder);

} // namespace Turso::Embedded
