// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/schemasnapshot.h"

#include "turso/sql/lexer.h"

#include <sqlite3.h>

#include <algorithm>

namespace Turso::Embedded
{

namespace
{

std::string textAt(sqlite3_stmt *statement, int column)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement, column));
    return text != nullptr ? text : "";
}

bool contains(const std::vector<std::string> &list, const std::string &item)
{
    return std::find(list.begin(), list.end(), item) != list.end();
}

} // namespace

const char *const SchemaSnapshot::kObjects
    = "SELECT type, name, rootpage, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' "
      "ESCAPE '\\' AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')";

const char *const SchemaSnapshot::kColumns
    = "SELECT m.name, x.name FROM sqlite_schema AS m, pragma_table_xinfo(m.name) AS x "
      "WHERE m.type = 'table' ORDER BY m.name, x.cid";

SchemaSnapshot SchemaSnapshot::of(Connection &connection)
{
    SchemaSnapshot snapshot;
    const StatementPointer objects = connection.prepareOwn(kObjects);
    while (objects && sqlite3_step(objects.get()) == SQLITE_ROW)
        snapshot.addObject(textAt(objects.get(), 0), textAt(objects.get(), 1),
                           sqlite3_column_int64(objects.get(), 2), textAt(objects.get(), 3));
    const StatementPointer columns = connection.prepareOwn(kColumns);
    while (columns && sqlite3_step(columns.get()) == SQLITE_ROW)
        snapshot.addColumn(textAt(columns.get(), 0), textAt(columns.get(), 1));
    return snapshot;
}

void SchemaSnapshot::addObject(std::string type, std::string name, std::int64_t rootPage,
                               std::string sql)
{
    const Key key{type, Sql::lowered(name)};
    m_objects.emplace(key, Object{std::move(type), std::move(name), rootPage, std::move(sql), {}});
}

void SchemaSnapshot::addColumn(const std::string &table, std::string column)
{
    const auto found = m_objects.find({"table", Sql::lowered(table)});
    if (found != m_objects.end())
        found->second.columns.push_back(std::move(column));
}

const SchemaSnapshot::Object *SchemaSnapshot::find(const Key &key) const
{
    const auto found = m_objects.find(key);
    return found == m_objects.end() ? nullptr : &found->second;
}

const SchemaSnapshot::Object *SchemaSnapshot::renamed(const Object &object,
                                                      const SchemaSnapshot &other) const
{
    if (object.type != "table" || object.rootPage == 0)
        return nullptr;
    for (const auto &[key, candidate] : other.m_objects) {
        if (candidate.type == "table" && candidate.rootPage == object.rootPage
            && candidate.columns == object.columns && find(key) == nullptr)
            return &candidate;
    }
    return nullptr;
}

std::string SchemaSnapshot::alteration(const Object &before, const Object &after)
{
    std::vector<std::string> removed;
    std::vector<std::string> added;
    for (const std::string &column : before.columns) {
        if (!contains(after.columns, column))
            removed.push_back(column);
    }
    for (const std::string &column : after.columns) {
        if (!contains(before.columns, column))
            added.push_back(column);
    }
    if (removed.size() == 1 && added.size() == 1 && before.columns.size() == after.columns.size())
        return "altered: column " + removed.front() + " renamed to " + added.front();
    std::string text;
    for (const std::string &column : added)
        text += (text.empty() ? "column " : ", column ") + column + " added";
    for (const std::string &column : removed)
        text += (text.empty() ? "column " : ", column ") + column + " removed";
    return text.empty() ? "altered" : "altered: " + text;
}

std::vector<SchemaChange>
SchemaSnapshot::changesTo(const SchemaSnapshot &later,
                          const std::map<std::string, std::int64_t> &droppedRows) const
{
    std::vector<SchemaChange> changes;
    for (const auto &[key, before] : m_objects) {
        const std::string object = before.type + ' ' + before.name;
        if (const Object *after = later.find(key)) {
            if (after->sql != before.sql)
                changes.push_back({object, alteration(before, *after)});
            continue;
        }
        if (const Object *after = renamed(before, later)) {
            changes.push_back({object, "renamed to " + after->name});
            continue;
        }
        std::string change = "dropped";
        if (const auto rows = droppedRows.find(key.second);
            before.type == "table" && rows != droppedRows.end())
            change
                += " with " + std::to_string(rows->second) + (rows->second == 1 ? " row" : " rows");
        changes.push_back({object, change});
    }
    for (const auto &[key, after] : later.m_objects) {
        if (find(key) == nullptr && later.renamed(after, *this) == nullptr)
            changes.push_back({after.type + ' ' + after.name, "created"});
    }
    return changes;
}

} // namespace Turso::Embedded
