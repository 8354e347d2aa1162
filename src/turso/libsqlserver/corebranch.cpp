// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/core.h"
#include "turso/libsqlserver/serverwords.h"
#include "turso/workspace/names.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Base::Pending;
using Base::readyNow;
using Base::Result;
using namespace SelfHosted;

namespace
{

constexpr int kTries = 3;

std::int64_t numberIn(const std::string &text)
{
    std::int64_t number = -1;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Whether a copy that was taken between `before` and `after` can be `copy`. Exact where nobody
/// wrote; otherwise each table that was there all the time is between its two counts.
bool isBetween(const TableCounts &copy, const TableCounts &before, const TableCounts &after)
{
    if (before == after)
        return copy == before;
    return std::all_of(before.begin(), before.end(), [&](const auto &table) {
        const auto later = after.find(table.first);
        const auto copied = copy.find(table.first);
        if (later == after.end())
            return true;
        if (copied == copy.end())
            return false;
        const auto [least, most] = std::minmax(numberIn(table.second), numberIn(later->second));
        const std::int64_t count = numberIn(copied->second);
        return count >= least && count <= most;
    });
}

} // namespace

struct LibsqlServer::Core::Branching {
    NewBranch wanted;
    Entry source;
    NamespaceConfig config;
    TableCounts before;
    Base::Millis at = 0;
    int tries = 0;
};

Pending<Database> LibsqlServer::Core::branch(const NewBranch &wanted)
{
    auto job = std::make_shared<Branching>();
    job->wanted = wanted;
    if (wanted.name == wanted.database)
        return readyNow<Database>(
            fail(ErrorKind::InvalidArgument,
                 "A branch needs another name than the database that it comes from.", {},
                 R"({"argument":"name"})"));
    if (wanted.timestamp && *wanted.timestamp > now())
        return readyNow<Database>(
            fail(ErrorKind::InvalidArgument, "The timestamp is in the future.",
                 "Leave it out for the newest state.", R"({"argument":"timestamp"})"));
    return inTurn<Database>([this, job] {
        const auto allowed
            = after<Entry>(checkNew(job->wanted.name, job->wanted.group, "branches"), this,
                           [this, job](bool) { return find(job->wanted.database); });
        return after<Database>(allowed, this, [this, job](const Entry &source) {
            job->source = source;
            return after<Database>(m_admin->config(source.name), this,
                                   [this, job](const NamespaceConfig &config) {
                                       job->config = config;
                                       return fork(job);
                                   });
        });
    });
}

/// Sqld's fork stops early if the log's last frame follows a snapshot directly. With one frame more
/// it does not; where that cannot be written, comparing has to do.
Pending<bool> LibsqlServer::Core::prepareFork(const std::shared_ptr<Branching> &job)
{
    if (job->wanted.timestamp)
        return readyNow<bool>(true);
    if (job->config.blockReads)
        return readyNow<bool>(
            fail(ErrorKind::ReadOnlyMode,
                 "Reads of " + job->source.name
                     + " are blocked, so nobody could see whether a branch of it is complete.",
                 "A person can lift block_reads in its configuration."));
    return after<bool>(m_sql.counts(job->source.name), this,
                       [this, job](const TableCounts &before) {
                           job->before = before;
                           if (job->config.blockWrites || !m_claims.mayWrite)
                               return readyNow<bool>(true);
                           return m_sql.touch(job->source.name);
                       });
}

Pending<bool> LibsqlServer::Core::compareFork(const std::shared_ptr<Branching> &job)
{
    return after<bool>(m_sql.counts(job->wanted.name), this, [this, job](const TableCounts &copy) {
        if (job->wanted.timestamp)
            return readyNow<bool>(true); // it opens: nobody knows what it should hold
        return after<bool>(m_sql.counts(job->source.name), this,
                           [job, copy](const TableCounts &later) {
                               return readyNow<bool>(isBetween(copy, job->before, later));
                           });
    });
}

Pending<Database> LibsqlServer::Core::fork(const std::shared_ptr<Branching> &job)
{
    ++job->tries;
    return after<Database>(prepareFork(job), this, [this, job](bool) {
        job->at = job->wanted.timestamp.value_or(now());
        const auto forked
            = m_admin->fork(job->source.name, job->wanted.name, job->wanted.timestamp);
        return whatever<Database>(forked, this, [this, job](const Result<bool> &done) {
            if (!done && done.error().kind == ErrorKind::AlreadyExists)
                return readyNow<Database>(
                    fail(ErrorKind::AlreadyExists,
                         "database with name " + job->wanted.name + " already exists"));
            if (!done) {
                if (done.error().kind == ErrorKind::Unsupported)
                    m_keepsBackups = false;
                return readyNow<Database>(tl::unexpected(done.error()));
            }
            return whatever<Database>(
                compareFork(job), this, [this, job](const Result<bool> &isComplete) {
                    if (isComplete && *isComplete)
                        return finishFork(job);
                    return tryAgain(
                        job,
                        isComplete ? Base::Error{ErrorKind::UpstreamError,
                                                 "The server's copy of " + job->source.name
                                                     + " was not complete; it has been removed.",
                                                 "Try again; a write to the source helps.",
                                                 R"({"outcome":"not_run"})"}
                                   : isComplete.error());
                });
        });
    });
}

/// What is not complete must not stay.
Pending<Database> LibsqlServer::Core::tryAgain(const std::shared_ptr<Branching> &job,
                                               const Base::Error &error)
{
    return whatever<Database>(
        m_admin->remove(job->wanted.name), this, [this, job, error](const Result<bool> &removed) {
            if (!removed)
                return readyNow<Database>(
                    fail(error.kind, error.message,
                         "The copy " + job->wanted.name + " could not be removed: remove it.",
                         R"({"outcome":"unknown"})"));
            if (job->tries < kTries)
                return fork(job);
            return readyNow<Database>(tl::unexpected(error));
        });
}

Pending<Database> LibsqlServer::Core::finishFork(const std::shared_ptr<Branching> &job)
{
    Entry entry;
    entry.name = job->wanted.name;
    entry.id = Embedded::newDatabaseId();
    entry.createdAt = now();
    entry.parent = ParentDatabase{job->source.id, job->source.name, job->at};
    entry.kept = job->source.kept;
    entry.kept.deleteProtection = false;
    m_refusals.erase(entry.name);
    const auto kept = keep(entry);
    const auto opened = after<bool>(kept, this, [this, job](bool) {
        if (!job->config.blockWrites)
            return readyNow<bool>(true);
        // It is a copy of its source's configuration too, but a branch is there to be written to.
        DatabaseConfiguration wanted;
        wanted.blockReads = job->config.blockReads;
        return sendConfiguration(job->wanted.name, job->config, wanted, false);
    });
    return after<Database>(opened, this, [this, job](bool) { return database(job->wanted.name); });
}

} // namespace Turso
