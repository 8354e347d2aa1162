// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/cloud/answers.h"
#include "turso/cloud/api.h"
#include "turso/platform.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace Turso::CloudApi
{

/// One organization's databases: looked up, made, configured and deleted. The gateway thread; the
/// api and the clock must outlive it. Errors of Turso are those of refusalOf().
class Databases : public QObject
{
    Q_OBJECT
public:
    /// `patience`: how long a new database may be missing from what Turso answers.
    Databases(Api &api, const Base::Clock &clock, std::chrono::milliseconds patience);

    /// By name, each once, however many pages it takes.
    Base::Pending<std::vector<Database>> all(std::string group);
    /// Those that Turso says are branches of the database with this id; their records may lack
    /// parts.
    Base::Pending<std::vector<Database>> childrenOf(std::string id);
    Base::Pending<DatabasePage> page(std::string group, int limit, std::string cursor);

    /// Its record alone.
    Base::Pending<Database> record(std::string name);
    /// With its configuration, and its size where Turso tells.
    Base::Pending<Database> whole(std::string name);
    /// A new one, as soon as Turso shows it: for so long as `isThere` is false of it, or it is
    /// NotFound, it is asked for again until patience ends; then what there is.
    Base::Pending<Database> appeared(std::string name, bool (*isThere)(const Database &));

    /// POST with this body; its record, as far as the answer has it.
    Base::Pending<Database> post(std::string name, Base::Json body, std::string doing);
    Base::Pending<Configured> configure(std::string name, ConfigurationChange change);
    /// Protected if the database is protected, or its group as far as that can be known. Nothing is
    /// deleted whose protection cannot be read.
    Base::Pending<std::string> remove(std::string name);

Q_SIGNALS:
    void removed(const QString &name);

private:
    using Listed = std::pair<std::vector<Database>, std::string>;
    struct Walk;
    Base::Pending<DatabaseList> list(const std::string &query);
    void walk(const std::shared_ptr<Walk> &walk);
    Base::Pending<std::vector<Database>> walked(std::string query);
    Base::Pending<DatabasePage> slice(std::string group, std::size_t limit, std::string after);
    Base::Pending<DatabaseConfiguration> configuration(const std::string &name);
    Base::Pending<bool> isGroupProtected(const std::string &group);
    Base::Pending<std::string> erase(const std::string &name);
    Base::Pending<Configured> patch(const std::string &name, Database before, Base::Json body);
    void ask(const std::string &name, bool (*isThere)(const Database &),
             std::chrono::milliseconds left, std::chrono::milliseconds step,
             const std::shared_ptr<QPromise<Base::Result<Database>>> &promise);

    Api &m_api;
    const Base::Clock &m_clock;
    const std::chrono::milliseconds m_patience;
    /// The whole list of a server that does not page, for who asks for its parts one after another.
    struct Kept {
        std::string group;
        Base::Millis at = 0;
        std::vector<Database> databases;
    } m_kept;
};

/// NotFound for what cannot be a database's name, so that it never gets into a path.
Base::Result<void> checkExisting(std::string_view name);
/// Turso's rule for new names; InvalidArgument (details {"argument":"name"}).
Base::Result<void> checkNew(std::string_view name);
/// At least a page. InvalidArgument (details {"argument":"size_limit"}).
Base::Result<void> checkSizeLimit(std::int64_t bytes);

} // namespace Turso::CloudApi
