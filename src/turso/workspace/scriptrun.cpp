// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/scriptrun.h"

#include "base/json.h"
#include "turso/sql/lexer.h"
#include "turso/workspace/binding.h"
#include "turso/workspace/engineerror.h"
#include "turso/workspace/enginegate.h"
#include "turso/workspace/estimate.h"
#include "turso/workspace/impactrecorder.h"
#include "turso/workspace/rowtext.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace Turso::Embedded
{

using Base::ErrorKind;
using Sql::StatementClass;

namespace
{

/// How long a dry run may hold up other writers before it is estimated instead.
constexpr std::chrono::seconds kDryRunBudget{2};

bool mayRun(Privilege privilege, StatementClass statementClass)
{
    switch (privilege) {
    case Privilege::Read:
        return statementClass == StatementClass::Read;
    case Privilege::Write:
        return statementClass == StatementClass::Write;
    case Privilege::Delete:
        return statementClass == StatementClass::Delete || statementClass == StatementClass::Replace
            || statementClass == StatementClass::Write;
    case Privilege::Schema:
        return statementClass == StatementClass::Schema;
    }
    return false;
}

std::string statementDetails(std::size_t index)
{
    return Base::dumpJson({{"statement", index}});
}

bool insertsRows(const Sql::Statement &statement)
{
    return statement.verb == "INSERT" || statement.verb == "REPLACE";
}

/// A used statement goes back to its cache without rows, arguments or locks.
class Cleaner
{
public:
    explicit Cleaner(sqlite3_stmt *statement)
        : m_statement(statement)
    {
    }
    ~Cleaner()
    {
        sqlite3_reset(m_statement);
        sqlite3_clear_bindings(m_statement);
    }
    Cleaner(const Cleaner &) = delete;
    Cleaner &operator=(const Cleaner &) = delete;

private:
    sqlite3_stmt *m_statement;
};

} // namespace

Base::Result<void> checkClasses(const Script &script, Privilege privilege)
{
    if (script.statements.empty())
        return Base::fail(ErrorKind::InvalidArgument, "There is no statement to run.");
    for (std::size_t i = 0; i < script.statements.size(); ++i) {
        const Sql::Statement &statement = script.statements[i];
        if (statement.statementClass == StatementClass::Refused)
            return Base::fail(ErrorKind::NotUnderstood, statement.refusal, {}, statementDetails(i));
        if (!mayRun(privilege, statement.statementClass))
            return Base::fail(ErrorKind::WrongTool,
                              "Statement " + std::to_string(i + 1) + " is a "
                                  + std::string(Sql::className(statement.statementClass))
                                  + " statement (" + statement.verb
                                  + "), which this session may not run.",
                              {}, statementDetails(i));
    }
    if (script.statements.size() > 1 && !isEmpty(script.arguments))
        return Base::fail(ErrorKind::InvalidArgument,
                          "Arguments can be given with one statement only.");
    return {};
}

ScriptRun::~ScriptRun()
{
    m_recorder.reset();
    if (m_connection.isInTransaction())
        m_connection.run(Connection::Own::Rollback);
    m_connection.setControl(nullptr);
}

Base::Result<Outcome> ScriptRun::run()
{
    if (auto checked = checkClasses(m_script, m_privilege); !checked)
        return tl::unexpected(std::move(checked).error());
    m_connection.setControl(&m_control);
    m_started = std::chrono::steady_clock::now();
    m_executions.reserve(m_script.statements.size());
    if (auto begun = begin(); !begun)
        return failed(std::move(begun).error());
    if (auto ran = runStatements(); !ran)
        return failed(std::move(ran).error());
    if (auto finished = finish(); !finished)
        return failed(std::move(finished).error());
    m_outcome.durationMs
        = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - m_started)
              .count();
    return std::move(m_outcome);
}

Base::Result<void> ScriptRun::begin()
{
    if (!changesRows() && m_script.statements.size() == 1)
        return {}; // SQLite's own implicit transaction does
    const int code = m_connection.run(changesRows() ? Connection::Own::BeginImmediate
                                                    : Connection::Own::Begin);
    if (code != SQLITE_OK)
        return tl::unexpected(engineError(m_connection.handle(), code, &m_control));
    if (!changesRows())
        return {};
    if (m_script.dryRun || m_script.measureImpact || m_script.maxRowsChanged) {
        m_recorder = std::make_unique<ImpactRecorder>(m_connection, m_control);
        if (m_privilege == Privilege::Schema)
            m_schemaBefore = SchemaSnapshot::of(m_connection);
    }
    if (m_script.dryRun)
        m_control.setBudget(std::chrono::steady_clock::now() + kDryRunBudget);
    else if (m_script.maxRowsChanged)
        m_control.setMaxChanges(*m_script.maxRowsChanged);
    return {};
}

Base::Result<void> ScriptRun::runStatements()
{
    for (std::size_t i = 0; i < m_script.statements.size(); ++i) {
        if (m_control.shouldEnd())
            return tl::unexpected(endedError(m_control.end()));
        if (auto ran = runOne(i); !ran)
            return ran;
    }
    return {};
}

Base::Result<void> ScriptRun::runOne(std::size_t index)
{
    const Sql::Statement &statement = m_script.statements[index];
    const auto begun = std::chrono::steady_clock::now();
    const sqlite3_int64 changesBefore = sqlite3_total_changes64(m_connection.handle());
    // A measured statement is prepared anew: only then does SQLite leave out its short cut for
    // DELETE.
    auto found = m_connection.prepare(statement, index, m_recorder == nullptr);
    auto ran = found ? runPrepared(index, **found)
                     : Base::Result<void>(tl::unexpected(std::move(found).error()));
    const auto ended = std::chrono::steady_clock::now();
    Execution &execution = m_executions.emplace_back();
    execution.startedAt
        = std::chrono::duration_cast<std::chrono::milliseconds>(begun - m_started).count();
    execution.duration = std::chrono::round<std::chrono::microseconds>(ended - begun);
    execution.shape = shapeOf(found ? *found : nullptr, statement);
    execution.statementClass = statement.statementClass;
    if (m_outcome.statements.size() > index) {
        execution.rowsReturned = m_outcome.statements[index].rowCount;
        execution.bytesReturned
            = static_cast<std::int64_t>(m_outcome.statements[index].rows.size());
    }
    execution.rowsWritten = sqlite3_total_changes64(m_connection.handle()) - changesBefore;
    execution.dryRun = m_script.dryRun;
    return ran;
}

Base::Result<void> ScriptRun::runPrepared(std::size_t index, Prepared &prepared)
{
    const Sql::Statement &statement = m_script.statements[index];
    if (m_privilege == Privilege::Write && replacesByDefinition(m_connection, statement))
        return tl::unexpected(
            disagreement("The table " + statement.table
                             + " is defined with ON CONFLICT REPLACE, so that this statement can "
                               "delete rows; it needs a session that may delete.",
                         index));
    const Cleaner cleaner(prepared.statement.get());
    if (auto bound = bindArguments(prepared.statement.get(), m_script.arguments); !bound)
        return bound;
    if (m_recorder)
        m_recorder->begin(statement, prepared.witness);
    // SQLite may prepare it again while it runs, if the schema has changed: under the same rules.
    m_connection.authorizer().allow(statement.statementClass, statement.isExplain);
    return step(prepared, statement);
}

Base::Result<void> ScriptRun::step(Prepared &prepared, const Sql::Statement &statement)
{
    sqlite3 *db = m_connection.handle();
    StatementOutcome &outcome = m_outcome.statements.emplace_back();
    describeColumns(prepared, outcome);
    outcome.rows = "[";
    if (insertsRows(statement))
        sqlite3_set_last_insert_rowid(db, 0);
    bool full = false;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(prepared.statement.get())) == SQLITE_ROW) {
        if (full)
            continue; // a statement with RETURNING still has to finish
        if (auto taken = takeRow(prepared, outcome, full); !taken)
            return taken;
        if (full && statement.statementClass == StatementClass::Read)
            break;
    }
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        return tl::unexpected(m_control.end() == RunControl::End::TooManyChanges
                                  ? impactChanged()
                                  : engineError(db, code, &m_control));
    outcome.rows += ']';
    if (statement.statementClass == StatementClass::Read)
        return {};
    const bool countsRows = statement.statementClass != StatementClass::Schema;
    outcome.affectedRows = countsRows ? sqlite3_changes64(db) : 0;
    m_outcome.affectedRows += outcome.affectedRows;
    if (m_recorder)
        m_recorder->end(outcome.affectedRows);
    if (insertsRows(statement) && outcome.affectedRows > 0 && sqlite3_last_insert_rowid(db) != 0)
        outcome.lastInsertRowid = sqlite3_last_insert_rowid(db);
    return {};
}

Base::Result<void> ScriptRun::takeRow(Prepared &prepared, StatementOutcome &outcome, bool &full)
{
    if (outcome.rowCount >= m_script.limits.maxRows) {
        outcome.truncated = full = true;
        return {};
    }
    const std::size_t before = outcome.rows.size();
    if (outcome.rowCount > 0)
        outcome.rows += ',';
    const std::size_t left = m_script.limits.maxBytes - std::min(m_bytes, m_script.limits.maxBytes);
    const bool fits = appendRow(outcome.rows, prepared.statement.get(), before + left);
    // Reading a value can take memory too; without it the value is not what it should be.
    if (sqlite3_errcode(m_connection.handle()) == SQLITE_NOMEM)
        return tl::unexpected(engineError(m_connection.handle(), SQLITE_NOMEM, &m_control));
    if (!fits) {
        outcome.rows.resize(before);
        outcome.rows.shrink_to_fit();
        outcome.truncated = full = true;
        return {};
    }
    m_bytes += outcome.rows.size() - before;
    ++outcome.rowCount;
    return {};
}

void ScriptRun::describeColumns(Prepared &prepared, StatementOutcome &outcome) const
{
    sqlite3_stmt *statement = prepared.statement.get();
    const int count = sqlite3_column_count(statement);
    outcome.columns.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const char *name = sqlite3_column_name(statement, i);
        const char *type = sqlite3_column_decltype(statement, i);
        outcome.columns.push_back({name != nullptr ? name : "", std::nullopt});
        if (type != nullptr)
            outcome.columns.back().type = type;
    }
}

void ScriptRun::takeImpact()
{
    const bool shown = m_script.dryRun || m_script.measureImpact;
    m_control.setBudget(std::nullopt);
    Impact impact = m_recorder->take(shown);
    impact.affectedRows = m_outcome.affectedRows;
    if (m_schemaBefore && shown) {
        std::map<std::string, std::int64_t> dropped;
        for (const TableImpact &table : impact.tables) {
            if (table.via == "statement" && table.totalRows)
                dropped.emplace(Sql::lowered(table.name), *table.totalRows);
        }
        impact.schema = m_schemaBefore->changesTo(SchemaSnapshot::of(m_connection), dropped);
    }
    m_outcome.impact = std::move(impact);
    m_recorder.reset();
}

Base::Error ScriptRun::impactChanged() const
{
    return {ErrorKind::ImpactChanged,
            "The statement would change more than the " + std::to_string(*m_script.maxRowsChanged)
                + " rows that were approved; nothing was changed.",
            "Look at the new impact with dry_run and ask again.",
            {}};
}

Base::Result<void> ScriptRun::finish()
{
    if (!m_connection.isInTransaction())
        return {};
    if (m_recorder)
        takeImpact();
    if (m_script.dryRun) {
        m_connection.run(Connection::Own::Rollback);
        noteRollback();
        return {};
    }
    if (m_script.maxRowsChanged && m_outcome.impact
        && m_outcome.impact->totalRowsChanged() > *m_script.maxRowsChanged)
        return tl::unexpected(impactChanged());
    if (!m_script.measureImpact)
        m_outcome.impact.reset();
    if (m_control.shouldEnd())
        return tl::unexpected(endedError(m_control.end()));
    const int code = m_connection.run(Connection::Own::Commit);
    if (code == SQLITE_OK)
        return {};
    Base::Error error = engineError(m_connection.handle(), code, &m_control);
    // A failing disk at this very moment: the commit record may or may not have been written.
    if ((code & 0xFF) == SQLITE_IOERR)
        error.details
            = Base::dumpJson({{"outcome", "unknown"}, {"engine_code", engineCodeName(code)}});
    return tl::unexpected(std::move(error));
}

void ScriptRun::noteRollback()
{
    for (Execution &execution : m_executions)
        execution.rowsWritten = 0;
}

void ScriptRun::noteError(const Base::Error &error)
{
    if (m_executions.empty())
        return; // it failed before the first
    Execution &last = m_executions.back();
    last.cancelled = error.kind == ErrorKind::Cancelled;
    last.error = Base::wireCode(error.kind);
    if (const auto details = Base::parseJson(error.details))
        last.error = Base::stringMember(*details, "engine_code").value_or(last.error);
}

Base::Result<Outcome> ScriptRun::failed(Base::Error error)
{
    m_recorder.reset();
    if (m_connection.isInTransaction())
        m_connection.run(Connection::Own::Rollback);
    noteRollback();
    if (!m_script.dryRun || m_control.end() != RunControl::End::OverBudget) {
        noteError(error);
        return tl::unexpected(std::move(error));
    }
    m_control.setBudget(std::nullopt);
    m_outcome = {};
    m_outcome.statements.resize(m_script.statements.size());
    m_outcome.impact = estimateImpact(m_connection, m_script, m_control);
    m_outcome.affectedRows = m_outcome.impact->affectedRows;
    return std::move(m_outcome);
}

} // namespace Turso::Embedded
