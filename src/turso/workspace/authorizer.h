// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/statement.h"

#include <set>
#include <string>
#include <utility>

struct sqlite3;

namespace Turso::Embedded
{

/// What SQLite itself said about a statement while it prepared it.
struct Witness {
    int primaryAction = 0; ///< SQLITE_INSERT, _UPDATE or _DELETE of the statement itself; 0: none
    std::string primaryTable;
    bool changesShadow = false; ///< of a table that an R-tree may keep its nodes in
    bool changesSchema = false;
    bool hasPragma = false;
    /// (action, table) of what triggers do; what happens below the statement and is not here is a
    /// cascade.
    std::set<std::pair<int, std::string>> triggered;
};

/// The connection's authorizer: refuses while SQLite prepares (also inside views, triggers and
/// virtual tables, and again when a statement is re-prepared) and takes notes for the agreement of
/// both halves of the gate. One connection, one thread at a time.
class Authorizer
{
public:
    /// Installs itself and takes the engine's own denied functions away; must outlive the
    /// connection.
    void attach(sqlite3 *db);

    /// What may happen from now on. The connection's own statements (BEGIN, PRAGMA ...) run as
    /// `own`.
    void allowOwn() { m_own = true; }
    void allow(Sql::StatementClass statementClass, bool isExplain);

    /// Starts taking notes about a change of `target`; they end with the next allow...().
    void record(std::string target)
    {
        m_witness = {};
        m_target = std::move(target);
        m_recording = true;
    }
    const Witness &witness() const { return m_witness; }
    void stopRecording() { m_recording = false; }

    /// Why it last refused: a sentence, or empty.
    const std::string &refusal() const { return m_refusal; }

private:
    static int ask(void *self, int action, const char *first, const char *second,
                   const char *schema, const char *trigger);
    int decide(int action, const char *first, const char *second, const char *schema,
               const char *trigger);
    int decideChange(int action, const std::string &table, const char *trigger);
    void note(int action, const std::string &table, const char *trigger);
    int decideSchema(int action, const char *first, const char *second);
    int decidePragma(const char *name, const char *argument);
    int refuse(std::string sentence);

    bool m_own = true;
    bool m_explain = false;
    bool m_recording = false;
    Sql::StatementClass m_class = Sql::StatementClass::Refused;
    std::string m_target;
    Witness m_witness;
    std::string m_refusal;
};

} // namespace Turso::Embedded
