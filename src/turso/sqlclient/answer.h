// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/types.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::Remote
{

/// What of the rows may still be taken. Shared by a script's statements.
struct RowBudget {
    std::int64_t maxRows = 0; ///< of each statement
    std::size_t bytes = 0; ///< left, over all
};

struct EngineError {
    std::string message;
    std::string code;
};

/// One statement, as a server tells of it.
struct StepAnswer {
    bool ran = false;
    std::optional<EngineError> error = {};
    StatementOutcome outcome = {};
    std::optional<std::int64_t> rowsWritten = {};
    std::optional<double> durationMs = {};
};

/// One request of a pipeline. An execute has one step.
struct PartAnswer {
    std::optional<EngineError> error = {};
    std::optional<bool> isReadonly = {};
    std::optional<bool> isExplain = {};
    std::optional<bool> isAutocommit = {};
    std::vector<StepAnswer> steps = {};
};

struct PipelineAnswer {
    std::string baton = {};
    std::string baseUrl = {};
    std::vector<PartAnswer> parts = {};
};

/// Says whose budget a step's rows take from; null: none of its rows are taken.
using BudgetOf = std::function<RowBudget *(std::size_t part, std::size_t step)>;

/// Reads the answers of servers; keeps its memory for the next one. One thread.
class AnswerReader
{
public:
    AnswerReader();
    ~AnswerReader();

    /// Nothing where it is not what Hrana says that it is. `body` may grow by what the parser needs
    /// behind it.
    std::optional<PipelineAnswer> pipeline(std::string &body, const BudgetOf &budgetOf);

    /// One line of a cursor. `at` has room behind it: SIMDJSON_PADDING bytes that may be read.
    struct Line {
        enum class Kind { Head, StepBegin, Row, StepEnd, StepError, Error, Other };
        Kind kind = Kind::Other;
        std::size_t step = 0;
        std::string baton = {};
        std::string baseUrl = {};
        std::vector<Column> columns = {};
        EngineError error = {};
        std::int64_t affectedRows = 0;
        std::optional<std::int64_t> lastInsertRowid = {};
    };
    /// A row goes to `rows`, as the text of a JSON array.
    std::optional<Line> cursorLine(std::string_view line, std::size_t roomBehind, bool isFirst,
                                   std::string &rows);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Adds a row's text to the outcome if it may; false: the outcome is truncated, and full.
bool addRow(StatementOutcome &outcome, std::string_view row, RowBudget &budget);

} // namespace Turso::Remote
