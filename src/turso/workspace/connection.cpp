// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/connection.h"

#include "turso/sizelimit.h"
#include "turso/workspace/archive/archive.h"
#include "turso/workspace/engineerror.h"
#include "turso/workspace/enginegate.h"
#include "turso/workspace/longfunctions.h"

#include <sqlite3.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

namespace Turso::Embedded
{

namespace
{

constexpr std::size_t kCachedStatements = 32;
constexpr int kProgressSteps = 500;
/// What SQLite's log shrinks to when it begins anew.
constexpr int kKeptLogBytes = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds kBusyPause{5};
constexpr std::chrono::seconds kBusyPatience{5};

/// What all connections of the process may have at a time. One row can be 500 times the longest
/// value.
constexpr sqlite3_int64 kHeapBytes = 512LL * 1024 * 1024;

void setLimits(sqlite3 *db)
{
    static std::once_flag heapLimited;
    std::call_once(heapLimited, [] { sqlite3_hard_heap_limit64(kHeapBytes); });
    sqlite3_limit(db, SQLITE_LIMIT_COLUMN, 500);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 5'000'000);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(Sql::kMaxSqlBytes) + 1);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_VARIABLE_NUMBER, 32'766);
    sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

bool setFlags(sqlite3 *db)
{
    static constexpr std::pair<int, int> kFlags[] = {
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 1},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
        {SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    };
    for (const auto &[flag, value] : kFlags) {
        if (sqlite3_db_config(db, flag, value, nullptr) != SQLITE_OK)
            return false;
    }
    return true;
}

} // namespace

void StatementCloser::operator()(sqlite3_stmt *statement) const
{
    sqlite3_finalize(statement);
}

std::shared_ptr<const Sql::Shape> shapeOf(Prepared *prepared, const Sql::Statement &statement)
{
    if (prepared != nullptr && prepared->shape)
        return prepared->shape;
    auto shape = std::make_shared<const Sql::Shape>(Sql::shapeOf(statement.text));
    if (prepared != nullptr)
        prepared->shape = shape;
    return shape;
}

Base::Result<std::unique_ptr<Connection>> Connection::open(const std::string &path, Access access,
                                                           std::optional<std::int64_t> sizeLimit,
                                                           std::shared_ptr<Archive> archive)
{
    // One thread uses a connection at a time: SQLite's own mutexes are not needed.
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE
        | (access == Access::Read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    sqlite3 *db = nullptr;
    int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
    std::unique_ptr<Connection> connection(new Connection(db));
    connection->m_archive = std::move(archive);
    if (code == SQLITE_OK)
        code = connection->configure(access, sizeLimit);
    if (code != SQLITE_OK)
        return tl::unexpected(engineError(db, code, nullptr));
    if (connection->m_archive)
        connection->m_archive->prepare(*connection);
    return connection;
}

Connection::~Connection()
{
    m_byText.clear();
    m_cache.clear();
    m_single = {};
    m_own = {};
    if (m_archive && m_hasCommitted)
        m_archive->settle(*this);
    sqlite3_close_v2(m_db);
}

int Connection::configure(Access access, std::optional<std::int64_t> sizeLimit)
{
    setLimits(m_db);
    if (!setFlags(m_db))
        return SQLITE_MISUSE;
    if (!replaceLongFunctions(m_db, &m_control))
        return SQLITE_NOMEM;
    m_authorizer.attach(m_db);
    sqlite3_progress_handler(m_db, kProgressSteps, &Connection::progress, this);
    sqlite3_busy_handler(m_db, &Connection::busy, this);
    if (const int code = runPragma("PRAGMA recursive_triggers=ON"); code != SQLITE_OK)
        return code;
    // An archived database's log is moved into its file by the archive, and by nobody else.
    if (access == Access::Read || m_archive)
        sqlite3_db_config(m_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (access == Access::Read)
        return runPragma("PRAGMA query_only=ON");
    if (m_archive)
        sqlite3_wal_hook(m_db, &Connection::committed, this); // instead of SQLite's own moving
    // Turso's server runs WAL with synchronous=NORMAL, where the last commits before a power
    // failure may be gone. Here an answered write is a promise to an agent and to the audit: it
    // must be on the disk.
    if (const int code = runPragma("PRAGMA synchronous=FULL"); code != SQLITE_OK)
        return code;
    if (m_archive) {
        const int code = runPragma("PRAGMA journal_size_limit=" + std::to_string(kKeptLogBytes));
        if (code != SQLITE_OK)
            return code;
    }
    return sizeLimit ? setSizeLimit(sizeLimit) : SQLITE_OK;
}

int Connection::setSizeLimit(std::optional<std::int64_t> sizeLimit)
{
    constexpr std::int64_t kMostPages = 4'294'967'294;
    return runPragma("PRAGMA max_page_count="
                     + std::to_string(sizeLimit ? *sizeLimit / kPageSize : kMostPages));
}

int Connection::runPragma(const std::string &sql)
{
    m_authorizer.allowOwn();
    return sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, nullptr);
}

int Connection::progress(void *self)
{
    auto *connection = static_cast<Connection *>(self);
    return connection->m_control != nullptr && connection->m_control->shouldEnd() ? 1 : 0;
}

int Connection::busy(void *self, int attempts)
{
    // Only another program can be in the way; writers of this one queue before they come here.
    auto *connection = static_cast<Connection *>(self);
    if (!connection->m_waits
        || (connection->m_control != nullptr && connection->m_control->shouldEnd()))
        return 0;
    if (attempts >= kBusyPatience / kBusyPause)
        return 0;
    std::this_thread::sleep_for(kBusyPause);
    return 1;
}

int Connection::committed(void *self, sqlite3 *, const char *, int frames)
{
    auto *connection = static_cast<Connection *>(self);
    connection->m_hasCommitted = true;
    connection->m_archive->committed(*connection, static_cast<std::uint32_t>(frames));
    return SQLITE_OK; // it is committed, whatever the archive says
}

StatementPointer Connection::prepareOwn(std::string_view sql)
{
    m_authorizer.allowOwn();
    sqlite3_stmt *statement = nullptr;
    sqlite3_prepare_v3(m_db, sql.data(), static_cast<int>(sql.size()), 0, &statement, nullptr);
    return StatementPointer(statement);
}

int Connection::run(Own own)
{
    static constexpr std::array<std::string_view, 4> kSql
        = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"};
    const auto index = static_cast<std::size_t>(own);
    if (!m_own[index])
        m_own[index] = prepareOwn(kSql[index]);
    m_authorizer.allowOwn();
    sqlite3_stmt *statement = m_own[index].get();
    if (statement == nullptr)
        return sqlite3_extended_errcode(m_db);
    // A run that was told to end must still be rolled back.
    RunControl *control = own == Own::Rollback ? std::exchange(m_control, nullptr) : m_control;
    const int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    m_control = control;
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

bool Connection::isInTransaction() const
{
    return sqlite3_get_autocommit(m_db) == 0;
}

Base::Result<Prepared *> Connection::prepare(const Sql::Statement &statement, std::size_t index,
                                             bool mayUseCache)
{
    // A PRAGMA's answer can be part of its prepared form, and DDL is not repeated.
    mayUseCache = mayUseCache && statement.verb != "PRAGMA"
        && statement.statementClass != Sql::StatementClass::Schema;
    if (mayUseCache) {
        if (const auto found = m_byText.find(statement.text); found != m_byText.end()) {
            m_cache.splice(m_cache.begin(), m_cache, found->second);
            return &m_cache.front().second;
        }
    }
    auto prepared = prepareChecked(statement, index, mayUseCache);
    if (!prepared)
        return tl::unexpected(std::move(prepared).error());
    if (!mayUseCache) {
        m_single = std::move(*prepared);
        return &m_single;
    }
    if (m_cache.size() >= kCachedStatements) {
        m_byText.erase(m_cache.back().first);
        m_cache.pop_back();
    }
    m_cache.emplace_front(statement.text, std::move(*prepared));
    m_byText.emplace(m_cache.front().first, m_cache.begin());
    return &m_cache.front().second;
}

Base::Result<Prepared> Connection::prepareChecked(const Sql::Statement &statement,
                                                  std::size_t index, bool persistent)
{
    m_authorizer.allow(statement.statementClass, statement.isExplain);
    m_authorizer.record(statement.table);
    const std::string &sql = statement.text;
    const char *tail = nullptr;
    sqlite3_stmt *raw = nullptr;
    const int code = sqlite3_prepare_v3(m_db, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                        persistent ? SQLITE_PREPARE_PERSISTENT : 0, &raw, &tail);
    m_authorizer.stopRecording();
    Prepared prepared{StatementPointer(raw), m_authorizer.witness(), nullptr};
    if (code != SQLITE_OK) {
        if (!m_authorizer.refusal().empty())
            return tl::unexpected(disagreement(m_authorizer.refusal(), index));
        return tl::unexpected(engineError(m_db, code, m_control));
    }
    const std::string_view rest(tail, static_cast<std::size_t>(sql.c_str() + sql.size() - tail));
    if (const std::string why = disagreementOf(statement, prepared, rest); !why.empty())
        return tl::unexpected(disagreement(why, index));
    return prepared;
}

} // namespace Turso::Embedded
