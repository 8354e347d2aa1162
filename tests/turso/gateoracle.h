// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/statement.h"
#include "turso/workspace/connection.h"

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace Support
{

/// Holds the gate against SQLite. What is classed as a read runs on a plain connection that nothing
/// protects, and must leave every byte of the file and every setting of the connection as they
/// were; both halves must agree on hardened connections; and a wrong class must never get through
/// the engine's half where it would matter.
class GateOracle
{
public:
    /// A new database at `path`, which is overwritten.
    explicit GateOracle(std::string path);
    ~GateOracle();
    GateOracle(const GateOracle &) = delete;
    GateOracle &operator=(const GateOracle &) = delete;

    /// Runs SQL on the plain connection, whatever it is. Errors are no matter.
    void build(const std::string &sql);
    /// The same with any number of statements.
    void buildAll(const std::string &sql);

    /// Classifies a text and tries everything in it that may be tried. Empty, or what is wrong.
    /// The database is the same afterwards.
    std::string complaint(std::string_view sql);
    /// Of the last text; empty if it was no SQL.
    const std::vector<Turso::Sql::Statement> &statements() const { return m_statements; }

    struct Figures {
        long long statements = 0;
        long long reads = 0; ///< ran to their end or to a limit
        long long agreed = 0; ///< prepared by both halves
        long long lies = 0; ///< wrong classes that the engine's half was told
    };
    const Figures &figures() const { return m_figures; }

    /// Queries that SQLite would run and that the gate refuses, each with the reason, since the
    /// last call.
    std::vector<std::pair<std::string, std::string>> takeRefusedQueries();

private:
    std::string judge(const Turso::Sql::Statement &statement);
    std::string judgeRead(const Turso::Sql::Statement &statement);
    std::string judgeAgreement(const Turso::Sql::Statement &statement);
    std::string judgeSplit(std::string_view sql);
    std::string judgeLies(const Turso::Sql::Statement &statement);
    void noteRefusal(const std::string &sql, const std::string &why);
    int stepAll(sqlite3_stmt *statement) const;
    std::string bytes() const;
    std::string settings() const;

    const std::string m_path;
    sqlite3 *m_plain = nullptr;
    std::unique_ptr<Turso::Embedded::Connection> m_reader;
    std::unique_ptr<Turso::Embedded::Connection> m_writer;
    std::string m_bytes; ///< of the file, as it has to be
    std::vector<Turso::Sql::Statement> m_statements;
    std::vector<std::pair<std::string, std::string>> m_refusedQueries;
    Figures m_figures;
};

} // namespace Support
