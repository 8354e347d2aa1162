// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platform.h"
#include "turso/sqlclient/answer.h"
#include "turso/sqlclient/hranatext.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace Turso::Remote
{

/// A script that changes something as one conditional batch: a step runs if the one before it went
/// well, COMMIT if the last did, ROLLBACK if COMMIT did not. Conditions cannot see counts; a guard
/// is a query of ours that fails where something must not go on.
class ChangeText
{
public:
    ChangeText(const Script &script, Privilege privilege)
        : m_script(&script)
        , m_privilege(privilege)
    {
    }

    /// BEGIN IMMEDIATE, or nothing if the transaction is open already.
    void begin();
    /// One of ours, with the chain: what follows runs only if it goes well.
    std::size_t add(const std::string &sql, const Arguments &arguments = std::vector<Value>{});
    /// One of ours beside the chain: whether it goes well matters to nobody.
    std::size_t addBeside(const std::string &sql);
    void statements();
    void guardRows();
    /// Undoes the statements down to the savepoint, if they have changed few rows, and runs `sql`
    /// instead to see them.
    std::size_t addSample(const std::string &sql, std::int64_t mostRows);
    void commit();
    void rollback();

    const BatchText &batch() const { return m_batch; }
    bool isStatement(std::size_t step) const;
    std::size_t stepOf(std::size_t statement) const { return m_statementSteps[statement]; }

    /// The error that ended the batch, if one did, and the statement that it is about.
    struct Failure {
        Base::Error error;
        std::optional<std::size_t> statement = {};
        EngineError engine = {};
    };
    std::optional<Failure> failureOf(const std::vector<StepAnswer> &steps) const;
    bool isCommitted(const std::vector<StepAnswer> &steps) const;
    std::optional<std::size_t> commitStep() const { return m_commit; }

private:
    void chain(std::size_t step) { m_before = okOf(step); }
    void guardReplace(const std::string &table);
    void guardDrop(const Sql::Statement &statement);

    const Script *m_script;
    Privilege m_privilege;
    BatchText m_batch;
    std::string m_before;
    std::vector<std::size_t> m_statementSteps;
    std::vector<std::size_t> m_rowGuards;
    std::vector<std::size_t> m_replaceGuards;
    std::vector<std::size_t> m_beside;
    std::optional<std::size_t> m_commit;
};

/// Before a change that is to be sampled.
inline constexpr const char *kSavepoint = "before_the_change";

/// "name" as SQL.
std::string quotedName(std::string_view name);

Base::Error impactChanged(std::int64_t maxRows);

} // namespace Turso::Remote
