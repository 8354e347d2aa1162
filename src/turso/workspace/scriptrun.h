// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platform.h"
#include "turso/workspace/connection.h"
#include "turso/workspace/impactrecorder.h"
#include "turso/workspace/runcontrol.h"
#include "turso/workspace/schemasnapshot.h"

#include <memory>
#include <optional>

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

private:
    Base::Result<void> begin();
    Base::Result<void> runStatements();
    Base::Result<void> runOne(std::size_t index);
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
};

} // namespace Turso::Embedded
