// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/impacttables.h"

#include "base/json.h"
#include "turso/sql/tokens.h"

#include <QByteArray>

#include <algorithm>
#include <map>

namespace Turso::Remote
{

using Sql::StatementClass;

namespace
{

constexpr std::size_t kMostTables = 24;
constexpr std::size_t kMostSamples = 20;

std::optional<Base::Json> rowsOf(const StepAnswer &step)
{
    if (!step.ran || step.error || step.outcome.truncated)
        return std::nullopt;
    auto rows = Base::parseJson(step.outcome.rows);
    return rows && rows->is_array() ? std::optional(std::move(*rows)) : std::nullopt;
}

/// Whether a foreign key's action changes rows.
bool drags(const std::string &action)
{
    return Sql::equalsFolded(action, "CASCADE") || Sql::equalsFolded(action, "SET NULL")
        || Sql::equalsFolded(action, "SET DEFAULT");
}

bool names(const std::string &sql, const std::string &table)
{
    for (const Sql::Tokens &tokens : Sql::splitStatements(sql)) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (tokens.isName(i) && Sql::equalsFolded(tokens.name(i), table))
                return true;
        }
    }
    return false;
}

void note(std::vector<Touched> &touched, const std::string &name, const char *via)
{
    const bool isKnown = std::any_of(touched.begin(), touched.end(), [&](const Touched &one) {
        return Sql::equalsFolded(one.name, name);
    });
    if (!isKnown && touched.size() < kMostTables)
        touched.push_back({name, via});
}

/// What statements have done to their own table, by their counts.
struct Own {
    std::int64_t inserted = 0;
    std::int64_t updated = 0;
    std::int64_t deleted = 0;
    std::int64_t upserted = 0; ///< inserted or updated
    bool replaces = false;
};

void add(Own &own, const Sql::Statement &statement, std::int64_t affected)
{
    own.replaces = own.replaces || statement.statementClass == StatementClass::Replace;
    if (statement.verb == "DELETE")
        own.deleted += affected;
    else if (statement.verb == "UPDATE")
        own.updated += affected;
    else if (statement.updatesOnConflict)
        own.upserted += affected;
    else
        own.inserted += affected;
}

TableImpact impactOf(const Touched &table, const Own &own)
{
    TableImpact impact{table.name, own.inserted, own.updated, own.deleted, table.before, table.via};
    if (!table.before || !table.after) {
        impact.updated += own.upserted;
        return impact;
    }
    // What the counts leave open: inserts among upserts, and the rows that were replaced.
    const std::int64_t grown = *table.after - *table.before;
    const std::int64_t open = grown - own.inserted + own.deleted;
    const std::int64_t inserted = std::clamp<std::int64_t>(open, 0, own.upserted);
    impact.inserted += inserted;
    impact.updated += own.upserted - inserted;
    const std::int64_t rest = open - inserted;
    if (rest < 0) // replaced, or deleted by a trigger or a cascade within the table
        impact.deleted -= rest;
    else
        impact.inserted += rest;
    return impact;
}

} // namespace

std::optional<std::vector<std::vector<std::string>>> textRows(const StepAnswer &step)
{
    const auto rows = rowsOf(step);
    if (!rows)
        return std::nullopt;
    std::vector<std::vector<std::string>> texts;
    for (const Base::Json &row : *rows) {
        auto &text = texts.emplace_back();
        for (const Base::Json &cell : row)
            text.push_back(cell.is_string()     ? cell.get_ref<const std::string &>()
                               : cell.is_null() ? std::string()
                                                : Base::dumpJson(cell));
    }
    return texts;
}

std::optional<std::int64_t> oneNumber(const StepAnswer &step)
{
    const auto rows = textRows(step);
    if (!rows || rows->size() != 1 || rows->front().size() != 1)
        return std::nullopt;
    const QByteArray digits = QByteArray::fromStdString(rows->front().front());
    bool isNumber = false;
    const qlonglong number = digits.toLongLong(&isNumber);
    return isNumber ? std::optional<std::int64_t>(number) : std::nullopt;
}

Embedded::SchemaSnapshot snapshotOf(const StepAnswer &objects, const StepAnswer &columns)
{
    Embedded::SchemaSnapshot snapshot;
    for (auto &row : textRows(objects).value_or(std::vector<std::vector<std::string>>{})) {
        if (row.size() == 4)
            snapshot.addObject(row[0], row[1], QByteArray::fromStdString(row[2]).toLongLong(),
                               row[3]);
    }
    for (auto &row : textRows(columns).value_or(std::vector<std::vector<std::string>>{})) {
        if (row.size() == 2)
            snapshot.addColumn(row[0], row[1]);
    }
    return snapshot;
}

std::vector<Touched> touchedBy(const std::vector<Sql::Statement> &statements,
                               const StepAnswer &tables, const StepAnswer &triggers,
                               const StepAnswer &foreignKeys)
{
    std::vector<Touched> touched;
    using Rows = std::vector<std::vector<std::string>>;
    const Rows allTables = textRows(tables).value_or(Rows{});
    const Rows allTriggers = textRows(triggers).value_or(Rows{});
    const Rows allKeys = textRows(foreignKeys).value_or(Rows{});
    for (const Sql::Statement &statement : statements) {
        const bool hasRows
            = statement.statementClass != StatementClass::Schema || statement.verb == "DROP TABLE";
        if (hasRows && !statement.table.empty())
            note(touched, statement.table, "statement");
    }
    for (std::size_t i = 0; i < touched.size(); ++i) {
        const std::string name = touched[i].name;
        for (const auto &key : allKeys) {
            if (key.size() == 4 && Sql::equalsFolded(key[0], name)
                && (drags(key[2]) || drags(key[3])))
                note(touched, key[1], "cascade");
        }
        for (const auto &trigger : allTriggers) {
            if (trigger.size() != 2 || !Sql::equalsFolded(trigger[0], name))
                continue;
            for (const auto &table : allTables) {
                if (table.size() == 1 && names(trigger[1], table[0]))
                    note(touched, table[0], "trigger");
            }
        }
    }
    return touched;
}

std::vector<TableImpact> impactsOf(const std::vector<Sql::Statement> &statements,
                                   const std::vector<std::int64_t> &affected,
                                   const std::vector<Touched> &touched,
                                   std::optional<std::int64_t> totalChanges)
{
    std::map<std::string, Own> own;
    std::map<std::string, bool> dropped;
    std::int64_t replaced = 0;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const std::string table = Sql::lowered(statements[i].table);
        if (statements[i].statementClass == StatementClass::Schema)
            dropped[table] = statements[i].verb == "DROP TABLE";
        else
            add(own[table], statements[i], affected[i]);
    }
    std::vector<TableImpact> impacts;
    std::int64_t told = 0;
    for (const Touched &table : touched) {
        const std::string name = Sql::lowered(table.name);
        TableImpact impact = impactOf(table, own[name]);
        if (dropped[name])
            impact.deleted = table.before.value_or(0);
        else
            told += impact.inserted + impact.updated + impact.deleted;
        if (own[name].replaces)
            replaced += impact.deleted;
        const bool changes = impact.inserted + impact.updated + impact.deleted > 0;
        if (changes || table.via == "statement")
            impacts.push_back(std::move(impact));
    }
    // Rows that triggers and cascades have changed without a table's growing or shrinking.
    const std::int64_t rest = totalChanges.value_or(0) - (told - replaced);
    if (rest <= 0)
        return impacts;
    const auto others = std::count_if(touched.begin(), touched.end(), [](const Touched &table) {
        return table.via != "statement";
    });
    const auto other = std::find_if(touched.begin(), touched.end(),
                                    [](const Touched &table) { return table.via != "statement"; });
    if (others != 1) {
        impacts.push_back({"(other tables)", 0, rest, 0, std::nullopt, "trigger"});
        return impacts;
    }
    const auto known = std::find_if(impacts.begin(), impacts.end(), [&](const TableImpact &impact) {
        return impact.name == other->name;
    });
    if (known != impacts.end())
        known->updated += rest;
    else
        impacts.push_back({other->name, 0, rest, 0, other->before, other->via});
    return impacts;
}

std::vector<RowSample> samplesOf(const std::string &table, const StepAnswer &step, bool isBefore)
{
    std::vector<RowSample> samples;
    const auto rows = rowsOf(step);
    if (!rows)
        return samples;
    for (const Base::Json &row : *rows) {
        if (samples.size() >= kMostSamples || row.size() != step.outcome.columns.size())
            break;
        std::string text = "{";
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0)
                text += ',';
            Base::appendQuoted(text, step.outcome.columns[i].name);
            text += ':' + Base::dumpJson(row[i]);
        }
        text += '}';
        samples.push_back(isBefore ? RowSample{table, std::move(text), {}}
                                   : RowSample{table, {}, std::move(text)});
    }
    return samples;
}

} // namespace Turso::Remote
