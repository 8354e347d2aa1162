// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/streams/streamsession.h"

#include "turso/workspace/binding.h"
#include "turso/workspace/engineerror.h"
#include "turso/workspace/streams/sqlstream.h"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace Turso::Embedded
{

using Kind = StreamStatement::Kind;

namespace
{

using Failure = tl::unexpected<StreamError>;

Failure fail(std::string message, std::string code)
{
    return Failure(StreamError{std::move(message), std::move(code)});
}

/// What Turso's server calls SQLite's primary codes.
std::string codeName(int code)
{
    return (code & 0xFF) == SQLITE_ERROR ? "SQLITE_UNKNOWN" : engineCodeName(code & 0xFF);
}

const Value *positional(const StreamArguments &arguments, std::size_t position)
{
    return position >= 1 && position <= arguments.positional.size()
        ? &arguments.positional[position - 1]
        : nullptr;
}

const Value *named(const StreamArguments &arguments, std::string_view name)
{
    const auto found = std::find_if(arguments.named.begin(), arguments.named.end(),
                                    [name](const auto &pair) { return pair.first == name; });
    return found == arguments.named.end() ? nullptr : &found->second;
}

/// By the parameter's own kind: `?` and `?n` by position, all others by name, with or without its
/// prefix.
const Value *argumentFor(const StreamArguments &arguments, const char *parameter, int index)
{
    if (parameter == nullptr)
        return positional(arguments, static_cast<std::size_t>(index));
    const std::string_view name = parameter;
    if (name.starts_with('?')) {
        std::size_t position = 0;
        std::from_chars(name.data() + 1, name.data() + name.size(), position);
        return positional(arguments, position);
    }
    const Value *value = named(arguments, name);
    return value != nullptr ? value : named(arguments, name.substr(1));
}

} // namespace

StreamSession::StreamSession(SqlStream &stream, std::unique_ptr<Connection> connection)
    : m_stream(stream)
    , m_connection(std::move(connection))
    , m_sizeLimit(stream.file().sizeLimit())
{
}

void StreamSession::reset()
{
    if (m_running != nullptr) {
        sqlite3_reset(m_running);
        sqlite3_clear_bindings(m_running);
    }
    m_running = nullptr;
    m_prepared = nullptr;
    m_own.reset();
    m_connection->setControl(nullptr);
    m_control.reset();
}

bool StreamSession::holdsWriteLock() const
{
    return sqlite3_txn_state(m_connection->handle(), "main") == SQLITE_TXN_WRITE;
}

void StreamSession::rollBack()
{
    reset();
    if (m_connection->isInTransaction())
        m_connection->run(Connection::Own::Rollback);
}

StreamError StreamSession::endedError()
{
    if (m_stream.isTimedOut()) {
        rollBack();
        if (m_stream.hasTurn())
            m_stream.releaseTurn();
        m_stream.forgetTimeout();
        return {"Transaction timed out", "TRANSACTION_TIMEOUT"};
    }
    if (m_control && m_control->end() == RunControl::End::Blocked)
        return {"Operation was blocked", "BLOCKED"};
    return {"SQLite error: interrupted", "SQLITE_INTERRUPT"};
}

StreamError StreamSession::engineError(int code, std::string_view sql) const
{
    const std::string message = sqlite3_errmsg(m_connection->handle());
    if ((code & 0xFF) == SQLITE_ERROR && !sql.empty()) {
        const int offset = sqlite3_error_offset(m_connection->handle());
        if (StreamError error = parseError(sql, message, offset); !error.code.empty())
            return error;
        if (offset >= 0)
            return {"SQL input error: " + message + " (at offset " + std::to_string(offset) + ")",
                    "SQL_INPUT_ERROR"};
    }
    return {"SQLite error: " + message, codeName(code)};
}

StreamSession::Result<void> StreamSession::admit(const StreamStatement &statement)
{
    DatabaseFile &file = m_stream.file();
    // Once it is to end nothing more begins: the next statement could be COMMIT.
    if (m_stream.isTimedOut() || m_stream.cancelToken().isCancelled() || file.isStopped())
        return Failure(endedError());
    if (file.blocksReads() || (statement.writes && file.blocksWrites()))
        return fail("Operation was blocked", "BLOCKED");
    if (statement.writes && !m_mayWrite)
        return Failure(StreamError{{}, {}, true});
    if (const auto limit = file.sizeLimit(); limit != m_sizeLimit) {
        m_connection->setSizeLimit(limit);
        m_sizeLimit = limit;
    }
    return {};
}

StreamSession::Result<sqlite3_stmt *> StreamSession::prepare(const StreamStatement &statement)
{
    if (statement.kind != Kind::Gated) {
        m_own = m_connection->prepareOwn(statement.statement.text);
        if (!m_own)
            return Failure(
                engineError(sqlite3_errcode(m_connection->handle()), statement.statement.text));
        return m_own.get();
    }
    auto prepared = m_connection->prepare(statement.statement, 0, true);
    if (!prepared && prepared.error().kind == Base::ErrorKind::NotUnderstood)
        return fail("SQLite error: not authorized: " + prepared.error().message, "SQLITE_AUTH");
    if (!prepared)
        return Failure(
            engineError(sqlite3_errcode(m_connection->handle()), statement.statement.text));
    m_prepared = *prepared;
    return m_prepared->statement.get();
}

StreamSession::Result<void> StreamSession::check(const StreamStatement &statement)
{
    if (statement.kind != Kind::Gated)
        return {};
    const auto prepared = prepare(statement);
    m_prepared = nullptr;
    // What is not there yet may be made by an earlier statement.
    if (!prepared && prepared.error().code == "SQL_PARSE_ERROR")
        return Failure(prepared.error());
    return {};
}

StreamSession::Result<StreamSession::Begun> StreamSession::begin(const StreamStatement &statement,
                                                                 const StreamArguments &arguments)
{
    if (auto admitted = admit(statement); !admitted)
        return Failure(std::move(admitted).error());
    if (statement.needsTurn && !m_stream.hasTurn())
        return Begun::NeedsTurn;
    DatabaseFile &file = m_stream.file();
    m_control.emplace(m_stream.cancelToken(), RunControl::Time::max(), file.isStopped(),
                      statement.writes ? file.blocksWrites() : file.blocksReads());
    m_connection->setControl(&*m_control);
    m_statement = &statement;
    m_began = std::chrono::steady_clock::now();
    m_changesBefore = sqlite3_total_changes64(m_connection->handle());
    auto prepared = prepare(statement);
    if (!prepared) {
        report(0, 0, {}, prepared.error().code);
        reset();
        return Failure(std::move(prepared).error());
    }
    m_running = *prepared;
    if (auto bound = bind(arguments); !bound) {
        reset();
        return Failure(std::move(bound).error());
    }
    // SQLite may prepare it again while it runs, if the schema has changed: under the same rules.
    if (statement.kind == Kind::Gated)
        m_connection->authorizer().allow(statement.statement.statementClass,
                                         statement.statement.isExplain);
    return Begun::Running;
}

StreamSession::Result<void> StreamSession::bind(const StreamArguments &arguments)
{
    const std::string start = "Arguments do not match SQL parameters: ";
    const int count = sqlite3_bind_parameter_count(m_running);
    const std::size_t given = arguments.positional.size() + arguments.named.size();
    if (given > static_cast<std::size_t>(count))
        return fail(start + "too many parameters, expected " + std::to_string(count) + " found "
                        + std::to_string(given),
                    "ARGS_INVALID");
    for (int index = 1; index <= count; ++index) {
        const char *parameter = sqlite3_bind_parameter_name(m_running, index);
        const Value *value = argumentFor(arguments, parameter, index);
        if (value == nullptr)
            return fail(start + "value for parameter "
                            + (parameter != nullptr ? parameter : std::to_string(index))
                            + " not found",
                        "ARGS_INVALID");
        if (bindValue(m_running, index, *value) != SQLITE_OK)
            return fail(start + "string or blob too big", "ARGS_INVALID");
    }
    return {};
}

StreamSession::Result<StreamSession::Stepped> StreamSession::step()
{
    if (m_stream.isTimedOut() || m_running == nullptr)
        return Failure(endedError());
    const int code = sqlite3_step(m_running);
    if (code == SQLITE_ROW)
        return Stepped::Row;
    if (code == SQLITE_DONE)
        return Stepped::Done;
    const bool isEnded = m_control->end() != RunControl::End::None;
    StreamError error = isEnded ? endedError() : engineError(code, {});
    if (m_running != nullptr)
        report(0, 0, {}, error.code);
    reset();
    return Failure(std::move(error));
}

std::vector<Column> StreamSession::columns() const
{
    std::vector<Column> columns;
    const int count = sqlite3_column_count(m_running);
    columns.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const char *name = sqlite3_column_name(m_running, i);
        const char *type = sqlite3_column_decltype(m_running, i);
        columns.push_back({name != nullptr ? name : "", std::nullopt});
        if (type != nullptr)
            columns.back().type = type;
    }
    return columns;
}

StreamFigures StreamSession::finish(std::int64_t rows, std::int64_t bytes)
{
    sqlite3 *db = m_connection->handle();
    StreamFigures figures;
    if (m_statement->changesRows)
        figures.affectedRows = sqlite3_changes64(db);
    if (m_statement->inserts)
        figures.lastInsertRowid = sqlite3_last_insert_rowid(db);
    figures.rowsWritten = sqlite3_total_changes64(db) - m_changesBefore;
    const auto took = std::chrono::steady_clock::now() - m_began;
    figures.durationMs = std::chrono::duration<double, std::milli>(took).count();
    report(rows, bytes, figures, {});
    reset();
    // Others may write between the statements of a job that has no transaction.
    if (m_stream.hasTurn() && !holdsWriteLock() && m_stream.isContended())
        m_stream.releaseTurn();
    return figures;
}

void StreamSession::report(std::int64_t rows, std::int64_t bytes, const StreamFigures &figures,
                           const std::string &error)
{
    if (m_statement->kind != Kind::Gated)
        return;
    const auto took = std::chrono::steady_clock::now() - m_began;
    const Reporting &reporting = m_stream.file().reporting();
    Execution execution;
    execution.startedAt = reporting.clock.now()
        - std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    execution.duration = std::chrono::round<std::chrono::microseconds>(took);
    execution.databaseId = reporting.databaseId;
    execution.origin = Origin::Client;
    execution.shape = shapeOf(m_prepared, m_statement->statement);
    execution.statementClass = m_statement->statement.statementClass;
    execution.rowsReturned = rows;
    execution.bytesReturned = bytes;
    execution.rowsWritten = figures.rowsWritten;
    execution.error = error;
    execution.cancelled = error == "SQLITE_INTERRUPT";
    reporting.sink.record({&execution, 1});
}

StreamSession::Result<StreamDescription> StreamSession::describe(const StreamStatement &statement)
{
    StreamDescription description;
    // Preparing a PRAGMA can already set what it says.
    if (statement.kind == Kind::Setting)
        return description;
    auto prepared = prepare(statement);
    if (!prepared)
        return Failure(std::move(prepared).error());
    m_running = *prepared;
    description.columns = columns();
    description.isExplain = sqlite3_stmt_isexplain(m_running) != 0;
    description.isReadonly = sqlite3_stmt_readonly(m_running) != 0;
    const int count = sqlite3_bind_parameter_count(m_running);
    for (int index = 1; index <= count; ++index) {
        const char *name = sqlite3_bind_parameter_name(m_running, index);
        description.parameters.push_back(name != nullptr ? std::optional<std::string>(name)
                                                         : std::nullopt);
    }
    reset();
    return description;
}

} // namespace Turso::Embedded
