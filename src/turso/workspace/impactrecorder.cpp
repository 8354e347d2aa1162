// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/impactrecorder.h"

#include "base/json.h"
#include "turso/sql/lexer.h"
#include "turso/workspace/rowtext.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace Turso::Embedded
{

namespace
{

constexpr std::size_t kSamples = 20;
constexpr std::size_t kCellBytes = 200;
constexpr std::chrono::milliseconds kCountBudget{200};

} // namespace

std::string quotedName(const std::string &name)
{
    std::string quoted = "\"";
    for (const char c : name)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

ImpactRecorder::ImpactRecorder(Connection &connection, RunControl &control)
    : m_connection(connection)
    , m_control(control)
{
    sqlite3_preupdate_hook(
        connection.handle(),
        [](void *self, sqlite3 *db, int operation, const char *schema, const char *table,
           sqlite3_int64 oldRowid, sqlite3_int64 newRowid) {
            changed(self, db, operation, schema, table, oldRowid, newRowid);
        },
        this);
}

ImpactRecorder::~ImpactRecorder()
{
    sqlite3_preupdate_hook(m_connection.handle(), nullptr, nullptr);
}

void ImpactRecorder::begin(const Sql::Statement &statement, const Witness &witness)
{
    m_statement = &statement;
    m_witness = &witness;
    m_ownChanges = 0;
    if (statement.verb != "DROP TABLE")
        return;
    const auto outer = m_control.budget();
    m_control.setBudget(std::chrono::steady_clock::now() + kCountBudget);
    auto rows = countRows(statement.table);
    if (!rows && m_control.end() == RunControl::End::OverBudget) {
        // Rows that are too many to count must not look like none.
        m_control.setBudget(std::chrono::steady_clock::now() + kCountBudget);
        rows = estimatedRows(statement.table);
        m_isEstimate = true;
    }
    if (rows) {
        TableImpact &table = entry(statement.table, "statement");
        table.deleted += *rows;
        table.totalRows = *rows;
    }
    m_control.setBudget(outer);
}

void ImpactRecorder::end(std::int64_t changes)
{
    // A virtual table's own rows pass no hook; what passed was its inner tables.
    if (m_statement->statementClass != Sql::StatementClass::Schema && m_ownChanges == 0
        && changes > 0) {
        TableImpact &table = entry(m_statement->table, "statement");
        (m_statement->verb == "DELETE"       ? table.deleted
             : m_statement->verb == "UPDATE" ? table.updated
                                             : table.inserted)
            += changes;
    }
    m_statement = nullptr;
    m_witness = nullptr;
}

void ImpactRecorder::changed(void *self, sqlite3 *, int operation, const char *, const char *table,
                             long long, long long)
{
    static_cast<ImpactRecorder *>(self)->add(operation, table);
}

void ImpactRecorder::add(int operation, const char *table)
{
    if (m_statement == nullptr)
        return;
    const bool byStatement = sqlite3_preupdate_depth(m_connection.handle()) == 0;
    if (byStatement) {
        // Inner tables of a virtual table, or the emptying that DROP TABLE begins with: told
        // otherwise.
        if (!Sql::equalsFolded(table, m_statement->table)
            || m_statement->statementClass == Sql::StatementClass::Schema)
            return;
        ++m_ownChanges;
    }
    const char *via = "statement";
    if (!byStatement)
        via = m_witness->triggered.contains({operation, Sql::lowered(table)}) ? "trigger"
                                                                              : "cascade";
    m_control.addChange();
    TableImpact &impact = entry(table, via);
    if (operation == SQLITE_INSERT)
        ++impact.inserted;
    else if (operation == SQLITE_UPDATE)
        ++impact.updated;
    else
        ++impact.deleted;
    if (m_sampled[byStatement ? 1 : 0] < kSamples)
        addSample(operation, table, byStatement);
}

TableImpact &ImpactRecorder::entry(const std::string &table, const char *via)
{
    for (TableImpact &impact : m_tables) {
        if (Sql::equalsFolded(impact.name, table) && impact.via == via)
            return impact;
    }
    m_tables.push_back({.name = table, .via = via});
    return m_tables.back();
}

std::vector<std::string> ImpactRecorder::values(int (*read)(sqlite3 *, int, sqlite3_value **)) const
{
    std::vector<std::string> texts;
    const int count = sqlite3_preupdate_count(m_connection.handle());
    for (int i = 0; i < count; ++i) {
        sqlite3_value *value = nullptr;
        std::string text;
        if (read(m_connection.handle(), i, &value) == SQLITE_OK && value != nullptr)
            appendValue(text, value, kCellBytes);
        texts.push_back(text.empty() ? "null" : std::move(text));
    }
    return texts;
}

void ImpactRecorder::addSample(int operation, const std::string &table, bool byStatement)
{
    Sample sample{.table = table, .byStatement = byStatement, .before = {}, .after = {}};
    if (operation != SQLITE_INSERT)
        sample.before = values(&sqlite3_preupdate_old);
    if (operation != SQLITE_DELETE)
        sample.after = values(&sqlite3_preupdate_new);
    m_samples.push_back(std::move(sample));
    ++m_sampled[byStatement ? 1 : 0];
}

std::vector<std::string> ImpactRecorder::columnNames(const std::string &table)
{
    // Virtual generated columns (hidden = 2) are computed, not stored: the hook does not see them.
    const StatementPointer query = m_connection.prepareOwn(
        "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden IN (0, 3) ORDER BY cid");
    std::vector<std::string> names;
    if (!query)
        return names;
    sqlite3_bind_text64(query.get(), 1, table.data(), table.size(), SQLITE_STATIC, SQLITE_UTF8);
    while (sqlite3_step(query.get()) == SQLITE_ROW)
        names.emplace_back(reinterpret_cast<const char *>(sqlite3_column_text(query.get(), 0)));
    return names;
}

RowSample ImpactRecorder::named(const Sample &sample)
{
    const std::vector<std::string> names = columnNames(sample.table);
    const auto object = [&names](const std::vector<std::string> &texts) {
        std::string json;
        // Virtual generated columns come last, without a value.
        for (std::size_t i = 0; i < std::min(texts.size(), names.size()); ++i) {
            json += i == 0 ? '{' : ',';
            Base::appendQuoted(json, names[i]);
            json += ':';
            json += texts[i];
        }
        return json.empty() ? json : json + '}';
    };
    return {sample.table, object(sample.before), object(sample.after)};
}

std::optional<std::int64_t> ImpactRecorder::countRows(const std::string &table)
{
    return numberOf("SELECT count(*) FROM main." + quotedName(table));
}

std::int64_t ImpactRecorder::estimatedRows(const std::string &table)
{
    // Rowids need not be dense: more rows than the file has room for there cannot be.
    const auto rows = numberOf("SELECT min((SELECT max(rowid) FROM main." + quotedName(table)
                               + "), (SELECT page_count * page_size / 5 FROM pragma_page_count, "
                                 "pragma_page_size))");
    return std::max<std::int64_t>(rows.value_or(1), 1);
}

std::optional<std::int64_t> ImpactRecorder::numberOf(const std::string &sql)
{
    const StatementPointer query = m_connection.prepareOwn(sql);
    if (!query || sqlite3_step(query.get()) != SQLITE_ROW)
        return std::nullopt;
    return sqlite3_column_int64(query.get(), 0);
}

Impact ImpactRecorder::take(bool withTotals)
{
    Impact impact;
    // What the statements did themselves comes first; the rest fills up.
    std::stable_partition(m_samples.begin(), m_samples.end(),
                          [](const Sample &sample) { return sample.byStatement; });
    m_samples.resize(std::min(m_samples.size(), kSamples));
    for (const Sample &sample : m_samples)
        impact.sample.push_back(named(sample));
    if (withTotals) {
        std::map<std::string, std::int64_t> growth;
        for (const TableImpact &table : m_tables)
            growth[Sql::lowered(table.name)] += table.inserted - table.deleted;
        m_control.setBudget(std::chrono::steady_clock::now() + kCountBudget);
        for (TableImpact &table : m_tables) {
            if (table.totalRows)
                continue;
            if (const auto rows = countRows(table.name))
                table.totalRows = *rows - growth[Sql::lowered(table.name)];
        }
        m_control.setBudget(std::nullopt);
    }
    impact.tables = std::move(m_tables);
    impact.takenAt = Base::SystemClock().now();
    impact.method = m_isEstimate ? "estimate" : "rolled_back_transaction";
    return impact;
}

} // namespace Turso::Embedded
