// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/statistics/execution.h"
#include "turso/types.h"
#include "turso/workspace/connection.h"
#include "turso/workspace/runcontrol.h"
#include "turso/workspace/streams/streamstatement.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

struct sqlite3_stmt;

namespace Turso::Embedded
{

class SqlStream;

/// What a statement is given: by position and by name, as the parameters ask for it.
struct StreamArguments {
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
};

/// What a statement did.
struct StreamFigures {
    std::int64_t affectedRows = 0;
    std::optional<std::int64_t> lastInsertRowid = {};
    std::int64_t rowsWritten = 0;
    double durationMs = 0;
};

/// How a statement looks without being run.
struct StreamDescription {
    std::vector<std::optional<std::string>> parameters;
    std::vector<Column> columns;
    bool isExplain = false;
    bool isReadonly = true;
};

/// A stream's connection while one of its jobs runs: one statement at a time, begin(), then step()
/// until it is Done or fails. Its errors are those of Turso's server. On a worker thread.
class StreamSession
{
public:
    enum class Begun { Running, NeedsTurn };
    enum class Stepped { Row, Done };
    template <typename T>
    using Result = tl::expected<T, StreamError>;

    StreamSession(SqlStream &stream, std::unique_ptr<Connection> connection);
    ~StreamSession() { reset(); }
    StreamSession(const StreamSession &) = delete;
    StreamSession &operator=(const StreamSession &) = delete;

    /// Whether the one whose job runs may write.
    void setMayWrite(bool mayWrite) { m_mayWrite = mayWrite; }

    /// Is it SQL? Prepares what the database can tell of it, without running anything.
    Result<void> check(const StreamStatement &statement);
    /// Both arguments must live until it is over. NeedsTurn: nothing was done; to be called again.
    Result<Begun> begin(const StreamStatement &statement, const StreamArguments &arguments);
    Result<Stepped> step();
    /// While a statement runs: it, standing on its row.
    sqlite3_stmt *row() const { return m_running; }
    std::vector<Column> columns() const;
    /// Of the statement that is Done, or is given up.
    StreamFigures finish(std::int64_t rows, std::int64_t bytes);

    Result<StreamDescription> describe(const StreamStatement &statement);

    bool isAutocommit() const { return !m_connection->isInTransaction(); }
    bool holdsWriteLock() const;
    void rollBack();

private:
    Result<void> admit(const StreamStatement &statement);
    Result<sqlite3_stmt *> prepare(const StreamStatement &statement);
    Result<void> bind(const StreamArguments &arguments);
    StreamError engineError(int code, std::string_view sql) const;
    StreamError endedError();
    void report(std::int64_t rows, std::int64_t bytes, const StreamFigures &figures,
                const std::string &error);
    void reset();

    SqlStream &m_stream;
    std::unique_ptr<Connection> m_connection;
    std::optional<std::int64_t> m_sizeLimit;
    std::optional<RunControl> m_control;
    StatementPointer m_own; ///< what runs, if it did not come through the gate
    Prepared *m_prepared = nullptr; ///< what runs, if it did
    const StreamStatement *m_statement = nullptr;
    sqlite3_stmt *m_running = nullptr;
    std::chrono::steady_clock::time_point m_began;
    std::int64_t m_changesBefore = 0;
    bool m_mayWrite = false;
};

} // namespace Turso::Embedded
