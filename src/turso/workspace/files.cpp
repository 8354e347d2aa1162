// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/files.h"

#include "turso/workspace/archive/archive.h"
#include "turso/workspace/engineerror.h"

#include <sqlite3.h>

#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace Turso::Embedded
{

namespace fs = std::filesystem;

namespace
{

constexpr char kHalfMade[] = ".new-";
constexpr std::size_t kIdLetters = 36;

Base::Result<void> failedTo(const std::string &what, const std::error_code &error)
{
    return Base::fail(Base::ErrorKind::UpstreamError,
                      "Cannot " + what + ": " + error.message() + ".",
                      "Look at the disk's space and the folder's permissions.");
}

bool execute(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

Base::Result<void> fillFile(const std::string &path, const std::function<bool(sqlite3 *)> &fill)
{
    sqlite3 *db = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    // No journal and no syncing: until the folder is renamed nobody knows the file.
    bool done = sqlite3_open_v2(path.c_str(), &db, flags, nullptr) == SQLITE_OK
        && execute(db,
                   "PRAGMA page_size=4096; PRAGMA encoding='UTF-8'; PRAGMA auto_vacuum=0;"
                   "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN IMMEDIATE");
    done = done && (!fill || fill(db)) && execute(db, "COMMIT; PRAGMA journal_mode=WAL");
    Base::Error error;
    if (!done)
        error = engineError(db, sqlite3_extended_errcode(db), nullptr);
    sqlite3_close(db);
    if (!done)
        return tl::unexpected(std::move(error));
    return {};
}

} // namespace

bool syncPath(const std::string &path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool synced = ::fsync(file) == 0;
    ::close(file);
    return synced;
}

std::string dataFile(const std::string &folder)
{
    return folder + "/data.db";
}

Base::Result<void> makeFolder(const std::string &folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return failedTo("make the folder " + folder, error);
    fs::permissions(folder, fs::perms::owner_all, error);
    return {};
}

Base::Result<void> createDatabaseFolder(const std::string &folder, Base::Millis since,
                                        const std::function<bool(sqlite3 *)> &fill)
{
    return makeDatabaseFolder(folder, [since, &fill](const std::string &made) {
        auto filled = fillFile(dataFile(made), fill);
        return filled ? Archive::begin(made, since) : filled;
    });
}

Base::Result<void>
makeDatabaseFolder(const std::string &folder,
                   const std::function<Base::Result<void>(const std::string &)> &make)
{
    const fs::path parent = fs::path(folder).parent_path();
    const std::string temporary
        = (parent / (kHalfMade + fs::path(folder).filename().string())).string();
    std::error_code error;
    fs::remove_all(temporary, error);
    fs::remove_all(folder, error);
    if (auto made = makeFolder(temporary); !made)
        return made;
    if (auto filled = make(temporary); !filled) {
        fs::remove_all(temporary, error);
        return filled;
    }
    if (!syncPath(dataFile(temporary)) || !syncPath(temporary)) {
        fs::remove_all(temporary, error);
        return Base::fail(Base::ErrorKind::UpstreamError,
                          "The database's file could not be written to the disk.");
    }
    fs::rename(temporary, folder, error);
    if (error)
        return failedTo("make the folder " + folder, error);
    syncPath(parent.string());
    return {};
}

Leftovers leftoversIn(const std::string &databases, const std::set<std::string> &known)
{
    Leftovers found;
    std::error_code error;
    for (fs::directory_iterator entry(databases, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(kHalfMade))
            found.halfMade.push_back(name);
        else if (name.size() == kIdLetters && !known.contains(name)) // what is not ours stays
            found.orphans.push_back(name);
    }
    return found;
}

Base::Result<void> moveToTrash(const std::string &folder, const std::string &trash,
                               const std::string &name, const std::string &id, Base::Millis now)
{
    if (auto made = makeFolder(trash); !made)
        return made;
    std::error_code error;
    fs::rename(folder, trash + '/' + name + '-' + std::to_string(now) + '-' + id, error);
    if (error)
        return failedTo("move the database to the trash", error);
    syncPath(trash);
    syncPath(fs::path(folder).parent_path().string());
    return {};
}

std::set<std::string> idsInTrash(const std::string &trash)
{
    std::set<std::string> ids;
    std::error_code error;
    for (fs::directory_iterator entry(trash, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.size() > kIdLetters)
            ids.insert(name.substr(name.size() - kIdLetters));
    }
    return ids;
}

void emptyTrash(const std::string &trash, Base::Millis time)
{
    std::error_code error;
    for (fs::directory_iterator entry(trash, error), end; !error && entry != end;
         entry.increment(error)) {
        // <name>-<milliseconds>-<id>, and names have dashes too.
        const std::string name = entry->path().filename().string();
        if (name.size() < kIdLetters + 2)
            continue;
        const std::string stamped = name.substr(0, name.size() - kIdLetters - 1);
        Base::Millis movedAt = 0;
        const char *stop = stamped.data() + stamped.size();
        const auto [read, failed]
            = std::from_chars(stamped.data() + stamped.rfind('-') + 1, stop, movedAt);
        std::error_code ignored;
        if (failed == std::errc() && read == stop && movedAt < time)
            fs::remove_all(entry->path(), ignored);
    }
}

} // namespace Turso::Embedded
