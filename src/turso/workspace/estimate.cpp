// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/estimate.h"

#include "turso/sql/tokens.h"
#include "turso/workspace/binding.h"
#include "turso/workspace/impactrecorder.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>

namespace Turso::Embedded
{

namespace
{

constexpr std::chrono::milliseconds kBudget{500};

std::optional<std::int64_t> singleNumber(sqlite3_stmt *query)
{
    if (query == nullptr || sqlite3_step(query) != SQLITE_ROW)
        return std::nullopt;
    return sqlite3_column_int64(query, 0);
}

/// The arguments that the conditions use: those of the SET list stand before them.
std::optional<Arguments> argumentsFor(sqlite3_stmt *query, const Arguments &all)
{
    const auto count = static_cast<std::size_t>(sqlite3_bind_parameter_count(query));
    if (const auto *values = std::get_if<0>(&all)) {
        if (values->size() < count)
            return std::nullopt;
        for (std::size_t i = 1; i <= count; ++i) {
            if (sqlite3_bind_parameter_name(query, static_cast<int>(i)) != nullptr
                && values->size() != count)
                return std::nullopt;
        }
        return std::vector<Value>(values->end() - static_cast<std::ptrdiff_t>(count),
                                  values->end());
    }
    std::vector<std::pair<std::string, Value>> used;
    for (const auto &argument : std::get<1>(all)) {
        for (std::size_t i = 1; i <= count; ++i) {
            const char *name = sqlite3_bind_parameter_name(query, static_cast<int>(i));
            if (name != nullptr && (argument.first == name || argument.first == name + 1)) {
                used.push_back(argument);
                break;
            }
        }
    }
    return used;
}

std::optional<std::int64_t> countMatching(Connection &connection, const Sql::Statement &statement,
                                          const Arguments &arguments)
{
    const auto sql = countingQuery(statement);
    if (!sql)
        return std::nullopt;
    const StatementPointer query = connection.prepareOwn(*sql);
    if (!query)
        return std::nullopt;
    const auto own = argumentsFor(query.get(), arguments);
    if (!own || !bindArguments(query.get(), *own))
        return std::nullopt;
    return singleNumber(query.get());
}

} // namespace

std::optional<std::string> countingQuery(const Sql::Statement &statement)
{
    const std::vector<Sql::Tokens> statements = Sql::splitStatements(statement.text);
    if (statements.size() != 1)
        return std::nullopt;
    const Sql::Tokens &tokens = statements.front();
    const auto verb = Sql::verbAfterCtes(tokens, 0);
    if (!verb)
        return std::nullopt;
    const std::size_t end = tokens.find("RETURNING", *verb).value_or(tokens.size());
    std::string source;
    if (tokens.isWord(*verb, "DELETE")) {
        source = tokens.span(*verb + 2, end);
    } else if (tokens.isWord(*verb, "UPDATE")) {
        const auto set = tokens.find("SET", *verb);
        if (!set || tokens.find("FROM", *set))
            return std::nullopt;
        const std::size_t target = *verb + (tokens.isWord(*verb + 1, "OR") ? 3 : 1);
        source = tokens.span(target, *set);
        std::optional<std::size_t> tail = tokens.find("WHERE", *set);
        if (!tail)
            tail = tokens.find("LIMIT", *set);
        if (tail)
            source += ' ' + std::string(tokens.span(*tail, end));
    } else {
        return std::nullopt;
    }
    return std::string(tokens.span(0, *verb)) + " SELECT count(*) FROM (SELECT 1 FROM " + source
        + ")";
}

Impact estimateImpact(Connection &connection, const Script &script, RunControl &control)
{
    Impact impact;
    impact.takenAt = Base::SystemClock().now();
    impact.method = "estimate";
    for (const Sql::Statement &statement : script.statements) {
        if (statement.table.empty())
            continue;
        control.setBudget(std::chrono::steady_clock::now() + kBudget);
        std::optional<std::int64_t> rows = countMatching(connection, statement, script.arguments);
        control.setBudget(std::chrono::steady_clock::now() + kBudget);
        const std::string table = quotedName(statement.table);
        std::optional<std::int64_t> total
            = singleNumber(connection.prepareOwn("SELECT count(*) FROM main." + table).get());
        control.setBudget(std::chrono::steady_clock::now() + kBudget);
        if (!total)
            total
                = singleNumber(connection.prepareOwn("SELECT max(rowid) FROM main." + table).get());
        TableImpact entry{.name = statement.table, .totalRows = total, .via = "statement"};
        const std::int64_t count = rows.value_or(total.value_or(0));
        const bool deletes = statement.verb == "DELETE" || statement.verb == "DROP TABLE";
        (deletes                          ? entry.deleted
             : statement.verb == "UPDATE" ? entry.updated
                                          : entry.inserted)
            = count;
        if (statement.statementClass != Sql::StatementClass::Schema)
            impact.affectedRows += count;
        impact.tables.push_back(std::move(entry));
    }
    control.setBudget(std::nullopt);
    return impact;
}

} // namespace Turso::Embedded
