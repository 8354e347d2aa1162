// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/branches.h"

#include "turso/cloud/facts.h"
#include "turso/cloud/flow.h"

#include <algorithm>

namespace Turso::CloudApi
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Millis;
using Base::Pending;
using Base::readyNow;
using Base::Result;

namespace
{

constexpr Millis kDay = 86'400'000;
constexpr Millis kClocksDiffer = 15'000; // Turso's own word for how exact an instant is
constexpr std::size_t kAtATime = 8;
constexpr std::size_t kMostLookedAt = 500;

bool comesFrom(const Database &branch, const Database &source)
{
    if (!branch.parent)
        return false;
    return !source.id.empty() && !branch.parent->id.empty() ? branch.parent->id == source.id
                                                            : branch.parent->name == source.name;
}

auto wrongInstant(const std::string &message)
{
    return fail(ErrorKind::InvalidArgument, message, {}, R"({"argument":"timestamp"})");
}

Result<Database> verified(Result<Database> found, const NewBranch &branch, const Database &source)
{
    const std::string where = "Look at what is in \"" + branch.name
        + "\" before it is used, or delete it and try again.";
    const std::string details = Base::dumpJson({{"outcome", "unknown"}, {"database", branch.name}});
    if (!found)
        return fail(ErrorKind::UpstreamError,
                    "Turso took the request for the branch \"" + branch.name
                        + "\" and does not show it: " + found.error().message,
                    where, details);
    if (comesFrom(*found, source))
        return found;
    const std::string other = found->parent
        ? "says that it came from \"" + found->parent->name + "\" and not from \"" + source.name
            + "\""
        : "does not say that it came from \"" + source.name + "\": the branch may be empty";
    return fail(ErrorKind::UpstreamError, "Turso made \"" + branch.name + "\" and " + other + ".",
                where, details);
}

} // namespace

Branches::Branches(Databases &databases, Account &account, const Base::Clock &clock)
    : m_databases(databases)
    , m_account(account)
    , m_clock(clock)
{
}

Result<void> Branches::checkInstant(Millis instant, const std::string &plan) const
{
    const Millis now = m_clock.now();
    if (instant > now + kClocksDiffer)
        return wrongInstant("The timestamp " + Base::toRfc3339(instant)
                            + " has not passed yet; it is " + Base::toRfc3339(now) + " now.");
    const auto days = pointInTimeDays(plan);
    if (days && instant < now - *days * kDay)
        return wrongInstant("The timestamp " + Base::toRfc3339(instant)
                            + " is before what Turso keeps: the organization's plan (" + plan
                            + ") reaches back " + windowText(*days) + ", to "
                            + Base::toRfc3339(now - *days * kDay) + ".");
    return {};
}

Pending<Database> Branches::post(const NewBranch &branch, const Database &source)
{
    Json seed = {{"type", "database"}, {"name", source.name}};
    if (branch.timestamp)
        seed["timestamp"] = Base::toRfc3339(*branch.timestamp);
    Json body = {{"name", branch.name}, {"seed", std::move(seed)}};
    const std::string group = branch.group.empty() ? source.group : branch.group;
    if (!group.empty())
        body["group"] = group;
    const auto made
        = m_databases.post(branch.name, std::move(body),
                           "make the branch \"" + branch.name + "\" of \"" + source.name + "\"");
    return andThen(made, this, [this, branch, source](const Database &) {
        const auto seen = m_databases.appeared(
            branch.name, [](const Database &database) { return database.parent.has_value(); });
        return afterwards(seen, this, [branch, source](Result<Database> found) {
            return readyNow<Database>(verified(std::move(found), branch, source));
        });
    });
}

Pending<Database> Branches::create(NewBranch branch)
{
    if (auto checked = checkNew(branch.name); !checked)
        return readyNow<Database>(tl::unexpected(checked.error()));
    if (branch.name == branch.database)
        return readyNow<Database>(
            fail(ErrorKind::InvalidArgument,
                 "A branch needs another name than the database that it comes from.", {},
                 R"({"argument":"name"})"));
    return andThen(m_databases.record(branch.database), this, [this, branch](Database source) {
        if (!branch.timestamp)
            return post(branch, source);
        return andThen(m_account.plan(), this, [this, branch, source](const std::string &plan) {
            if (auto checked = checkInstant(*branch.timestamp, plan); !checked)
                return readyNow<Database>(tl::unexpected(checked.error()));
            return post(branch, source);
        });
    });
}

Pending<std::vector<Database>> Branches::of(std::string database)
{
    using List = std::vector<Database>;
    return andThen(m_databases.record(database), this, [this](Database source) {
        return andThen(m_databases.childrenOf(source.id), this, [this, source](List listed) {
            // A server that does not know the filter lists them all.
            std::erase_if(listed, [&source](const Database &one) {
                return one.name == source.name || (one.parent && !comesFrom(one, source));
            });
            if (listed.size() > kMostLookedAt) {
                std::erase_if(listed,
                              [&source](const Database &one) { return !comesFrom(one, source); });
                return readyNow<List>(std::move(listed));
            }
            std::vector<std::string> names;
            for (const Database &one : listed)
                names.push_back(one.name);
            const auto looked
                = eachOf(std::move(names), kAtATime, this,
                         [this](const std::string &name) { return m_databases.record(name); });
            return andThen(looked, this, [source](std::vector<Result<Database>> found) {
                List branches;
                for (Result<Database> &one : found) {
                    if (!one && one.error().kind != ErrorKind::NotFound) // deleted meanwhile
                        return readyNow<List>(tl::unexpected(std::move(one).error()));
                    if (one && comesFrom(*one, source))
                        branches.push_back(std::move(*one));
                }
                return readyNow<List>(std::move(branches));
            });
        });
    });
}

} // namespace Turso::CloudApi
