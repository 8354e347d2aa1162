// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/cancel.h"
#include "turso/analytics.h"
#include "turso/health.h"
#include "turso/sql/statement.h"
#include "turso/types.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Turso
{

/// The least a call needs. A session can do no more than its privilege says, whatever its
/// statements are.
enum class Privilege { Read, Write, Delete, Schema };

struct Limits {
    std::int64_t maxRows = 500;
    std::size_t maxBytes = 256 * 1024; ///< of the rows' JSON text, over all statements
    std::chrono::milliseconds timeout{30'000};
};

/// What to run as one transaction, all or nothing.
struct Script {
    std::vector<Sql::Statement> statements; ///< from Sql::classify, none Refused
    Arguments arguments = std::vector<Value>{};
    Limits limits = {};
    bool dryRun = false; ///< run, measure, roll back
    bool measureImpact = false; ///< fill Outcome::impact; implied by dryRun
    /// Roll back with ImpactChanged if more rows than this were changed in all
    /// (Impact::totalRowsChanged).
    std::optional<std::int64_t> maxRowsChanged = {};
};

struct Outcome {
    std::vector<StatementOutcome> statements = {};
    std::int64_t affectedRows = 0;
    double durationMs = 0; ///< in the engine, without waiting for it
    std::optional<Impact> impact = {};
};

/// SQL on one database with one privilege. Cheap to make; drop it when the call is over.
class Session
{
public:
    virtual ~Session() = default;
    /// Errors: SqlError (the engine's words; details {"engine_code"}), NotUnderstood (the engine
    /// disagrees with the lexical class; details {"statement"}), WrongTool, LimitExceeded,
    /// ReadOnlyMode (blocked), Cancelled, ImpactChanged, UpstreamError. Nothing is left half done,
    /// whatever it answers.
    virtual Base::Pending<Outcome> execute(Script script, Base::CancelToken cancel) = 0;
};

/// The seam: one connection, its control plane and the way to its SQL. Methods are called on the
/// gateway thread, return at once, and complete on any thread. Names are those of Turso; a database
/// is addressed by name within the connection's one organization.
class Platform
{
public:
    virtual ~Platform() = default;

    virtual Capabilities capabilities() const = 0;
    virtual Organization organization() const = 0;
    virtual Base::Pending<std::vector<Group>> groups() = 0;

    /// By name; of one group, or of all if `group` is empty.
    virtual Base::Pending<std::vector<Database>> databases(std::string group) = 0;
    /// A part of databases(), so that ten thousand need not be there before the first is shown.
    /// `cursor`: empty, or what the page before gave; InvalidArgument if it is nobody's.
    virtual Base::Pending<DatabasePage> databasePage(std::string group, int limit,
                                                     std::string cursor)
    {
        (void)limit;
        (void)cursor;
        return Base::mapped(databases(std::move(group)),
                            [](const Base::Result<std::vector<Database>> &all) {
                                return all.map([](const std::vector<Database> &list) {
                                    return DatabasePage{list, {}};
                                });
                            });
    }
    virtual Base::Pending<Database> database(std::string name) = 0;
    virtual Base::Pending<Database> createDatabase(NewDatabase database) = 0;
    /// Checks delete protection of database and group right before it deletes (Protected).
    virtual Base::Pending<std::string> deleteDatabase(std::string name) = 0;

    /// Checks the values (InvalidArgument; details {"argument"}), changes what is given and nothing
    /// else, all or nothing. Blocks, allow-rules and a size limit hold for open sessions too: what
    /// begins after the answer is refused, and what runs is ended.
    virtual Base::Pending<Configured> configureDatabase(std::string name,
                                                        ConfigurationChange change)
    {
        (void)name;
        (void)change;
        return unsupported<Configured>("configuration");
    }
    /// An empty group. AlreadyExists, InvalidArgument (the name).
    virtual Base::Pending<Group> createGroup(std::string name)
    {
        (void)name;
        return unsupported<Group>("groups");
    }
    /// Protected if it is protected, holds databases, or is the only group. Answers what it was.
    virtual Base::Pending<Group> deleteGroup(std::string name)
    {
        (void)name;
        return unsupported<Group>("groups");
    }
    /// A protected group keeps all its databases from being deleted.
    virtual Base::Pending<Group> protectGroup(std::string name, bool isProtected)
    {
        (void)name;
        (void)isProtected;
        return unsupported<Group>("configuration");
    }

    /// AlreadyExists, NotFound, InvalidArgument (a timestamp outside the window; the message names
    /// the window). The branch is complete when it is answered.
    virtual Base::Pending<Database> createBranch(NewBranch branch)
    {
        (void)branch;
        return unsupported<Database>("branches");
    }
    /// The direct branches of a database, by name.
    virtual Base::Pending<std::vector<Database>> branches(std::string database)
    {
        (void)database;
        return unsupported<std::vector<Database>>("branches");
    }

    /// In no order; [from, to).
    virtual Base::Pending<Analytics> analytics(std::string database, Base::Millis from,
                                               Base::Millis to)
    {
        (void)database;
        (void)from;
        (void)to;
        return unsupported<Analytics>("analytics");
    }

    /// Asks the connection how it is; costs a request or two, and never fails.
    virtual Base::Pending<Health> check() { return Base::readyNow<Health>(Health{}); }

    /// The organization's own audit list, from page 1 on, where its plan has one.
    virtual Base::Pending<AuditPage> auditList(int page)
    {
        (void)page;
        return unsupported<AuditPage>("audit list");
    }

    virtual std::unique_ptr<Session> openSession(std::string database, Privilege privilege) = 0;

protected:
    /// The answer of a connection that cannot do it.
    template <typename T>
    static Base::Pending<T> unsupported(const char *capability)
    {
        return Base::readyNow<T>(
            Base::fail(Base::ErrorKind::Unsupported,
                       "This connection cannot do that: " + std::string(capability) + ".", {},
                       "{\"capability\":\"" + std::string(capability) + "\"}"));
    }
};

} // namespace Turso
