// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/answer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::Remote
{

/// Takes a cursor's lines as they come and keeps the rows that may be kept, whatever the size of
/// the rest. Borrows reader and budget.
class CursorRows
{
public:
    /// Steps [first, first + count) are the script's own; the others are ours.
    CursorRows(AnswerReader &reader, RowBudget &budget, std::size_t first, std::size_t count);

    /// False: enough; see isBroken().
    bool take(std::string_view bytes);

    bool isBroken() const { return m_isBroken; }
    /// Nothing more is wanted, as a limit has cut the last statement's rows.
    bool isCut() const { return m_isCut; }
    /// The end of every statement was told.
    bool isWhole() const;
    const std::optional<EngineError> &error() const { return m_error; }
    std::size_t failedStep() const { return m_failedStep; }
    const std::string &baton() const { return m_baton; }
    const std::string &baseUrl() const { return m_baseUrl; }
    std::vector<StepAnswer> takeSteps();

private:
    bool takeLine(std::string_view line, std::size_t roomBehind);
    bool takeRow();
    StepAnswer *current();

    AnswerReader &m_reader;
    RowBudget &m_budget;
    const std::size_t m_first;
    std::vector<StepAnswer> m_steps;
    std::string m_text; ///< lines that are not whole yet
    std::string m_row;
    std::size_t m_step = 0;
    std::size_t m_ended = 0;
    std::optional<EngineError> m_error;
    std::size_t m_failedStep = 0;
    std::string m_baton;
    std::string m_baseUrl;
    bool m_hasHead = false;
    bool m_isBroken = false;
    bool m_isCut = false;
};

} // namespace Turso::Remote
