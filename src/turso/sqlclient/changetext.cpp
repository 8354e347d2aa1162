// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/changetext.h"

#include "base/json.h"
#include "turso/sqlclient/upstream.h"

#include <algorithm>

namespace Turso::Remote
{

using Base::ErrorKind;

namespace
{

// abs() fails on the smallest integer, and on no other; what depends on the data is not computed
// before its time.
std::string failsIf(const std::string &condition)
{
    return "SELECT abs(-9223372036854775807 - (" + condition + "))";
}

bool contains(const std::vector<std::size_t> &list, std::size_t step)
{
    return std::find(list.begin(), list.end(), step) != list.end();
}

} // namespace

std::string quotedName(std::string_view name)
{
    std::string quoted = "\"";
    for (const char c : name) {
        quoted += c;
        if (c == '"')
            quoted += c;
    }
    return quoted + '"';
}

Base::Error impactChanged(std::int64_t maxRows)
{
    return {ErrorKind::ImpactChanged,
            "The statement would change more than the " + std::to_string(maxRows)
                + " rows that were approved; nothing was changed.",
            "Look at the new impact with dry_run and ask again.",
            {}};
}

void ChangeText::begin()
{
    chain(m_batch.addOwn("BEGIN IMMEDIATE"));
}

std::size_t ChangeText::add(const std::string &sql, const Arguments &arguments)
{
    const std::size_t step = m_batch.addOwn(sql, m_before, arguments);
    chain(step);
    return step;
}

std::size_t ChangeText::addBeside(const std::string &sql)
{
    const std::size_t step = m_batch.addOwn(sql, m_before);
    m_beside.push_back(step);
    return step;
}

void ChangeText::statements()
{
    std::string guarded;
    for (const Sql::Statement &statement : m_script->statements) {
        if (m_privilege == Privilege::Write && statement.table != guarded)
            guardReplace(statement.table);
        guarded = statement.table;
        if (m_script->maxRowsChanged && statement.dropsData && statement.verb == "DROP TABLE")
            guardDrop(statement);
        m_statementSteps.push_back(m_batch.add(statement.text, m_before, m_script->arguments));
        chain(m_statementSteps.back());
    }
}

void ChangeText::guardReplace(const std::string &table)
{
    // Defined with ON CONFLICT REPLACE, it would let a plain INSERT delete rows.
    m_replaceGuards.push_back(
        add(failsIf("EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1 "
                    "COLLATE NOCASE AND sql LIKE '%ON%CONFLICT%REPLACE%')"),
            std::vector<Value>{table}));
}

void ChangeText::guardDrop(const Sql::Statement &statement)
{
    // No counter tells of the rows that go with a table; it may not be there at all (IF EXISTS).
    const std::string table = quotedName(statement.table);
    const std::size_t isThere = addBeside("SELECT 1 FROM " + table + " LIMIT 0");
    const std::size_t guard
        = m_batch.addOwn(failsIf("(SELECT count(*) FROM " + table + ") > ?1"), okOf(isThere),
                         std::vector<Value>{*m_script->maxRowsChanged});
    m_rowGuards.push_back(guard);
    m_before = andOf(m_before, orOf(notOf(okOf(isThere)), okOf(guard)));
}

void ChangeText::guardRows()
{
    // A stream of its own has counted nothing before.
    if (m_script->maxRowsChanged)
        m_rowGuards.push_back(
            add(failsIf("total_changes() > ?1"), std::vector<Value>{*m_script->maxRowsChanged}));
}

std::size_t ChangeText::addSample(const std::string &sql, std::int64_t mostRows)
{
    const std::size_t isSmall
        = m_batch.addOwn(failsIf("total_changes() > ?1"), m_before, std::vector<Value>{mostRows});
    const std::size_t undone
        = m_batch.addOwn("ROLLBACK TO " + std::string(kSavepoint), okOf(isSmall));
    const std::size_t sample = m_batch.addOwn(sql, okOf(undone), m_script->arguments);
    m_beside.insert(m_beside.end(), {isSmall, undone, sample});
    return sample;
}

void ChangeText::commit()
{
    m_commit = m_batch.addOwn("COMMIT", m_before);
    m_beside.push_back(m_batch.addOwn("ROLLBACK", notOf(okOf(*m_commit))));
}

void ChangeText::rollback()
{
    m_beside.push_back(m_batch.addOwn("ROLLBACK"));
}

bool ChangeText::isStatement(std::size_t step) const
{
    return contains(m_statementSteps, step);
}

bool ChangeText::isCommitted(const std::vector<StepAnswer> &steps) const
{
    return m_commit && *m_commit < steps.size() && steps[*m_commit].ran && !steps[*m_commit].error;
}

std::optional<ChangeText::Failure> ChangeText::failureOf(const std::vector<StepAnswer> &steps) const
{
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (!steps[i].error || contains(m_beside, i))
            continue;
        const EngineError &error = *steps[i].error;
        const bool isGuards = error.message.find("overflow") != std::string::npos;
        if (isGuards && contains(m_rowGuards, i))
            return Failure{impactChanged(*m_script->maxRowsChanged)};
        const auto next = std::upper_bound(m_statementSteps.begin(), m_statementSteps.end(), i);
        const auto index = static_cast<std::size_t>(next - m_statementSteps.begin());
        if (isGuards && contains(m_replaceGuards, i))
            return Failure{{ErrorKind::NotUnderstood,
                            "The table " + m_script->statements[index].table
                                + " is defined with ON CONFLICT REPLACE, so that this statement "
                                  "can delete rows; it needs a session that may delete.",
                            {},
                            Base::dumpJson({{"statement", index}})}};
        if (m_commit && i == *m_commit)
            return Failure{engineError(error), m_statementSteps.size() - 1, error};
        if (isStatement(i))
            return Failure{engineError(error), index - 1, error};
        return Failure{engineError(error), std::nullopt, error};
    }
    return std::nullopt;
}

} // namespace Turso::Remote
