// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/gateoracle.h"

#include "turso/sql/lexer.h"

#include <cstdio>
#include <fstream>
#include <sstream>

namespace Support
{

using Turso::Embedded::Connection;
using Turso::Sql::Statement;
using Turso::Sql::StatementClass;

namespace
{

constexpr int kStepsAtOnce = 1000;
constexpr int kMostProgress = 200; ///< of kStepsAtOnce

int countDown(void *left)
{
    return --*static_cast<int *>(left) < 0 ? 1 : 0;
}

/// A wrong class that the engine's half need not see.
bool isHarmlessLie(const Statement &statement, StatementClass lie)
{
    const StatementClass truth = statement.statementClass;
    // REPLACE is an INSERT to SQLite.
    if (truth == StatementClass::Replace)
        return lie == StatementClass::Write;
    // A change of the schema that is refused for what it names: a call inside a view is seen when
    // the view is used, a system table by SQLite itself.
    return truth == StatementClass::Refused && lie == StatementClass::Schema
        && (statement.verb.starts_with("CREATE") || statement.verb.starts_with("ALTER")
            || statement.verb.starts_with("DROP") || statement.verb == "ANALYZE"
            || statement.verb == "REINDEX");
}

} // namespace

GateOracle::GateOracle(std::string path)
    : m_path(std::move(path))
{
    for (const char *suffix : {"", "-journal", "-wal", "-shm"})
        std::remove((m_path + suffix).c_str());
    sqlite3_open(m_path.c_str(), &m_plain);
    for (const char *sql : {"PRAGMA synchronous=OFF", "PRAGMA journal_mode=MEMORY",
                            "PRAGMA max_page_count=2000", "PRAGMA user_version=1"})
        sqlite3_exec(m_plain, sql, nullptr, nullptr, nullptr);
    sqlite3_limit(m_plain, SQLITE_LIMIT_LENGTH, 5'000'000);
    sqlite3_limit(m_plain, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100);
    using Turso::Embedded::Access;
    m_reader = std::move(*Connection::open(m_path, Access::Read, std::nullopt));
    m_writer = std::move(*Connection::open(m_path, Access::Write, std::nullopt));
    m_bytes = bytes();
}

GateOracle::~GateOracle()
{
    sqlite3_close_v2(m_plain);
}

std::string GateOracle::bytes() const
{
    std::ifstream file(m_path, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return std::move(all).str();
}

std::string GateOracle::settings() const
{
    std::string all = std::to_string(sqlite3_get_autocommit(m_plain));
    for (const char *name :
         {"foreign_keys", "query_only", "writable_schema", "synchronous", "cache_size",
          "busy_timeout", "recursive_triggers", "trusted_schema", "journal_mode", "temp_store",
          "max_page_count", "secure_delete", "locking_mode", "defer_foreign_keys"}) {
        sqlite3_stmt *pragma = nullptr;
        sqlite3_prepare_v2(m_plain, (std::string("PRAGMA ") + name).c_str(), -1, &pragma, nullptr);
        if (sqlite3_step(pragma) == SQLITE_ROW)
            all += std::string(" ")
                + reinterpret_cast<const char *>(sqlite3_column_text(pragma, 0));
        sqlite3_finalize(pragma);
    }
    return all;
}

int GateOracle::stepAll(sqlite3_stmt *statement) const
{
    // The hardened connections have a handler of their own, which nobody asks here.
    sqlite3 *db = sqlite3_db_handle(statement);
    int left = kMostProgress;
    sqlite3_progress_handler(db, kStepsAtOnce, &countDown, &left);
    int code = SQLITE_ROW;
    for (int rows = 0; code == SQLITE_ROW && rows < 1000; ++rows)
        code = sqlite3_step(statement);
    sqlite3_reset(statement);
    sqlite3_progress_handler(db, 0, nullptr, nullptr);
    return code;
}

void GateOracle::build(const std::string &sql)
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(m_plain, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK
        && statement != nullptr)
        stepAll(statement);
    sqlite3_finalize(statement);
    m_bytes = bytes();
}

void GateOracle::buildAll(const std::string &sql)
{
    sqlite3_exec(m_plain, sql.c_str(), nullptr, nullptr, nullptr);
    m_bytes = bytes();
}

std::string GateOracle::complaint(std::string_view sql)
{
    m_statements.clear();
    auto statements = Turso::Sql::classify(sql);
    if (!statements) {
        noteRefusal(std::string(sql.substr(0, sql.find('\0'))), statements.error().message);
        return {};
    }
    m_statements = std::move(*statements);
    for (const Statement &statement : m_statements) {
        ++m_figures.statements;
        if (std::string wrong = judge(statement); !wrong.empty())
            return wrong
                + "\n  class: " + std::string(Turso::Sql::className(statement.statementClass))
                + "\n  statement: " + statement.text + "\n  text: " + std::string(sql);
    }
    return judgeSplit(sql);
}

std::string GateOracle::judgeSplit(std::string_view sql)
{
    for (const Statement &statement : m_statements) {
        if (statement.statementClass != StatementClass::Read)
            return {};
    }
    const std::string text(sql);
    std::size_t seen = 0;
    for (const char *at = text.c_str(); *at != '\0';) {
        sqlite3_stmt *prepared = nullptr;
        if (sqlite3_prepare_v2(m_plain, at, -1, &prepared, &at) != SQLITE_OK)
            return {};
        const bool writes
            = sqlite3_stmt_readonly(prepared) == 0 && sqlite3_stmt_isexplain(prepared) == 0;
        seen += prepared != nullptr ? 1 : 0;
        sqlite3_finalize(prepared);
        if (prepared != nullptr && writes)
            return "SQLite sees a change between the queries of: " + text;
    }
    return seen == m_statements.size()
        ? std::string()
        : "SQLite sees " + std::to_string(seen) + " statements in: " + text;
}

std::string GateOracle::judge(const Statement &statement)
{
    if (statement.statementClass == StatementClass::Refused)
        noteRefusal(statement.text, statement.refusal);
    else if (std::string wrong = judgeAgreement(statement); !wrong.empty())
        return wrong;
    if (std::string wrong = judgeLies(statement); !wrong.empty())
        return wrong;
    return statement.statementClass == StatementClass::Read ? judgeRead(statement) : std::string();
}

std::string GateOracle::judgeRead(const Statement &statement)
{
    const bool mayTouchSettings
        = Turso::Sql::lowered(statement.text).find("pragma") != std::string::npos;
    const std::string before = mayTouchSettings ? settings() : std::string();
    const int changes = sqlite3_total_changes(m_plain);
    sqlite3_stmt *prepared = nullptr;
    const char *tail = nullptr;
    const int code = sqlite3_prepare_v2(m_plain, statement.text.c_str(), -1, &prepared, &tail);
    const bool isWhole = tail == statement.text.c_str() + statement.text.size();
    std::string wrong;
    if (code == SQLITE_OK && prepared == nullptr) {
        wrong = "SQLite sees no statement";
    } else if (code == SQLITE_OK && !isWhole) {
        wrong = "SQLite sees more behind the query";
    } else if (code == SQLITE_OK) {
        if (sqlite3_stmt_readonly(prepared) == 0 && sqlite3_stmt_isexplain(prepared) == 0)
            wrong = "SQLite says that it writes";
        else
            stepAll(prepared);
        ++m_figures.reads;
    }
    sqlite3_finalize(prepared);
    if (!wrong.empty())
        return wrong;
    if (sqlite3_total_changes(m_plain) != changes || sqlite3_get_autocommit(m_plain) == 0)
        return "The query changed rows or began a transaction";
    if (mayTouchSettings && settings() != before)
        return "The query changed settings of the connection";
    return bytes() == m_bytes ? "" : "The query changed the file";
}

std::string GateOracle::judgeAgreement(const Statement &statement)
{
    Connection &connection
        = statement.statementClass == StatementClass::Read ? *m_reader : *m_writer;
    const auto prepared = connection.prepare(statement, 0, false);
    if (prepared) {
        ++m_figures.agreed;
        return {};
    }
    // The text of a DROP does not say that the table belongs to a module that is not allowed.
    if (statement.verb == "DROP TABLE" && prepared.error().message.starts_with("The module "))
        return {};
    // A statement can be wrong SQL; but the halves must not contradict each other.
    return prepared.error().kind == Base::ErrorKind::NotUnderstood
        ? "The halves disagree: " + prepared.error().message
        : std::string();
}

std::string GateOracle::judgeLies(const Statement &statement)
{
    for (const StatementClass lie : {StatementClass::Read, StatementClass::Write,
                                     StatementClass::Delete, StatementClass::Schema}) {
        if (lie == statement.statementClass || isHarmlessLie(statement, lie))
            continue;
        Statement lied = statement;
        lied.statementClass = lie;
        lied.refusal.clear();
        ++m_figures.lies;
        const auto prepared = m_writer->prepare(lied, 0, false);
        if (!prepared)
            continue;
        sqlite3_stmt *raw = (*prepared)->statement.get();
        const std::string name(Turso::Sql::className(lie));
        // SQLite may be sure that nothing happens (DROP ... IF EXISTS of nothing, a query).
        if (lie != StatementClass::Read && lie != StatementClass::Schema)
            return "The engine's half takes it for a " + name;
        m_writer->authorizer().allow(lie, lied.isExplain);
        stepAll(raw);
        if (std::string now = bytes(); now != m_bytes) {
            m_bytes = std::move(now);
            return "Told that it is a " + name + ", the engine's half lets it change the file";
        }
    }
    return {};
}

void GateOracle::noteRefusal(const std::string &sql, const std::string &why)
{
    const std::string folded = Turso::Sql::lowered(sql);
    if (!folded.starts_with("select") && !folded.starts_with("values")
        && !folded.starts_with("with"))
        return;
    sqlite3_stmt *prepared = nullptr;
    if (sqlite3_prepare_v2(m_plain, sql.c_str(), -1, &prepared, nullptr) == SQLITE_OK
        && prepared != nullptr && sqlite3_stmt_readonly(prepared) != 0)
        m_refusedQueries.emplace_back(sql, why);
    sqlite3_finalize(prepared);
}

std::vector<std::pair<std::string, std::string>> GateOracle::takeRefusedQueries()
{
    return std::exchange(m_refusedQueries, {});
}

} // namespace Support
