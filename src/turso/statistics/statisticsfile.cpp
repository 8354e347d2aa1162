// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/statistics/statisticsfile.h"

#include "base/logging.h"
#include "turso/workspace/binding.h"
#include "turso/workspace/engineerror.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace Turso
{

using namespace Embedded;

namespace
{

constexpr std::int64_t kVersion = 1;
constexpr std::int64_t kLeastPruned = 60; ///< minutes

constexpr char kSchema[] = R"sql(
PRAGMA journal_mode=WAL;
BEGIN;
CREATE TABLE databases(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE);
CREATE TABLE shapes(id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE figures(database INTEGER NOT NULL, minute INTEGER NOT NULL, shape INTEGER NOT NULL,
    count INTEGER NOT NULL, errors INTEGER NOT NULL, cancelled INTEGER NOT NULL,
    by_agents INTEGER NOT NULL, rows_returned INTEGER NOT NULL, rows_written INTEGER NOT NULL,
    rows_read INTEGER, wait_us INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    durations BLOB NOT NULL, PRIMARY KEY(database, minute, shape)) WITHOUT ROWID;
PRAGMA user_version=1;
COMMIT;
)sql";

constexpr char kFigureColumns[]
    = "f.errors, f.cancelled, f.by_agents, f.rows_returned, f.rows_written, f.rows_read, "
      "f.wait_us, f.last_seen, f.durations";

bool createFile(const std::string &path)
{
    sqlite3 *db = nullptr;
    const bool done = sqlite3_open(path.c_str(), &db) == SQLITE_OK
        && sqlite3_exec(db, kSchema, nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(db);
    return done;
}

std::string_view bytesAt(sqlite3_stmt *row, int column)
{
    const auto *bytes = static_cast<const char *>(sqlite3_column_blob(row, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
    return bytes != nullptr ? std::string_view(bytes, size) : std::string_view();
}

/// In the order of kFigureColumns, the first of them at `column`. False if it is damaged.
bool figuresAt(sqlite3_stmt *row, int column, Figures &figures)
{
    figures.errors = sqlite3_column_int64(row, column);
    figures.cancelled = sqlite3_column_int64(row, column + 1);
    figures.byAgents = sqlite3_column_int64(row, column + 2);
    figures.rowsReturned = sqlite3_column_int64(row, column + 3);
    figures.rowsWritten = sqlite3_column_int64(row, column + 4);
    if (sqlite3_column_type(row, column + 5) != SQLITE_NULL)
        figures.rowsRead = sqlite3_column_int64(row, column + 5);
    figures.waitUs = sqlite3_column_int64(row, column + 6);
    figures.lastSeen = sqlite3_column_int64(row, column + 7);
    return figures.durations.parse(bytesAt(row, column + 8));
}

} // namespace

std::unique_ptr<StatisticsFile> StatisticsFile::tryOpen(const std::string &path)
{
    auto connection = Connection::open(path, Access::Write, std::nullopt);
    if (!connection)
        return nullptr;
    std::unique_ptr<StatisticsFile> file(new StatisticsFile(std::move(*connection)));
    if (file->number("PRAGMA user_version") != kVersion)
        return nullptr;
    file->execute("PRAGMA synchronous=NORMAL");
    return file;
}

Base::Result<std::unique_ptr<StatisticsFile>> StatisticsFile::open(const std::string &path)
{
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::exists(path, error)) {
        if (auto file = tryOpen(path))
            return file;
        qCWarning(logWorkspace, "The query statistics in %s cannot be read and begin anew.",
                  path.c_str());
        fs::rename(path, path + ".unreadable", error);
        for (const char *suffix : {"-wal", "-shm"})
            fs::remove(path + suffix, error);
    }
    if (createFile(path)) {
        if (auto file = tryOpen(path))
            return file;
    }
    return Base::fail(Base::ErrorKind::UpstreamError,
                      "The query statistics cannot be kept in " + path + ".",
                      "Look whether the disk is full or the folder may not be written to.");
}

bool StatisticsFile::execute(const char *sql, const std::vector<Value> &values)
{
    const Arguments arguments = values; // borrowed while it runs
    const StatementPointer statement = m_connection->prepareOwn(sql);
    if (!statement || !bindArguments(statement.get(), arguments))
        return false;
    const int code = sqlite3_step(statement.get());
    return code == SQLITE_DONE || code == SQLITE_ROW;
}

std::optional<std::int64_t> StatisticsFile::number(const char *sql,
                                                   const std::vector<Value> &values)
{
    const Arguments arguments = values;
    const StatementPointer statement = m_connection->prepareOwn(sql);
    if (!statement || !bindArguments(statement.get(), arguments)
        || sqlite3_step(statement.get()) != SQLITE_ROW
        || sqlite3_column_type(statement.get(), 0) == SQLITE_NULL)
        return std::nullopt;
    return sqlite3_column_int64(statement.get(), 0);
}

Base::Result<void> StatisticsFile::inTransaction(bool done)
{
    if (done && m_connection->run(Connection::Own::Commit) == SQLITE_OK)
        return {};
    Base::Error error = engineError(m_connection->handle(),
                                    sqlite3_extended_errcode(m_connection->handle()), nullptr);
    if (m_connection->isInTransaction())
        m_connection->run(Connection::Own::Rollback);
    error.kind = Base::ErrorKind::UpstreamError;
    return tl::unexpected(std::move(error));
}

std::optional<std::int64_t> StatisticsFile::idOfDatabase(const std::string &id)
{
    execute("INSERT OR IGNORE INTO databases(uuid) VALUES(?)", {id});
    return number("SELECT id FROM databases WHERE uuid = ?", {id});
}

std::optional<std::int64_t> StatisticsFile::idOfShape(const Sql::Shape &shape)
{
    execute("INSERT OR IGNORE INTO shapes(fingerprint, text) VALUES(?, ?)",
            {shape.fingerprint, shape.text});
    return number("SELECT id FROM shapes WHERE fingerprint = ?", {shape.fingerprint});
}

bool StatisticsFile::addCell(std::int64_t database, std::int64_t minute, const ShapeFigures &cell)
{
    const auto shape = idOfShape(*cell.shape);
    if (!shape)
        return false;
    Figures sum = cell.figures;
    const StatementPointer before
        = m_connection->prepareOwn(std::string("SELECT ") + kFigureColumns
                                   + " FROM figures f WHERE database = ? AND minute = ? AND "
                                     "shape = ?");
    if (!before || !bindArguments(before.get(), std::vector<Value>{database, minute, *shape}))
        return false;
    Figures stored;
    if (sqlite3_step(before.get()) == SQLITE_ROW && figuresAt(before.get(), 0, stored))
        sum.merge(stored);
    return execute("REPLACE INTO figures(database, minute, shape, count, errors, cancelled, "
                   "by_agents, rows_returned, rows_written, rows_read, wait_us, last_seen, "
                   "durations) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   {database, minute, *shape, sum.durations.count(), sum.errors, sum.cancelled,
                    sum.byAgents, sum.rowsReturned, sum.rowsWritten,
                    sum.rowsRead ? Value(*sum.rowsRead) : Value(), sum.waitUs,
                    std::int64_t{sum.lastSeen}, Blob{sum.durations.bytes()}});
}

Base::Result<void> StatisticsFile::add(const FiguresByMinute &batch)
{
    bool done = m_connection->run(Connection::Own::BeginImmediate) == SQLITE_OK;
    for (const auto &[key, shapes] : batch) {
        const auto database = done ? idOfDatabase(key.first) : std::nullopt;
        done = database.has_value();
        for (const auto &[fingerprint, cell] : shapes)
            done = done && addCell(*database, key.second, cell);
    }
    return inTransaction(done);
}

Base::Result<void> StatisticsFile::read(const std::string &databaseId, std::int64_t from,
                                        std::int64_t to, FiguresByShape &all)
{
    const Arguments arguments = std::vector<Value>{databaseId, from, to};
    const StatementPointer rows = m_connection->prepareOwn(
        std::string("SELECT f.shape, ") + kFigureColumns
        + " FROM figures f JOIN databases d ON d.id = f.database WHERE d.uuid = ? AND f.minute >= "
          "? AND f.minute < ?");
    const StatementPointer texts
        = m_connection->prepareOwn("SELECT fingerprint, text FROM shapes WHERE id = ?");
    if (!rows || !texts || !bindArguments(rows.get(), arguments))
        return inTransaction(false);
    std::unordered_map<std::int64_t, Figures> sums;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(rows.get())) == SQLITE_ROW) {
        Figures figures;
        if (figuresAt(rows.get(), 1, figures))
            sums[sqlite3_column_int64(rows.get(), 0)].merge(figures);
    }
    if (code != SQLITE_DONE)
        return inTransaction(false);
    for (const auto &[id, figures] : sums) {
        sqlite3_bind_int64(texts.get(), 1, id);
        if (sqlite3_step(texts.get()) == SQLITE_ROW) {
            auto shape = std::make_shared<Sql::Shape>();
            shape->fingerprint = bytesAt(texts.get(), 0);
            shape->text = bytesAt(texts.get(), 1);
            mergeInto(all, shape, figures);
        }
        sqlite3_reset(texts.get());
    }
    return {};
}

std::optional<std::int64_t> StatisticsFile::firstMinute(const std::string &databaseId)
{
    return number("SELECT min(minute) FROM figures WHERE database = (SELECT id FROM databases "
                  "WHERE uuid = ?)",
                  {databaseId});
}

std::int64_t StatisticsFile::usedBytes()
{
    return (number("PRAGMA page_count").value_or(0) - number("PRAGMA freelist_count").value_or(0))
        * number("PRAGMA page_size").value_or(0);
}

bool StatisticsFile::removeBefore(std::int64_t minute)
{
    return execute(
        "DELETE FROM figures WHERE database IN (SELECT id FROM databases) AND minute < ?",
        {minute});
}

bool StatisticsFile::removeUnused()
{
    return execute("DELETE FROM shapes WHERE id NOT IN (SELECT shape FROM figures)")
        && execute("DELETE FROM databases WHERE NOT EXISTS (SELECT 1 FROM figures WHERE database = "
                   "databases.id)");
}

Base::Result<void> StatisticsFile::prune(std::int64_t first, std::int64_t maxBytes)
{
    constexpr char kOldest[] = "SELECT min((SELECT min(minute) FROM figures WHERE database = "
                               "databases.id)) FROM databases";
    constexpr char kNewest[] = "SELECT max((SELECT max(minute) FROM figures WHERE database = "
                               "databases.id)) FROM databases";
    if (m_connection->run(Connection::Own::BeginImmediate) != SQLITE_OK)
        return inTransaction(false);
    auto oldest = number(kOldest);
    bool done = true;
    bool removed = false;
    if (oldest && *oldest < first) {
        done = removeBefore(first) && removeUnused();
        removed = true;
    }
    while (done && usedBytes() > maxBytes && (oldest = number(kOldest))) {
        const std::int64_t span = number(kNewest).value_or(*oldest) - *oldest;
        done = removeBefore(*oldest + std::max(kLeastPruned, span / 16)) && removeUnused();
        removed = true;
    }
    if (!removed) {
        m_connection->run(Connection::Own::Rollback);
        return {};
    }
    return inTransaction(done);
}

Base::Result<void> StatisticsFile::keepOnly(const std::set<std::string> &databaseIds)
{
    const StatementPointer known = m_connection->prepareOwn("SELECT uuid FROM databases");
    std::vector<std::string> gone;
    while (known && sqlite3_step(known.get()) == SQLITE_ROW) {
        if (std::string uuid(bytesAt(known.get(), 0)); !databaseIds.contains(uuid))
            gone.push_back(std::move(uuid));
    }
    sqlite3_reset(known.get());
    if (gone.empty())
        return {};
    bool done = m_connection->run(Connection::Own::BeginImmediate) == SQLITE_OK;
    for (const std::string &uuid : gone)
        done = done
            && execute("DELETE FROM figures WHERE database = (SELECT id FROM databases WHERE uuid "
                       "= ?)",
                       {uuid});
    return inTransaction(done && removeUnused());
}

} // namespace Turso
