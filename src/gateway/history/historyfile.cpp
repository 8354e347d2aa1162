// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/history/historyfile.h"

#include <sqlite3.h>

#include <memory>

namespace Gateway
{

namespace
{

using Base::ErrorKind;

constexpr char kSchema[] = R"(
CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY NOT NULL, started_at INTEGER NOT NULL, agent TEXT NOT NULL, tool TEXT NOT NULL,
    connection TEXT NOT NULL, database TEXT NOT NULL, statement_class TEXT NOT NULL, risk TEXT NOT NULL,
    state TEXT NOT NULL, decision TEXT NOT NULL, rule TEXT NOT NULL, rows INTEGER, affected_rows INTEGER,
    bytes INTEGER NOT NULL, duration_ms REAL NOT NULL, wait_ms REAL NOT NULL, code TEXT NOT NULL,
    sql TEXT NOT NULL, grant_id TEXT NOT NULL, approval_id TEXT NOT NULL, program TEXT NOT NULL,
    arguments TEXT NOT NULL, result TEXT NOT NULL, reason TEXT NOT NULL, judge_ms REAL NOT NULL,
    preview_ms REAL NOT NULL, run_ms REAL NOT NULL);
UPDATE calls SET state = 'failed', code = 'upstream_error', rule = CASE state
   WHEN 'running' THEN 'The app ended while this ran: its outcome is unknown.'
   ELSE 'The app ended before this call ran.' END
 WHERE state IN ('judging', 'previewing', 'waiting', 'running');
PRAGMA user_version = 1;
)";

constexpr char kColumns[] = "id, started_at, agent, tool, connection, database, statement_class, "
                            "risk, state, decision, rule, rows, "
                            "affected_rows, bytes, duration_ms, wait_ms, code, sql, grant_id, "
                            "approval_id, program, arguments, "
                            "result, reason, judge_ms, preview_ms, run_ms";

constexpr std::size_t kMostSql = 65'536;

// Not in the middle of a character.
std::string_view cut(std::string_view text)
{
    if (text.size() <= kMostSql)
        return text;
    std::size_t end = kMostSql;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

struct Finalizer {
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalizer>;

Prepared prepare(sqlite3 *db, const std::string &sql)
{
    sqlite3_stmt *statement = nullptr;
    sqlite3_prepare_v2(db, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
    return Prepared(statement);
}

class Binder
{
public:
    explicit Binder(sqlite3_stmt *statement)
        : m_statement(statement)
    {
    }
    void text(std::string_view value)
    {
        sqlite3_bind_text64(m_statement, ++m_index, value.data(), value.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8);
    }
    void integer(std::int64_t value) { sqlite3_bind_int64(m_statement, ++m_index, value); }
    void number(double value) { sqlite3_bind_double(m_statement, ++m_index, value); }
    void optional(const std::optional<std::int64_t> &value)
    {
        if (value)
            integer(*value);
        else
            sqlite3_bind_null(m_statement, ++m_index);
    }

private:
    sqlite3_stmt *m_statement;
    int m_index = 0;
};

class Reader
{
public:
    explicit Reader(sqlite3_stmt *statement)
        : m_statement(statement)
    {
    }
    std::string text()
    {
        const int column = m_column++;
        const auto *bytes = static_cast<const char *>(sqlite3_column_blob(m_statement, column));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column));
        return bytes ? std::string(bytes, size) : std::string();
    }
    std::int64_t integer() { return sqlite3_column_int64(m_statement, m_column++); }
    double number() { return sqlite3_column_double(m_statement, m_column++); }
    std::optional<std::int64_t> optional()
    {
        if (sqlite3_column_type(m_statement, m_column) == SQLITE_NULL) {
            ++m_column;
            return std::nullopt;
        }
        return integer();
    }

private:
    sqlite3_stmt *m_statement;
    int m_column = 0;
};

CallState stateFromName(std::string_view name)
{
    for (int i = 0; i <= static_cast<int>(CallState::Cancelled); ++i) {
        if (callStateName(static_cast<CallState>(i)) == name)
            return static_cast<CallState>(i);
    }
    return CallState::Failed;
}

CallRecord readRecord(Reader &row)
{
    CallRecord record;
    record.id = row.text();
    record.startedAt = row.integer();
    record.agent = row.text();
    record.tool = row.text();
    record.connection = row.text();
    record.database = row.text();
    record.statementClass = row.text();
    record.risk = riskFromName(row.text()).value_or(Risk::Irreversible);
    record.state = stateFromName(row.text());
    record.decision = row.text();
    record.rule = row.text();
    record.rows = row.optional();
    record.affectedRows = row.optional();
    record.bytes = row.integer();
    record.durationMs = row.number();
    record.waitMs = row.number();
    record.code = row.text();
    record.sql = row.text();
    return record;
}

} // namespace

HistoryFile::~HistoryFile()
{
    sqlite3_close(m_db);
}

Base::Error HistoryFile::failure() const
{
    return Base::Error{ErrorKind::Internal,
                       "The history file could not be used: "
                           + std::string(m_db ? sqlite3_errmsg(m_db) : "it is not open") + ".",
                       "See whether the disk is full: " + m_path,
                       {}};
}

bool HistoryFile::run(const char *sql)
{
    return sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

Base::Result<bool> HistoryFile::open()
{
    if (sqlite3_open_v2(m_path.c_str(), &m_db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr)
        != SQLITE_OK)
        return tl::unexpected(failure());
    sqlite3_db_config(m_db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (!run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -512;")
        || !run(kSchema))
        return tl::unexpected(failure());
    return true;
}

bool HistoryFile::upsert(sqlite3_stmt *statement, const CallDetail &call)
{
    sqlite3_reset(statement);
    Binder bind(statement);
    const CallRecord &record = call.record;
    bind.text(record.id);
    bind.integer(record.startedAt);
    bind.text(record.agent);
    bind.text(record.tool);
    bind.text(record.connection);
    bind.text(record.database);
    bind.text(record.statementClass);
    bind.text(riskName(record.risk));
    bind.text(callStateName(record.state));
    bind.text(record.decision);
    bind.text(record.rule);
    bind.optional(record.rows);
    bind.optional(record.affectedRows);
    bind.integer(record.bytes);
    bind.number(record.durationMs);
    bind.number(record.waitMs);
    bind.text(record.code);
    bind.text(cut(record.sql));
    bind.text(call.grantId);
    bind.text(call.approvalId);
    bind.text(call.program);
    bind.text(call.arguments);
    bind.text(call.result);
    bind.text(call.reason);
    bind.number(call.judgeMs);
    bind.number(call.previewMs);
    bind.number(call.runMs);
    return sqlite3_step(statement) == SQLITE_DONE;
}

Base::Result<bool> HistoryFile::write(const std::vector<CallDetail> &calls, bool durable)
{
    if (durable)
        run("PRAGMA synchronous = FULL");
    bool ok = run("BEGIN IMMEDIATE");
    const Prepared statement
        = prepare(m_db,
                  std::string("INSERT OR REPLACE INTO calls (") + kColumns
                      + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    ok = ok && statement;
    for (const CallDetail &call : calls)
        ok = ok && upsert(statement.get(), call);
    ok = ok && run("COMMIT");
    if (!ok) {
        const Base::Error error = failure();
        run("ROLLBACK");
        run("PRAGMA synchronous = NORMAL");
        return tl::unexpected(error);
    }
    if (durable)
        run("PRAGMA synchronous = NORMAL");
    return true;
}

Base::Result<std::vector<CallRecord>> HistoryFile::find(const CallFilter &filter, int limit)
{
    const Prepared statement = prepare(m_db,
                                       std::string("SELECT ") + kColumns + " FROM calls WHERE "
                                           + filter.condition() + " ORDER BY id DESC LIMIT ?");
    if (!statement)
        return tl::unexpected(failure());
    Binder bind(statement.get());
    for (const std::string &parameter : filter.parameters())
        bind.text(parameter);
    bind.integer(limit);
    std::vector<CallRecord> calls;
    while (sqlite3_step(statement.get()) == SQLITE_ROW) {
        Reader row(statement.get());
        calls.push_back(readRecord(row));
    }
    return calls;
}

Base::Result<CallDetail> HistoryFile::call(const std::string &id)
{
    const Prepared statement
        = prepare(m_db, std::string("SELECT ") + kColumns + " FROM calls WHERE id = ?");
    if (!statement)
        return tl::unexpected(failure());
    Binder(statement.get()).text(id);
    if (sqlite3_step(statement.get()) != SQLITE_ROW)
        return Base::fail(ErrorKind::NotFound, "There is no call " + id + ".");
    Reader row(statement.get());
    CallDetail detail;
    detail.record = readRecord(row);
    detail.grantId = row.text();
    detail.approvalId = row.text();
    detail.program = row.text();
    detail.arguments = row.text();
    detail.result = row.text();
    detail.reason = row.text();
    detail.judgeMs = row.number();
    detail.previewMs = row.number();
    detail.runMs = row.number();
    return detail;
}

} // namespace Gateway
