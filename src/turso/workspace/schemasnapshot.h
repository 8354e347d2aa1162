// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/types.h"
#include "turso/workspace/connection.h"

#include <map>
#include <string>
#include <vector>

namespace Turso::Embedded
{

/// What stands in sqlite_schema at one moment of a transaction, without SQLite's own objects and
/// the inner tables of virtual ones.
class SchemaSnapshot
{
public:
    static SchemaSnapshot of(Connection &connection);

    /// One that is made by hand: what kObjects and kColumns select, objects first.
    static const char *const kObjects; ///< type, name, rootpage, sql
    static const char *const kColumns; ///< table, column
    void addObject(std::string type, std::string name, std::int64_t rootPage, std::string sql);
    void addColumn(const std::string &table, std::string column);

    /// From this to `later`. `droppedRows`: rows of dropped tables by their name in lower case,
    /// where known.
    std::vector<SchemaChange>
    changesTo(const SchemaSnapshot &later,
              const std::map<std::string, std::int64_t> &droppedRows) const;

private:
    struct Object {
        std::string type;
        std::string name;
        std::int64_t rootPage = 0;
        std::string sql;
        std::vector<std::string> columns; ///< of tables
    };
    using Key = std::pair<std::string, std::string>;

    const Object *find(const Key &key) const;
    /// A table of the other snapshot that is the same b-tree under another name.
    const Object *renamed(const Object &object, const SchemaSnapshot &other) const;
    static std::string alteration(const Object &before, const Object &after);

    std::map<Key, Object> m_objects;
};

} // namespace Turso::Embedded
