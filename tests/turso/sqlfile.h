// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sqlite3.h>

#include <string>
#include <vector>

namespace Support
{

/// A plain connection of the test's own to a file, to look at it from outside.
class SqlFile
{
public:
    explicit SqlFile(const std::string &path) { sqlite3_open(path.c_str(), &m_db); }
    ~SqlFile() { sqlite3_close_v2(m_db); }
    SqlFile(const SqlFile &) = delete;
    SqlFile &operator=(const SqlFile &) = delete;

    sqlite3 *handle() const { return m_db; }
    bool run(const std::string &sql)
    {
        return sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    }

    /// All values of all rows, "|" between columns and a newline after each row.
    std::string query(const std::string &sql)
    {
        std::string out;
        const auto add = [](void *text, int count, char **values, char **) {
            for (int i = 0; i < count; ++i) {
                if (i > 0)
                    *static_cast<std::string *>(text) += '|';
                *static_cast<std::string *>(text) += values[i] != nullptr ? values[i] : "NULL";
            }
            *static_cast<std::string *>(text) += '\n';
            return 0;
        };
        if (sqlite3_exec(m_db, sql.c_str(), add, &out, nullptr) != SQLITE_OK)
            return std::string("error: ") + sqlite3_errmsg(m_db);
        return out;
    }

    /// The whole content: schema and every row of every table.
    std::string content()
    {
        std::string out = query("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2")
            + query("PRAGMA user_version") + query("PRAGMA application_id");
        std::string names = query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1");
        for (std::size_t at = 0; at < names.size();) {
            const std::size_t end = names.find('\n', at);
            const std::string name = names.substr(at, end - at);
            out += name + ":\n" + query("SELECT * FROM \"" + name + "\"");
            at = end + 1;
        }
        return out;
    }

private:
    sqlite3 *m_db = nullptr;
};

} // namespace Support
