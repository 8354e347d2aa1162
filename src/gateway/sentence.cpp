// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/sentence.h"

#include <algorithm>

namespace Gateway
{

namespace
{

using Turso::Sql::Statement;
using Turso::Sql::StatementClass;

std::string rowsOf(std::int64_t count)
{
    return grouped(count) + (count == 1 ? " row" : " rows");
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

std::string onlyTable(const Plan &plan)
{
    const std::string &table = plan.statements.front().table;
    for (const Statement &statement : plan.statements) {
        if (statement.table != table)
            return "several tables";
    }
    return table.empty() ? "a table" : table;
}

// What a write does at its worst; an INSERT in front must not hide the UPDATE behind it.
std::string writeVerb(const Plan &plan, const std::string &count)
{
    bool adds = false;
    bool changes = false;
    bool replaces = false;
    for (const Statement &statement : plan.statements) {
        const bool replace = statement.statementClass == StatementClass::Replace;
        const bool change = statement.verb == "UPDATE" || statement.updatesOnConflict;
        replaces = replaces || replace;
        changes = changes || (change && !replace);
        adds = adds || (!change && !replace);
    }
    const std::string table = onlyTable(plan);
    if (replaces)
        return (adds || changes ? "change and replace " : "replace ") + count + " in " + table;
    if (changes)
        return (adds ? "add and change " : "change ") + count + " in " + table;
    return "add " + count + " to " + table;
}

std::string sqlVerb(const Plan &plan, const std::optional<Turso::Impact> &impact)
{
    const Statement &first = plan.statements.front();
    const std::string count = impact ? rowsOf(impact->affectedRows) : std::string("rows");
    switch (first.statementClass) {
    case StatementClass::Delete:
        return "delete " + count + " from " + onlyTable(plan);
    case StatementClass::Replace:
    case StatementClass::Write:
        return writeVerb(plan, count);
    case StatementClass::Schema:
        if (plan.statements.size() > 1)
            return "make " + std::to_string(plan.statements.size()) + " schema changes";
        return lower(first.verb) + (first.table.empty() ? "" : " " + first.table);
    case StatementClass::Read:
    case StatementClass::Refused:
        break;
    }
    return "read from " + plan.database;
}

const Turso::TableImpact *mainTable(const Plan &plan, const Turso::Impact &impact)
{
    if (plan.statements.empty())
        return nullptr;
    for (const Turso::TableImpact &table : impact.tables) {
        if (table.name == plan.statements.front().table && table.via == "statement")
            return &table;
    }
    return nullptr;
}

void join(std::string &line, const std::string &part)
{
    if (!line.empty())
        line += " · ";
    line += part;
}

} // namespace

std::string grouped(std::int64_t number)
{
    std::string digits = std::to_string(number);
    const std::size_t sign = number < 0 ? 1 : 0;
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3;
         at > static_cast<std::ptrdiff_t>(sign); at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string sentenceFor(const std::string &agent, const std::string &tool, const Plan &plan,
                        const std::optional<Turso::Impact> &impact)
{
    if (!plan.statements.empty())
        return agent + " wants to " + sqlVerb(plan, impact);
    if (tool == "delete_database")
        return agent + " wants to delete the database " + plan.database;
    if (tool == "create_database")
        return agent + " wants to create the database "
            + Base::stringMember(plan.given, "name").value_or("");
    std::string words = tool;
    std::replace(words.begin(), words.end(), '_', ' ');
    return agent + " wants to " + words + (plan.database.empty() ? "" : ": " + plan.database);
}

std::string contextFor(const Plan &plan, const std::optional<Turso::Impact> &impact)
{
    std::string line;
    if (!plan.database.empty() && !plan.statements.empty())
        line = "in " + plan.database;
    if (!impact)
        return line;
    if (const auto *table = mainTable(plan, *impact); table && table->totalRows.value_or(0) > 0) {
        const std::int64_t changed = table->deleted + table->updated;
        // To the nearest, but never "100 %" of what is not all of it.
        const std::int64_t percent
            = std::min<std::int64_t>((changed * 200 / *table->totalRows + 1) / 2, 99);
        if (changed >= *table->totalRows)
            join(line, "every row of the table");
        else if (changed > 0)
            join(line,
                 percent == 0 ? "less than 1 % of the table"
                              : std::to_string(percent) + " % of the table");
    }
    for (const Turso::TableImpact &table : impact->tables) {
        const std::int64_t rows = table.deleted + table.updated + table.inserted;
        if (table.via == "cascade")
            join(line, rowsOf(rows) + " in " + table.name + " cascade");
        else if (table.via == "trigger")
            join(line, rowsOf(rows) + " in " + table.name + " by trigger");
    }
    if (impact->method == "estimate")
        join(line, "estimated");
    return line;
}

} // namespace Gateway
