// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/scopes.h"

#include <QTimer>

#include <algorithm>
#include <chrono>
#include <utility>

namespace Gateway
{

namespace
{

using Scopes = std::vector<ConnectionScope>;
constexpr std::chrono::milliseconds kPatience{6'000};
using Promise = std::shared_ptr<QPromise<Base::Result<Scopes>>>;

void finish(const Promise &promise, ConnectionScope scope)
{
    promise->addResult(Scopes{std::move(scope)});
    promise->finish();
}

GroupScope &groupNamed(ConnectionScope &scope, const std::string &name)
{
    const auto found
        = std::find_if(scope.groups.begin(), scope.groups.end(),
                       [&name](const GroupScope &group) { return group.name == name; });
    return found != scope.groups.end() ? *found : scope.groups.emplace_back(GroupScope{name});
}

void add(ConnectionScope &scope, const std::vector<Turso::Database> &databases)
{
    std::size_t taken = 0;
    for (const Turso::Database &database : databases) {
        if (taken == kMostScopeDatabases)
            break;
        ++taken;
        DatabaseScope entry;
        entry.name = database.name;
        entry.deleteProtection = database.configuration.deleteProtection;
        if (database.parent)
            entry.branchOf = database.parent->name;
        entry.sizeBytes = database.sizeBytes;
        groupNamed(scope, database.group).databases.push_back(std::move(entry));
    }
    scope.leftOut = static_cast<std::int64_t>(databases.size() - taken);
}

} // namespace

Base::Pending<Scopes> scopesOf(const std::shared_ptr<Turso::Platform> &platform,
                               const ConnectionInfo &connection, QObject *owner)
{
    auto promise = std::make_shared<QPromise<Base::Result<Scopes>>>();
    promise->start();
    const auto future = promise->future();
    const Turso::Organization organization = platform->organization();
    ConnectionScope scope{connection.id, connection.kind, connection.name, organization.slug};
    Base::whenDone(
        platform->groups(), owner,
        [platform, owner, promise,
         scope](const Base::Result<std::vector<Turso::Group>> &groups) mutable {
            if (!groups && groups.error().kind != Base::ErrorKind::Unsupported) {
                scope.problem = groups.error().message;
                return finish(promise, std::move(scope));
            }
            for (const Turso::Group &group : groups.value_or(std::vector<Turso::Group>()))
                scope.groups.push_back({group.name, group.deleteProtection});
            Base::whenDone(
                platform->databases({}), owner,
                [promise, platform,
                 scope](const Base::Result<std::vector<Turso::Database>> &databases) mutable {
                    if (databases)
                        add(scope, *databases);
                    else
                        scope.problem = databases.error().message;
                    finish(promise, std::move(scope));
                });
        });
    return future;
}

Base::Pending<Scopes> scopesOf(const Connections &connections, QObject *owner)
{
    struct Gathered {
        Scopes scopes;
        std::size_t open = 0;
        bool done = false;
    };
    auto promise = std::make_shared<QPromise<Base::Result<Scopes>>>();
    promise->start();
    const auto future = promise->future();
    const auto gathered = std::make_shared<Gathered>();
    const auto end = [gathered, promise] {
        if (std::exchange(gathered->done, true))
            return;
        promise->addResult(std::move(gathered->scopes));
        promise->finish();
    };
    const std::vector<ConnectionInfo> all = connections.list();
    gathered->open = all.size();
    for (const ConnectionInfo &connection : all) {
        const std::size_t place = gathered->scopes.size();
        gathered->scopes.push_back(
            {connection.id, connection.kind, connection.name, connection.organization});
        const auto platform = connections.find(connection.id);
        if (!platform) {
            gathered->scopes[place].problem = connection.sentence.empty()
                ? "It cannot be used at the moment."
                : connection.sentence;
            --gathered->open;
            continue;
        }
        gathered->scopes[place].problem = "It has not answered in time."; // unless it does
        Base::whenDone(scopesOf(platform, connection, owner), owner,
                       [gathered, end, place](const Base::Result<Scopes> &one) {
                           if (gathered->done)
                               return;
                           if (one)
                               gathered->scopes[place] = one->front();
                           if (--gathered->open == 0)
                               end();
                       });
    }
    if (gathered->open == 0)
        end();
    else
        QTimer::singleShot(kPatience, owner, end);
    return future;
}

} // namespace Gateway
