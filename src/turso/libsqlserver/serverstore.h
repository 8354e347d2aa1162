// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/types.h"
#include "turso/workspace/connection.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace Turso::SelfHosted
{

/// What this app knows of one database of a server, and the server does not.
struct Entry {
    std::string name;
    std::string id;
    std::optional<Base::Millis> createdAt = {}; ///< where this app made it
    std::optional<ParentDatabase> parent = {};
    /// The exact size limit that was set here; protection and allow-rules. Blocks are the server's.
    DatabaseConfiguration kept = {};
    bool isGone = false; ///< the server had none of that name when it was asked last
};

/// One statement's figures in one hour of a server.
struct HourFigures {
    std::string fingerprint;
    std::string query; ///< normalised
    double totalMs = 0;
    std::int64_t count = 0;
    std::int64_t rowsRead = 0;
    std::int64_t rowsWritten = 0;
};

/// What a server had counted since `begunAt` when it was asked at `takenAt`; it begins anew with
/// every full hour.
struct HourSnapshot {
    std::string id; ///< the server's name of this hour's count
    Base::Millis begunAt = 0;
    Base::Millis takenAt = 0;
    std::int64_t statements = 0; ///< all of them, those that are not listed too
    std::vector<HourFigures> figures = {};
};

/// Both in one SQLite file. One thread at a time.
class ServerStore
{
public:
    /// Opens `path`, or makes it. UpstreamError if it cannot be read: what it says of protection
    /// must not get lost unnoticed.
    static Base::Result<std::unique_ptr<ServerStore>> open(const std::string &path);

    Base::Result<std::vector<Entry>> entries(); ///< by name
    /// Durable when they return. An entry takes the place of the one of its name.
    Base::Result<void> put(const Entry &entry);
    Base::Result<void> remove(const std::string &name);

    /// The newest snapshot of an hour takes the place of those before it. What is older than 90
    /// days goes.
    Base::Result<void> put(const std::string &databaseId, const HourSnapshot &snapshot);
    /// Those whose hour and [from, to) overlap, by time.
    std::vector<HourSnapshot> snapshots(const std::string &databaseId, Base::Millis from,
                                        Base::Millis to);

private:
    ServerStore(std::string path, std::unique_ptr<Embedded::Connection> connection)
        : m_path(std::move(path))
        , m_connection(std::move(connection))
    {
    }
    Base::Result<void> execute(const char *sql, const std::vector<Value> &values);

    const std::string m_path;
    std::unique_ptr<Embedded::Connection> m_connection;
};

/// The hour that `time` is in begins at.
constexpr Base::Millis hourOf(Base::Millis time)
{
    constexpr Base::Millis kHour = 3'600'000;
    return time - time % kHour;
}

} // namespace Turso::SelfHosted
