// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "turso/sql/tokens.h"
#include "turso/sqlclient/impacttables.h"
#include "turso/sqlclient/writejob.h"

#include <map>

namespace Turso::Remote
{

namespace
{

constexpr std::int64_t kMostSampled = 100; // rows that are changed once more to be shown

/// Whether RETURNING can be appended.
bool canReturn(const Sql::Statement &statement)
{
    if (statement.verb != "INSERT" && statement.verb != "REPLACE" && statement.verb != "UPDATE"
        && statement.verb != "DELETE")
        return false;
    const auto statements = Sql::splitStatements(statement.text);
    return statements.size() == 1 && !statements.front().find("RETURNING", 0);
}

/// Looks at the schema first, with the turn to write already held, then counts what the change
/// touches before and after it: two requests on one stream. If the link is cut between them, the
/// server rolls back.
class MeasuredJob final : public WriteJob
{
public:
    using WriteJob::WriteJob;

protected:
    void begin() override;
    void succeeded(std::vector<StepAnswer> &steps) override;

private:
    void looked(PipelineAnswer answer);
    void measure(const std::string &baton);
    void addSample();
    Impact impactOf(const Outcome &outcome, const std::vector<StepAnswer> &steps) const;

    enum Look : std::size_t { Begin, Objects, Columns, Tables, Triggers, Keys, Size };
    std::vector<StepAnswer> m_look;
    std::vector<Touched> m_touched;
    std::size_t m_countsBefore = 0;
    std::size_t m_countsAfter = 0;
    std::size_t m_total = 0;
    std::size_t m_schema = 0;
    std::optional<std::size_t> m_sample;
};

void MeasuredJob::begin()
{
    BatchText look;
    look.addOwn("BEGIN IMMEDIATE");
    for (const char *sql : {Embedded::SchemaSnapshot::kObjects, Embedded::SchemaSnapshot::kColumns,
                            kTables, kTriggers, kForeignKeys})
        look.addOwn(sql, okOf(0));
    pipeline(
        pipelineBody({}, look.request()), false,
        [this](std::size_t, std::size_t) { return &m_ownBudget; },
        [this](PipelineAnswer answer) { looked(std::move(answer)); });
}

void MeasuredJob::looked(PipelineAnswer answer)
{
    if (answer.parts.empty())
        return failUnreadable();
    PartAnswer &part = answer.parts.front();
    if (part.error)
        return fail(engineError(*part.error));
    if (part.steps.size() != Look::Size)
        return failUnreadable();
    if (part.steps[Look::Begin].error)
        return fail(engineError(*part.steps[Look::Begin].error));
    if (answer.baton.empty())
        return fail(noAnswer("keeps no stream, so that the change cannot be measured", asked()));
    if (!follows(answer.baseUrl))
        return;
    m_look = std::move(part.steps);
    m_touched = touchedBy(m_task.script.statements, m_look[Look::Tables], m_look[Look::Triggers],
                          m_look[Look::Keys]);
    measure(answer.baton);
}

void MeasuredJob::measure(const std::string &baton)
{
    m_change = ChangeText(m_task.script, m_task.privilege);
    const auto count = [this] {
        const std::size_t first = m_change.batch().size();
        for (const Touched &table : m_touched)
            m_change.addBeside("SELECT count(*) FROM " + quotedName(table.name));
        return first;
    };
    m_countsBefore = count();
    const bool isSampled = m_task.script.dryRun && m_task.script.statements.size() == 1
        && canReturn(m_task.script.statements.front());
    if (isSampled)
        m_change.add("SAVEPOINT " + std::string(kSavepoint));
    m_change.statements();
    m_total = m_change.addBeside("SELECT total_changes()");
    m_change.guardRows();
    m_countsAfter = count();
    m_schema = m_change.addBeside(Embedded::SchemaSnapshot::kObjects);
    m_change.addBeside(Embedded::SchemaSnapshot::kColumns);
    if (isSampled)
        addSample();
    if (m_task.script.dryRun)
        m_change.rollback();
    else
        m_change.commit();
    sendLast(baton);
}

void MeasuredJob::addSample()
{
    const Sql::Statement &statement = m_task.script.statements.front();
    m_sample = m_change.addSample(statement.text + " RETURNING *", kMostSampled);
}

void MeasuredJob::succeeded(std::vector<StepAnswer> &steps)
{
    Outcome outcome = outcomeOf(steps);
    outcome.impact = impactOf(outcome, steps);
    finish(std::move(outcome));
}

Impact MeasuredJob::impactOf(const Outcome &outcome, const std::vector<StepAnswer> &steps) const
{
    std::vector<std::int64_t> affected;
    for (const StatementOutcome &statement : outcome.statements)
        affected.push_back(statement.affectedRows);
    std::vector<Touched> touched = m_touched;
    std::map<std::string, std::int64_t> rows;
    for (std::size_t i = 0; i < touched.size(); ++i) {
        touched[i].before = oneNumber(steps[m_countsBefore + i]);
        touched[i].after = oneNumber(steps[m_countsAfter + i]);
        if (touched[i].before)
            rows.emplace(Sql::lowered(touched[i].name), *touched[i].before);
    }
    Impact impact;
    impact.affectedRows = outcome.affectedRows;
    impact.tables
        = impactsOf(m_task.script.statements, affected, touched, oneNumber(steps[m_total]));
    if (m_task.privilege == Privilege::Schema)
        impact.schema = snapshotOf(m_look[Look::Objects], m_look[Look::Columns])
                            .changesTo(snapshotOf(steps[m_schema], steps[m_schema + 1]), rows);
    if (m_sample && *m_sample < steps.size()) {
        const Sql::Statement &statement = m_task.script.statements.front();
        impact.sample = samplesOf(statement.table, steps[*m_sample], statement.verb == "DELETE");
    }
    impact.method = "rolled_back_transaction";
    impact.takenAt = Base::SystemClock().now();
    return impact;
}

} // namespace

std::unique_ptr<ScriptJob> measuredJob(Io &io, ScriptJob::Task task)
{
    return std::make_unique<MeasuredJob>(io, std::move(task));
}

} // namespace Turso::Remote
