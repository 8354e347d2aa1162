// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "turso/sql/shape.h"
#include "turso/sql/statement.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace Turso
{

/// Who had a statement run: an agent, through a tool, or a program that speaks SQL over HTTP.
enum class Origin { AgentTool, Client };

/// One statement that ran, whatever came of it. A script has one for each statement that was begun.
/// What a transaction costs (BEGIN, COMMIT, measuring at its end) belongs to none of them. The text
/// itself, with its values, is not in it.
struct Execution {
    Base::Millis startedAt = 0;
    std::chrono::microseconds duration{0}; ///< preparing, binding and running, up to its last row
    std::chrono::microseconds wait{0}; ///< its script's, for a thread, a connection and the
                                       ///< writer's turn
    std::string databaseId;
    Origin origin = Origin::AgentTool;
    std::string agent = {}; ///< its name, or empty where nobody has told
    std::shared_ptr<const Sql::Shape> shape; ///< never null
    Sql::StatementClass statementClass = Sql::StatementClass::Read;
    std::int64_t rowsReturned = 0;
    std::int64_t bytesReturned = 0; ///< of the rows as text
    /// Not set: SQLite counts the rows that it looks at only if it was built with
    /// SQLITE_ENABLE_STMT_SCANSTATUS, which distributions leave out. Its count of steps in full
    /// scans says nothing of rows that were found by an index, so it does not stand in for them.
    std::optional<std::int64_t> rowsRead = {};
    /// By triggers and cascades too. 0 where nothing stayed: a dry run, or rolled back.
    std::int64_t rowsWritten = 0;
    std::string error = {}; ///< SQLite's name of the error, or ours; empty: it succeeded
    bool cancelled = false; ///< one of the errors
    bool dryRun = false;
};

/// Takes note of what has run. Any thread; quick, as it stands between a result and its answer.
class ExecutionSink
{
public:
    virtual ~ExecutionSink() = default;
    virtual void record(std::span<const Execution> executions) = 0;
};

} // namespace Turso
