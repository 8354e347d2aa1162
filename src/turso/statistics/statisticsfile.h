// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/statistics/figures.h"
#include "turso/types.h"
#include "turso/workspace/connection.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace Turso
{

/// Figures by database, minute and shape in a SQLite file of its own. One thread at a time.
class StatisticsFile
{
public:
    /// Opens `path`, or makes it. What cannot be read is put aside as `path`.unreadable: figures
    /// are not worth more than that.
    static Base::Result<std::unique_ptr<StatisticsFile>> open(const std::string &path);

    /// Adds to what is there, all or nothing. In WAL with synchronous=NORMAL: a killed process
    /// loses nothing of it, a power failure at most the newest batches.
    Base::Result<void> add(const FiguresByMinute &batch);

    /// Merges the minutes [from, to) of a database into `all`.
    Base::Result<void> read(const std::string &databaseId, std::int64_t from, std::int64_t to,
                            FiguresByShape &all);
    /// The first minute that is kept of a database.
    std::optional<std::int64_t> firstMinute(const std::string &databaseId);

    /// Removes what is before the minute `first`, and the oldest figures until at most `maxBytes`
    /// of the file are in use.
    Base::Result<void> prune(std::int64_t first, std::int64_t maxBytes);
    /// Removes the figures of all other databases.
    Base::Result<void> keepOnly(const std::set<std::string> &databaseIds);

private:
    explicit StatisticsFile(std::unique_ptr<Embedded::Connection> connection)
        : m_connection(std::move(connection))
    {
    }
    static std::unique_ptr<StatisticsFile> tryOpen(const std::string &path);
    bool execute(const char *sql, const std::vector<Value> &values = {});
    std::optional<std::int64_t> number(const char *sql, const std::vector<Value> &values = {});
    std::optional<std::int64_t> idOfDatabase(const std::string &id);
    std::optional<std::int64_t> idOfShape(const Sql::Shape &shape);
    bool addCell(std::int64_t database, std::int64_t minute, const ShapeFigures &cell);
    bool removeBefore(std::int64_t minute);
    bool removeUnused();
    std::int64_t usedBytes();
    Base::Result<void> inTransaction(bool done);

    std::unique_ptr<Embedded::Connection> m_connection;
};

} // namespace Turso
