// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/core.h"
#include "turso/libsqlserver/serverfigures.h"
#include "turso/libsqlserver/serverwords.h"
#include "turso/workspace/names.h"

#include <algorithm>
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

constexpr std::size_t kAtOnce = 32; ///< requests
constexpr char kCursorPrefix[] = "after:";

/// A list that is being asked for, name by name.
struct Listing {
    std::vector<std::string> names;
    std::size_t next = 0;
    std::size_t open = 0;
    bool isDone = false;
    std::vector<Database> found = {};
    std::shared_ptr<QPromise<Result<std::vector<Database>>>> promise = {};

    void finish(Result<std::vector<Database>> result)
    {
        if (std::exchange(isDone, true))
            return;
        promise->addResult(std::move(result));
        promise->finish();
    }
};

template <typename Ask>
void pump(const std::shared_ptr<Listing> &listing, QObject *owner, Ask ask)
{
    if (listing->isDone)
        return;
    if (listing->next == listing->names.size() && listing->open == 0) {
        std::sort(listing->found.begin(), listing->found.end(),
                  [](const Database &a, const Database &b) { return a.name < b.name; });
        return listing->finish(std::move(listing->found));
    }
    while (listing->open < kAtOnce && listing->next < listing->names.size()) {
        ++listing->open;
        Base::whenDone(ask(listing->names[listing->next++]), owner,
                       [listing, owner, ask](const Result<std::optional<Database>> &one) {
                           --listing->open;
                           if (!one)
                               return listing->finish(tl::unexpected(one.error()));
                           if (*one)
                               listing->found.push_back(**one);
                           pump(listing, owner, ask);
                       });
    }
}

} // namespace

Pending<std::vector<Database>> LibsqlServer::Core::reconciled(const std::vector<std::string> &names)
{
    auto listing = std::make_shared<Listing>();
    listing->names = names;
    listing->promise = std::make_shared<QPromise<Result<std::vector<Database>>>>();
    listing->promise->start();
    auto future = listing->promise->future();
    pump(listing, this, [this](const std::string &name) { return refreshed(name); });
    return future;
}

Pending<std::vector<Database>> LibsqlServer::Core::databases()
{
    using List = std::vector<Database>;
    return after<List>(namespaces(), this, [this](bool) {
        // Without the admin API there is less to tell, but a list there is.
        return whatever<List>(admin("configuration"), this,
                              [this](const Result<bool> &) { return reconciled(names()); });
    });
}

Pending<DatabasePage> LibsqlServer::Core::page(int limit, const std::string &cursor)
{
    const std::string prefix = kCursorPrefix;
    const std::string last = cursor.starts_with(prefix) ? cursor.substr(prefix.size()) : "";
    if (limit < 1 || (!cursor.empty() && !Embedded::checkName(last)))
        return readyNow<DatabasePage>(fail(ErrorKind::InvalidArgument,
                                           "This cursor is not one of this list.",
                                           "Leave it out to begin again."));
    return after<DatabasePage>(namespaces(), this, [this, limit, last](bool) {
        return whatever<DatabasePage>(
            admin("configuration"), this, [this, limit, last](const Result<bool> &) {
                std::vector<std::string> all = names();
                all.erase(all.begin(), std::upper_bound(all.begin(), all.end(), last));
                const bool hasMore = all.size() > static_cast<std::size_t>(limit);
                if (hasMore)
                    all.resize(static_cast<std::size_t>(limit));
                const std::string next = hasMore ? kCursorPrefix + all.back() : std::string();
                return after<DatabasePage>(
                    reconciled(all), this, [next](const std::vector<Database> &found) {
                        return readyNow<DatabasePage>(DatabasePage{found, next});
                    });
            });
    });
}

Pending<Database> LibsqlServer::Core::database(const std::string &name)
{
    return after<Database>(find(name), this, [this, name](const Entry &entry) {
        return whatever<Database>(
            admin("configuration"), this, [this, name, entry](const Result<bool> &hasAdmin) {
                if (!hasAdmin)
                    return after<Database>(ask(name), this, [this](const Entry &asked) {
                        return readyNow<Database>(described(asked, nullptr));
                    });
                return whatever<Database>(
                    m_admin->config(name), this,
                    [this, name, entry](const Result<NamespaceConfig> &config) {
                        if (!config && config.error().kind == ErrorKind::NotFound) {
                            gone(name);
                            return readyNow<Database>(tl::unexpected(noSuchDatabase(name)));
                        }
                        if (!config)
                            return readyNow<Database>(tl::unexpected(config.error()));
                        Database database = described(adopted(name), &*config);
                        return whatever<Database>(
                            m_admin->stats(name), this,
                            [database](const Result<NamespaceStats> &stats) mutable {
                                if (stats)
                                    database.sizeBytes = stats->storageBytes;
                                return readyNow<Database>(database);
                            });
                    });
            });
    });
}

Pending<std::vector<Database>> LibsqlServer::Core::branches(const std::string &name)
{
    using List = std::vector<Database>;
    return after<List>(find(name), this, [this](const Entry &source) {
        std::vector<std::string> children;
        for (const auto &[child, entry] : m_entries) {
            if (!entry.isGone && entry.parent && entry.parent->id == source.id)
                children.push_back(child);
        }
        return reconciled(children);
    });
}

void LibsqlServer::Core::used(const std::string &name)
{
    if (m_admin && m_entries.contains(name))
        m_watch.used(name);
}

Pending<bool> LibsqlServer::Core::takeSnapshot(const std::string &name)
{
    const auto entry = m_entries.find(name);
    if (!m_admin || entry == m_entries.end())
        return readyNow<bool>(false);
    m_watch.looked(name);
    return after<bool>(
        m_admin->stats(name), this, [this, id = entry->second.id](const NamespaceStats &stats) {
            if (!stats.hour)
                return readyNow<bool>(false);
            HourSnapshot hour = *stats.hour;
            hour.takenAt = std::max(now(), hour.begunAt);
            return inStore([id, hour](ServerStore &store) { return store.put(id, hour); });
        });
}

Pending<Analytics> LibsqlServer::Core::analytics(const std::string &name, Base::Millis from,
                                                 Base::Millis to)
{
    return after<Analytics>(find(name), this, [this, name, from, to](const Entry &entry) {
        const auto looked = after<bool>(admin("analytics"), this,
                                        [this, name](bool) { return takeSnapshot(name); });
        return whatever<Analytics>(
            looked, this, [this, id = entry.id, from, to](const Result<bool> &) {
                auto promise = std::make_shared<QPromise<Result<Analytics>>>();
                promise->start();
                auto future = promise->future();
                m_worker.post([this, promise, id, from, to, hasAdmin = m_adminAnswers] {
                    auto analytics = m_statistics.figures(id, from, to);
                    if (analytics)
                        addServerFigures(*analytics,
                                         m_store->snapshots(id, analytics->from, analytics->to),
                                         hasAdmin);
                    promise->addResult(std::move(analytics));
                    promise->finish();
                });
                return future;
            });
    });
}

} // namespace Turso
