// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/writejob.h"

namespace Turso::Remote
{

std::unique_ptr<ScriptJob> writeJob(Io &io, ScriptJob::Task task)
{
    return std::make_unique<WriteJob>(io, std::move(task));
}

WriteJob::WriteJob(Io &io, Task task)
    : ScriptJob(io, std::move(task))
    , m_change(m_task.script, m_task.privilege)
{
}

void WriteJob::begin()
{
    m_change = ChangeText(m_task.script, m_task.privilege);
    m_change.begin();
    m_change.statements();
    m_change.guardRows();
    m_change.commit();
    sendLast({});
}

std::string WriteJob::closing() const
{
    return hasHrana3() ? R"(,{"type":"get_autocommit"},{"type":"close"})" : R"(,{"type":"close"})";
}

void WriteJob::sendLast(const std::string &baton)
{
    const bool mayChange = m_change.commitStep().has_value();
    pipeline(
        pipelineBody(baton, m_change.batch().request() + closing()), mayChange,
        [this](std::size_t, std::size_t step) {
            return m_change.isStatement(step) ? &m_budget : &m_ownBudget;
        },
        [this](PipelineAnswer answer) { ran(std::move(answer)); });
}

void WriteJob::ran(PipelineAnswer answer)
{
    if (answer.parts.empty())
        return failUnreadable();
    PartAnswer &part = answer.parts.front();
    if (part.error)
        return failedWhole(answer);
    if (const auto failure = m_change.failureOf(part.steps)) {
        noteStatements(part.steps);
        if (failure->statement && m_change.commitStep()
            && failure->engine.code
                != part.steps[m_change.stepOf(*failure->statement)]
                       .error.value_or(EngineError{})
                       .code)
            noteFailure(*failure->statement, failure->engine); // its COMMIT's
        nothingWasWritten();
        return fail(failure->error);
    }
    const bool isWhole = part.steps.size() == m_change.batch().size()
        && (!m_change.commitStep() || m_change.isCommitted(part.steps));
    if (!isWhole)
        return failUnreadable();
    noteStatements(part.steps);
    succeeded(part.steps);
}

void WriteJob::failedWhole(const PipelineAnswer &answer)
{
    const EngineError &error = *answer.parts.front().error;
    const bool isTooLarge = error.code == "RESPONSE_TOO_LARGE";
    const bool isOpen = answer.parts.size() > 1 && answer.parts[1].isAutocommit == false;
    // Nothing has been run, or closing the stream rolls it back; except that too large an answer
    // may also be COMMIT's.
    if (isTooLarge && !isOpen && m_change.commitStep())
        return fail(noAnswer("said that its answer is too large", asked()));
    noteFailure(0, error);
    fail(engineError(error));
}

void WriteJob::noteStatements(const std::vector<StepAnswer> &steps)
{
    for (std::size_t i = 0; i < m_task.script.statements.size(); ++i) {
        const std::size_t step = m_change.stepOf(i);
        if (step < steps.size() && (steps[step].ran || steps[step].error))
            noteExecution(i, steps[step]);
    }
}

Outcome WriteJob::outcomeOf(std::vector<StepAnswer> &steps) const
{
    Outcome outcome;
    for (std::size_t i = 0; i < m_task.script.statements.size(); ++i) {
        StatementOutcome &one = steps[m_change.stepOf(i)].outcome;
        if (m_task.script.statements[i].verb != "INSERT"
            && m_task.script.statements[i].verb != "REPLACE")
            one.lastInsertRowid.reset();
        outcome.affectedRows += one.affectedRows;
        outcome.statements.push_back(std::move(one));
    }
    outcome.durationMs
        = m_engineMs > 0 ? m_engineMs : static_cast<double>(m_elapsed.nsecsElapsed()) / 1e6;
    return outcome;
}

void WriteJob::succeeded(std::vector<StepAnswer> &steps)
{
    finish(outcomeOf(steps));
}

} // namespace Turso::Remote
