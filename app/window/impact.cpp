// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/impact.h"

#include "window/wording.h"

#include <QCoreApplication>
#include <QVariantMap>

#include <algorithm>
#include <map>
#include <vector>

namespace Window
{

using Base::Json;

namespace
{

constexpr std::size_t kRows = 5;
constexpr std::size_t kColumns = 6;
constexpr std::size_t kTables = 2;
constexpr int kLongestName = 24;

QString tr(const char *text)
{
    return QCoreApplication::translate("Window::Impact", text);
}

struct Counts {
    std::int64_t inserted = 0;
    std::int64_t updated = 0;
    std::int64_t deleted = 0;
    std::int64_t total() const { return inserted + updated + deleted; }
};

Counts countsOf(const Json &table)
{
    return {Base::integerMember(table, "inserted").value_or(0),
            Base::integerMember(table, "updated").value_or(0),
            Base::integerMember(table, "deleted").value_or(0)};
}

struct SampleRow {
    Json before;
    Json after;
};

bool changes(const SampleRow &row, const std::string &column)
{
    return row.before.is_object() && row.after.is_object()
        && Base::member(row.before, column.c_str()) != Base::member(row.after, column.c_str());
}

/// The columns worth showing: what tells the row first, then what changes, then the rest.
std::vector<std::string> columnsOf(const std::vector<SampleRow> &rows)
{
    std::map<std::string, int> ranks;
    for (const SampleRow &row : rows) {
        for (const Json *side : {&row.before, &row.after}) {
            if (!side->is_object())
                continue;
            for (const auto &item : side->items()) {
                int &rank = ranks.try_emplace(item.key(), 2).first->second;
                if (item.key() == "id" || item.key() == "rowid")
                    rank = 0;
                else if (changes(row, item.key()))
                    rank = std::min(rank, 1);
            }
        }
    }
    std::vector<std::string> columns;
    for (int rank = 0; rank < 3; ++rank) {
        for (const auto &[name, of] : ranks) {
            if (of == rank)
                columns.push_back(name);
        }
    }
    columns.resize(std::min(columns.size(), kColumns));
    return columns;
}

QVariantMap cellOf(const SampleRow &row, const std::string &column)
{
    const Json &shown = row.after.is_object() ? row.after : row.before;
    const bool changed = changes(row, column);
    return {{QStringLiteral("text"), Wording::cell(Base::member(shown, column.c_str()))},
            {QStringLiteral("changed"), changed},
            {QStringLiteral("before"),
             changed ? Wording::cell(Base::member(row.before, column.c_str())) : QString()}};
}

QVariantMap sampleOf(const std::string &table, const std::vector<SampleRow> &rows,
                     std::int64_t total)
{
    const std::vector<std::string> names = columnsOf(rows);
    std::vector<qsizetype> letters;
    QVariantList columns;
    QVariantList lines;
    for (const std::string &name : names)
        letters.push_back(std::min<qsizetype>(Wording::text(name).size(), kLongestName));
    const std::size_t shown = std::min(rows.size(), kRows);
    for (std::size_t i = 0; i < shown; ++i) {
        QVariantList cells;
        for (std::size_t at = 0; at < names.size(); ++at) {
            const QVariantMap cell = cellOf(rows[i], names[at]);
            qsizetype width = cell.value(QStringLiteral("text")).toString().size();
            if (cell.value(QStringLiteral("changed")).toBool())
                width += cell.value(QStringLiteral("before")).toString().size() + 3;
            letters[at] = std::max(letters[at], width);
            cells.append(cell);
        }
        lines.append(QVariant(cells));
    }
    for (std::size_t at = 0; at < names.size(); ++at)
        columns.append(
            QVariantMap{{QStringLiteral("name"), Wording::oneLine(names[at], kLongestName)},
                        {QStringLiteral("letters"), letters[at]}});
    const auto more = total - static_cast<std::int64_t>(shown);
    return {{QStringLiteral("table"), Wording::oneLine(table, 60)},
            {QStringLiteral("columns"), columns},
            {QStringLiteral("rows"), lines},
            {QStringLiteral("more"), more > 0 ? Wording::count(more) : QString()}};
}

QString tableSentence(const Json &table)
{
    const Counts counts = countsOf(table);
    QStringList parts;
    if (counts.deleted > 0)
        parts << tr("%1 deleted").arg(Wording::count(counts.deleted));
    if (counts.updated > 0)
        parts << tr("%1 changed").arg(Wording::count(counts.updated));
    if (counts.inserted > 0)
        parts << tr("%1 added").arg(Wording::count(counts.inserted));
    if (parts.isEmpty())
        return {};
    const std::string via = Base::stringMember(table, "via").value_or("statement");
    const QString cause = via == "cascade" ? tr(" by a cascade")
        : via == "trigger"                 ? tr(" by a trigger")
                                           : QString();
    return Wording::oneLine(Base::stringMember(table, "name").value_or("?"), 60)
        + QStringLiteral(": ") + parts.join(QStringLiteral(", ")) + cause;
}

} // namespace

Impact Impact::read(const std::string &text)
{
    Impact impact;
    const auto parsed = text.empty() ? Base::Result<Json>(Json()) : Base::parseJson(text);
    if (!parsed || !parsed->is_object())
        return impact;
    Counts all;
    std::map<std::string, std::int64_t> totals;
    for (const Json &table : Base::member(*parsed, "tables")) {
        const Counts counts = countsOf(table);
        all = {all.inserted + counts.inserted, all.updated + counts.updated,
               all.deleted + counts.deleted};
        totals[Base::stringMember(table, "name").value_or("")] += counts.total();
        if (Base::stringMember(table, "via").value_or("statement") != "statement")
            impact.tables << tableSentence(table);
    }
    impact.tables.removeAll(QString());
    std::vector<std::pair<std::string, std::vector<SampleRow>>> byTable;
    for (const Json &row : Base::member(*parsed, "sample")) {
        const std::string table = Base::stringMember(row, "table").value_or("");
        const auto same = [&table](const auto &entry) {
            return entry.first == table;
        };
        auto found = std::find_if(byTable.begin(), byTable.end(), same);
        if (found == byTable.end())
            found = byTable.insert(found, {table, {}});
        found->second.push_back({Base::member(row, "before"), Base::member(row, "after")});
    }
    byTable.resize(std::min(byTable.size(), kTables));
    for (const auto &[table, rows] : byTable)
        impact.samples.append(sampleOf(table, rows, totals[table]));
    for (const Json &change : Base::member(*parsed, "schema"))
        impact.schema << Wording::oneLine(Base::stringMember(change, "object").value_or("?"), 80)
                + QStringLiteral(": ")
                + Wording::oneLine(Base::stringMember(change, "change").value_or(""), 160);
    impact.title = all.deleted > 0 || all.total() == 0 ? tr("What would go")
        : all.updated > 0                              ? tr("What would change")
                                                       : tr("What would be added");
    if (impact.samples.isEmpty() && !impact.schema.isEmpty())
        impact.title = tr("What would change");
    if (Base::stringMember(*parsed, "method").value_or("") == "estimate")
        impact.note = tr("estimated");
    return impact;
}

} // namespace Window
