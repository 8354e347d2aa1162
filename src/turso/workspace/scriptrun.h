// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platform.h"
#include "turso/statistics/execution.h"
#include "turso/workspace/connection.h"
#include "turso/workspace/impactrecorder.h"
#include "turso/workspace/runcontrol.h"
#include "turso/workspace/schemasnapshot.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace Turso::Embedded
{

/// WrongTool if a session of `privilege` may not run one of the statements; NotUnderstood if one is
/// Refused.
Base::Result<void> checkClasses(const Script &script, Privilege privilege);

/// Runs one script as one transaction on one connection, and leaves nothing half done. Used once,
/// on the thread that has the connection.
class ScriptRun
{
public:
    ScriptRun(Connection &connection, Privilege privilege, const Script &script,
              RunControl &control)
        : m_connection(connection)
        , m_privilege(privilege)
        , m_script(script)
        , m_control(control)
    {
    }
    ~ScriptRun();
    ScriptRun(const ScriptRun &) = delete;
    ScriptRun &operator=(const ScriptRun &) = delete;

    Base::Result<Outcome> run();

    /// What of it ran, in order, once run() is over. `startedAt`, `wait`, `databaseId` and who had
    /// it run are for the caller to fill in. A COMMIT that fails is the last statement's error.
    std::span<Execution> executions() { return m_executions; }
    /// When run() began.
    RunControl::Time started() const { return m_started; }

private:
    Base::Result<void> begin();
    Base::Result<void> runStatements();
    Base::Result<void> runOne(std::size_t index);
    Base::Result<void> runPrepared(std::size_t index, Prepared &prepared);
    void noteError(const Base::Error &error);
    void noteRollback();
    Base::Result<void> step(Prepared &prepared, const Sql::Statement &statement);
    Base::Result<void> takeRow(Prepared &prepared, StatementOutcome &outcome, bool &full);
    void describeColumns(Prepared &prepared, StatementOutcome &outcome) const;
    Base::Result<void> finish();
    void takeImpact();
    Base::Result<Outcome> failed(Base::Error error);
    Base::Error impactChanged() const;
    bool changesRows() const { return m_privilege != Privilege::Read; }

    Connection &m_connection;
    const Privilege m_privilege;
    const Script &m_script;
    RunControl &m_control;
    std::unique_ptr<ImpactRecorder> m_recorder;
    std::optional<SchemaSnapshot> m_schemaBefore;
    std::size_t m_bytes = 0;
    Outcome m_outcome;
    RunControl::Time m_started;
    std::vector<Execution> m_executions;
};

} // namespace Turso::Embedded
