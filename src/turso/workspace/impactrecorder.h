// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/statement.h"
#include "turso/types.h"
#include "turso/workspace/connection.h"
#include "turso/workspace/runcontrol.h"

#include <array>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_value;

namespace Turso::Embedded
{

/// Counts and samples every row that statements change, by SQLite's pre-update hook, inside the
/// transaction that changes them. Statements must be prepared while it lives: SQLite's short cut
/// for DELETE without WHERE is only left out then. One thread.
class ImpactRecorder
{
public:
    ImpactRecorder(Connection &connection, RunControl &control);
    ~ImpactRecorder();
    ImpactRecorder(const ImpactRecorder &) = delete;
    ImpactRecorder &operator=(const ImpactRecorder &) = delete;

    /// Before a statement's first step.
    void begin(const Sql::Statement &statement, const Witness &witness);
    /// After its last; `changes` as SQLite counted them.
    void end(std::int64_t changes);

    /// Everything so far. `tables` have their rows before the change where they can be counted in
    /// 200 ms.
    Impact take(bool withTotals);

    /// The row count of a table, unless that takes longer than the run's budget allows.
    std::optional<std::int64_t> countRows(const std::string &table);

private:
    /// From the highest rowid; at least 1.
    std::int64_t estimatedRows(const std::string &table);
    std::optional<std::int64_t> numberOf(const std::string &sql);

    struct Sample {
        std::string table;
        bool byStatement = false;
        std::vector<std::string> before; ///< JSON texts in column order
        std::vector<std::string> after;
    };

    static void changed(void *self, sqlite3 *db, int operation, const char *schema,
                        const char *table, long long oldRowid, long long newRowid);
    void add(int operation, const char *table);
    TableImpact &entry(const std::string &table, const char *via);
    void addSample(int operation, const std::string &table, bool byStatement);
    std::vector<std::string> values(int (*read)(sqlite3 *, int, sqlite3_value **)) const;
    std::vector<std::string> columnNames(const std::string &table);
    RowSample named(const Sample &sample);

    Connection &m_connection;
    RunControl &m_control;
    const Sql::Statement *m_statement = nullptr;
    const Witness *m_witness = nullptr;
    std::int64_t m_ownChanges = 0;
    bool m_isEstimate = false; ///< a dropped table had too many rows to count
    std::vector<TableImpact> m_tables;
    std::vector<Sample> m_samples;
    std::array<std::size_t, 2> m_sampled{};
};

/// `name` as an SQL identifier.
std::string quotedName(const std::string &name);

} // namespace Turso::Embedded
