// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/types.h"
#include "turso/workspace/connection.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace Turso::Embedded
{

/// What databases and groups there are: a SQLite file, and its content in memory, so that asking
/// costs nothing. Any thread.
class Registry
{
public:
    /// Opens `path`, or makes it with the group "default".
    static Base::Result<std::unique_ptr<Registry>> open(const std::string &path);

    std::vector<Group> groups() const;
    std::vector<Database> databases() const;
    std::optional<Database> find(const std::string &name) const;
    bool hasDemo() const;

    /// Durable when it returns. `isDemo`: never make the demo again.
    Base::Result<void> add(const Database &database, bool isDemo);
    Base::Result<void> remove(const std::string &name);
    Base::Result<void> configure(const std::string &name,
                                 const DatabaseConfiguration &configuration);
    Base::Result<void> addGroup(const Group &group);
    Base::Result<void> removeGroup(const std::string &name);
    Base::Result<void> protectGroup(const std::string &name, bool isProtected);

private:
    Registry() = default;
    bool connect();
    bool load();
    void settle();
    bool execute(const char *sql, const std::vector<Value> &values);
    Base::Result<void> inTransaction(bool done);

    std::string m_path;
    bool m_isFresh = false;
    std::unique_ptr<Connection> m_connection;
    std::mutex m_writing; ///< the file
    mutable std::mutex m_mutex; ///< what follows
    std::vector<Group> m_groups;
    std::vector<Database> m_databases; ///< by name
    bool m_hasDemo = false;
};

} // namespace Turso::Embedded
