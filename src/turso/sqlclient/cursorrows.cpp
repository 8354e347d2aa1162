// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/cursorrows.h"

#include <simdjson.h>

#include <utility>

namespace Turso::Remote
{

namespace
{

/// A row's text may be longer than what it becomes (types, escapes), but not without end.
constexpr std::size_t kLineFactor = 8;
constexpr std::size_t kLineLeast = 256 * 1024;

} // namespace

CursorRows::CursorRows(AnswerReader &reader, RowBudget &budget, std::size_t first,
                       std::size_t count)
    : m_reader(reader)
    , m_budget(budget)
    , m_first(first)
    , m_steps(count)
{
    for (StepAnswer &step : m_steps)
        step.outcome.rows = "[";
}

bool CursorRows::take(std::string_view bytes)
{
    m_text += bytes;
    m_text.reserve(m_text.size() + simdjson::SIMDJSON_PADDING);
    std::size_t from = 0;
    bool goOn = true;
    for (auto end = m_text.find('\n'); goOn && end != std::string::npos;
         end = m_text.find('\n', from)) {
        const std::string_view line(m_text.data() + from, end - from);
        if (!line.empty())
            goOn = takeLine(line, m_text.capacity() - end);
        from = end + 1;
    }
    m_text.erase(0, from);
    if (goOn && m_text.size() > kLineLeast + kLineFactor * m_budget.bytes) {
        // A row that cannot fit any more: it need not even be there.
        StepAnswer *step = current();
        m_isBroken = step == nullptr;
        m_isCut = true;
        if (step != nullptr)
            step->outcome.truncated = true;
        return false;
    }
    return goOn;
}

StepAnswer *CursorRows::current()
{
    return m_step >= m_first && m_step - m_first < m_steps.size() ? &m_steps[m_step - m_first]
                                                                  : nullptr;
}

bool CursorRows::takeLine(std::string_view line, std::size_t roomBehind)
{
    using Kind = AnswerReader::Line::Kind;
    m_row.clear();
    auto read = m_reader.cursorLine(line, roomBehind, !std::exchange(m_hasHead, true), m_row);
    m_isBroken = !read;
    if (!read)
        return false;
    switch (read->kind) {
    case Kind::Head:
        m_baton = std::move(read->baton);
        m_baseUrl = std::move(read->baseUrl);
        return true;
    case Kind::StepBegin:
        m_step = read->step;
        if (StepAnswer *step = current()) {
            step->ran = true;
            step->outcome.columns = std::move(read->columns);
        }
        return true;
    case Kind::Row:
        return takeRow();
    case Kind::StepEnd:
        if (current() != nullptr)
            ++m_ended;
        return true;
    case Kind::StepError:
    case Kind::Error:
        if (!m_error) {
            m_failedStep = read->kind == Kind::StepError ? read->step : m_step;
            m_error = std::move(read->error);
        }
        return read->kind == Kind::StepError;
    case Kind::Other:
        return true;
    }
    return true;
}

bool CursorRows::takeRow()
{
    StepAnswer *step = current();
    if (step == nullptr || addRow(step->outcome, m_row, m_budget))
        return true;
    // The last statement: whatever else comes is not wanted, and its making is stopped.
    m_isCut = m_step - m_first + 1 == m_steps.size();
    return !m_isCut;
}

bool CursorRows::isWhole() const
{
    return m_ended == m_steps.size();
}

std::vector<StepAnswer> CursorRows::takeSteps()
{
    for (StepAnswer &step : m_steps)
        step.outcome.rows += ']';
    return std::move(m_steps);
}

} // namespace Turso::Remote
