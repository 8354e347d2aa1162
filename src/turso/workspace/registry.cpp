// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/registry.h"

#include "base/json.h"
#include "turso/workspace/binding.h"
#include "turso/workspace/engineerror.h"
#include "turso/workspace/files.h"
#include "turso/workspace/names.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace Turso::Embedded
{

namespace
{

// Not synced while the application starts: the first entry does that before it is written.
constexpr char kSchema[] = R"sql(
PRAGMA synchronous=OFF;
PRAGMA journal_mode=WAL;
BEGIN;
CREATE TABLE groups(name TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    delete_protection INTEGER NOT NULL DEFAULT 0);
CREATE TABLE databases(id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    group_name TEXT NOT NULL REFERENCES groups(name), created_at INTEGER NOT NULL,
    size_limit INTEGER, delete_protection INTEGER NOT NULL DEFAULT 0,
    block_reads INTEGER NOT NULL DEFAULT 0, block_writes INTEGER NOT NULL DEFAULT 0,
    allowed_ips TEXT NOT NULL DEFAULT '[]', allowed_aws_vpc_ids TEXT NOT NULL DEFAULT '[]',
    parent_id TEXT, parent_name TEXT, branched_at INTEGER);
CREATE TABLE facts(name TEXT PRIMARY KEY, value TEXT NOT NULL);
PRAGMA user_version=1;
)sql";

Base::Result<void> createFile(const std::string &path)
{
    sqlite3 *db = nullptr;
    const std::string sql = kSchema
        + std::string("INSERT INTO groups(name, id) VALUES('default', '") + newDatabaseId()
        + "'); COMMIT;";
    const bool done = sqlite3_open(path.c_str(), &db) == SQLITE_OK
        && sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    Base::Error error;
    if (!done)
        error = engineError(db, sqlite3_extended_errcode(db), nullptr);
    sqlite3_close(db);
    if (done)
        return {};
    error.kind = Base::ErrorKind::UpstreamError;
    return tl::unexpected(std::move(error));
}

std::string textAt(sqlite3_stmt *statement, int column)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement, column));
    return text != nullptr ? text : "";
}

std::vector<std::string> listAt(sqlite3_stmt *statement, int column)
{
    std::vector<std::string> list;
    const auto json = Base::parseJson(textAt(statement, column));
    if (!json || !json->is_array())
        return list;
    for (const Base::Json &item : *json) {
        if (item.is_string())
            list.push_back(item.get<std::string>());
    }
    return list;
}

/// In the order of the columns, from size_limit to allowed_aws_vpc_ids.
std::vector<Value> valuesOf(const DatabaseConfiguration &configuration)
{
    const auto number = [](bool flag) {
        return Value(std::int64_t{flag ? 1 : 0});
    };
    return {configuration.sizeLimit ? Value(*configuration.sizeLimit) : Value(),
            number(configuration.deleteProtection),
            number(configuration.blockReads),
            number(configuration.blockWrites),
            Base::dumpJson(configuration.allowedIps),
            Base::dumpJson(configuration.allowedAwsVpcIds)};
}

Database databaseAt(sqlite3_stmt *row)
{
    Database database;
    database.id = textAt(row, 0);
    database.name = textAt(row, 1);
    database.group = textAt(row, 2);
    database.engine = "libsql";
    database.hostname = database.name + "-local.localhost";
    database.region = "local";
    database.createdAt = sqlite3_column_int64(row, 3);
    if (sqlite3_column_type(row, 4) != SQLITE_NULL)
        database.configuration.sizeLimit = sqlite3_column_int64(row, 4);
    database.configuration.deleteProtection = sqlite3_column_int(row, 5) != 0;
    database.configuration.blockReads = sqlite3_column_int(row, 6) != 0;
    database.configuration.blockWrites = sqlite3_column_int(row, 7) != 0;
    database.configuration.allowedIps = listAt(row, 8);
    database.configuration.allowedAwsVpcIds = listAt(row, 9);
    if (sqlite3_column_type(row, 10) != SQLITE_NULL)
        database.parent = {textAt(row, 10), textAt(row, 11), sqlite3_column_int64(row, 12)};
    return database;
}

} // namespace

Base::Result<std::unique_ptr<Registry>> Registry::open(const std::string &path)
{
    std::unique_ptr<Registry> registry(new Registry);
    registry->m_path = path;
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        if (auto created = createFile(path); !created)
            return tl::unexpected(std::move(created).error());
        registry->m_isFresh = true;
    }
    if (registry->connect())
        return registry;
    // A first start that was cut short leaves a registry that cannot be read; as long as there is
    // no database, nothing is lost with it.
    const auto databases = std::filesystem::path(path).parent_path() / "databases";
    const bool isEmpty = std::filesystem::is_empty(databases, error) && !error;
    if (isEmpty) {
        for (const char *suffix : {"", "-wal", "-shm", "-journal"})
            std::filesystem::remove(path + suffix, error);
        registry->m_isFresh = true;
        if (createFile(path) && registry->connect())
            return registry;
    }
    return Base::fail(Base::ErrorKind::UpstreamError,
                      "The workspace's registry " + path + " cannot be read.",
                      "Restore the file from a backup; the databases themselves are untouched.");
}

bool Registry::connect()
{
    m_connection.reset();
    auto connection = Connection::open(m_path, Access::Write, std::nullopt);
    if (!connection)
        return false;
    m_connection = std::move(*connection);
    return load();
}

bool Registry::load()
{
    m_groups.clear();
    m_databases.clear();
    const StatementPointer groups
        = m_connection->prepareOwn("SELECT name, id, delete_protection FROM groups ORDER BY rowid");
    const StatementPointer databases = m_connection->prepareOwn(
        "SELECT id, name, group_name, created_at, size_limit, delete_protection, block_reads, "
        "block_writes, allowed_ips, allowed_aws_vpc_ids, parent_id, parent_name, branched_at "
        "FROM databases ORDER BY name");
    const StatementPointer demo
        = m_connection->prepareOwn("SELECT 1 FROM facts WHERE name = 'demo_made'");
    if (!groups || !databases || !demo)
        return false;
    while (sqlite3_step(groups.get()) == SQLITE_ROW)
        m_groups.push_back({textAt(groups.get(), 0), textAt(groups.get(), 1),
                            sqlite3_column_int(groups.get(), 2) != 0});
    while (sqlite3_step(databases.get()) == SQLITE_ROW)
        m_databases.push_back(databaseAt(databases.get()));
    m_hasDemo = sqlite3_step(demo.get()) == SQLITE_ROW;
    return !m_groups.empty();
}

std::vector<Group> Registry::groups() const
{
    const std::lock_guard lock(m_mutex);
    return m_groups;
}

std::vector<Database> Registry::databases() const
{
    const std::lock_guard lock(m_mutex);
    return m_databases;
}

std::optional<Database> Registry::find(const std::string &name) const
{
    const std::lock_guard lock(m_mutex);
    for (const Database &database : m_databases) {
        if (database.name == name)
            return database;
    }
    return std::nullopt;
}

bool Registry::hasDemo() const
{
    const std::lock_guard lock(m_mutex);
    return m_hasDemo;
}

bool Registry::execute(const char *sql, const std::vector<Value> &values)
{
    const StatementPointer statement = m_connection->prepareOwn(sql);
    return statement && bindArguments(statement.get(), values)
        && sqlite3_step(statement.get()) == SQLITE_DONE;
}

Base::Result<void> Registry::inTransaction(bool done)
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

/// The file itself is made durable with the first thing that is written to it.
void Registry::settle()
{
    if (!std::exchange(m_isFresh, false))
        return;
    syncPath(m_path);
    syncPath(std::filesystem::path(m_path).parent_path().string());
}

Base::Result<void> Registry::add(const Database &database, bool isDemo)
{
    const std::lock_guard writing(m_writing);
    settle();
    std::vector<Value> values = {database.id, database.name, database.group,
                                 std::int64_t{database.createdAt.value_or(0)}};
    const std::vector<Value> configuration = valuesOf(database.configuration);
    values.insert(values.end(), configuration.begin(), configuration.end());
    if (const auto &parent = database.parent)
        values.insert(values.end(), {parent->id, parent->name, std::int64_t{parent->branchedAt}});
    else
        values.insert(values.end(), 3, Value());
    bool done = m_connection->run(Connection::Own::BeginImmediate) == SQLITE_OK
        && execute("INSERT INTO databases(id, name, group_name, created_at, size_limit, "
                   "delete_protection, block_reads, block_writes, allowed_ips, "
                   "allowed_aws_vpc_ids, parent_id, parent_name, branched_at) "
                   "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   values);
    if (done && isDemo)
        done = execute("INSERT OR IGNORE INTO facts(name, value) VALUES('demo_made', '1')", {});
    if (auto written = inTransaction(done); !written)
        return written;
    const std::lock_guard lock(m_mutex);
    const auto after
        = std::find_if(m_databases.begin(), m_databases.end(),
                       [&database](const Database &other) { return other.name > database.name; });
    m_databases.insert(after, database);
    m_hasDemo = m_hasDemo || isDemo;
    return {};
}

Base::Result<void> Registry::remove(const std::string &name)
{
    const std::lock_guard writing(m_writing);
    const bool done = m_connection->run(Connection::Own::BeginImmediate) == SQLITE_OK
        && execute("DELETE FROM databases WHERE name = ?", {name});
    if (auto written = inTransaction(done); !written)
        return written;
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_databases, [&name](const Database &database) { return database.name == name; });
    return {};
}

Base::Result<void> Registry::configure(const std::string &name,
                                       const DatabaseConfiguration &configuration)
{
    const std::lock_guard writing(m_writing);
    std::vector<Value> values = valuesOf(configuration);
    values.emplace_back(name);
    const bool done = m_connection->run(Connection::Own::BeginImmediate) == SQLITE_OK
        && execute("UPDATE databases SET size_limit = ?, delete_protection = ?, block_reads = ?, "
                   "block_writes = ?, allowed_ips = ?, allowed_aws_vpc_ids = ? WHERE name = ?",
                   values);
    if (auto written = inTransaction(done); !written)
        return written;
    const std::lock_guard lock(m_mutex);
    for (Database &database : m_databases) {
        if (database.name == name)
            database.configuration = configuration;
    }
    return {};
}

Base::Result<void> Registry::addGroup(const Group &group)
{
    const std::lock_guard writing(m_writing);
    settle();
    const bool done = m_connection->run(Connection::Own::BeginImmediate) == SQLITE_OK
        && execute("INSERT INTO groups(name, id) VALUES(?, ?)", {group.name, group.id});
    if (auto written = inTransaction(done); !written)
        return written;
    const std::lock_guard lock(m_mutex);
    m_groups.push_back(group);
    return {};
}

Base::Result<void> Registry::removeGroup(const std::string &name)
{
    const std::lock_guard writing(m_writing);
    const bool done = m_connection->run(Connection::Own::BeginImmediate) == SQLITE_OK
        && execute("DELETE FROM groups WHERE name = ?", {name});
    if (auto written = inTransaction(done); !written)
        return written;
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_groups, [&name](const Group &group) { return group.name == name; });
    return {};
}

Base::Result<void> Registry::protectGroup(const std::string &name, bool isProtected)
{
    const std::lock_guard writing(m_writing);
    const bool done = m_connection->run(Connection::Own::BeginImmediate) == SQLITE_OK
        && execute("UPDATE groups SET delete_protection = ? WHERE name = ?",
                   {std::int64_t{isProtected ? 1 : 0}, name});
    if (auto written = inTransaction(done); !written)
        return written;
    const std::lock_guard lock(m_mutex);
    for (Group &group : m_groups) {
        if (group.name == name)
            group.deleteProtection = isProtected;
    }
    return {};
}

} // namespace Turso::Embedded
