// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/databases.h"

#include "turso/cloud/flow.h"
#include "turso/workspace/names.h"

#include <algorithm>
#include <set>

namespace Turso::CloudApi
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Pending;
using Base::readyNow;
using Base::Result;
using std::chrono::milliseconds;

namespace
{

constexpr int kPage = 1000; // as Turso's command line asks for
constexpr std::size_t kMostDatabases = 200'000;
constexpr Base::Millis kKeptTime = 60'000;
constexpr char kServersCursor[] = "s:";
constexpr char kOwnCursor[] = "n:";

Asked listing()
{
    return {.doing = "list the databases"};
}

std::string databasePath(const std::string &name)
{
    return "/databases/" + percentEncoded(name);
}

void sortByName(std::vector<Database> &databases)
{
    std::stable_sort(databases.begin(), databases.end(),
                     [](const Database &a, const Database &b) { return a.name < b.name; });
    const auto same
        = std::unique(databases.begin(), databases.end(),
                      [](const Database &a, const Database &b) { return a.name == b.name; });
    databases.erase(same, databases.end());
}

/// Some servers do not know the filter.
void keepGroup(std::vector<Database> &databases, const std::string &group)
{
    if (!group.empty())
        std::erase_if(databases, [&group](const Database &database) {
            return !database.group.empty() && database.group != group;
        });
}

} // namespace

Result<void> checkExisting(std::string_view name)
{
    constexpr std::size_t kLongest = 128;
    const bool isPossible = !name.empty() && name.size() <= kLongest
        && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                   || c == '-' || c == '_';
           });
    if (isPossible)
        return {};
    return fail(ErrorKind::NotFound,
                "There is no database named \"" + std::string(name.substr(0, kLongest)) + "\".");
}

Result<void> checkNew(std::string_view name)
{
    auto checked = Embedded::checkName(name);
    if (checked)
        return {};
    return fail(ErrorKind::InvalidArgument, checked.error().message, checked.error().hint,
                R"({"argument":"name"})");
}

/// A list that comes in pages.
struct Databases::Walk {
    std::string query;
    std::string cursor = {};
    std::set<std::string> seen = {}; ///< cursors
    std::vector<Database> databases = {};
    QPromise<Result<std::vector<Database>>> promise = {};

    void finish(Result<std::vector<Database>> result)
    {
        promise.addResult(std::move(result));
        promise.finish();
    }
};

Databases::Databases(Api &api, const Base::Clock &clock, milliseconds patience)
    : m_api(api)
    , m_clock(clock)
    , m_patience(patience)
{
}

Pending<DatabaseList> Databases::list(const std::string &query)
{
    return andThen(m_api.get(m_api.path("/databases" + query), listing()), this,
                   [](const Json &body) {
                       auto list = databasesFrom(body);
                       return readyNow<DatabaseList>(
                           list ? Result<DatabaseList>(std::move(*list))
                                : tl::unexpected(strangeAnswer(listing(), "it is no list")));
                   });
}

void Databases::walk(const std::shared_ptr<Walk> &walk)
{
    const std::string cursor
        = walk->cursor.empty() ? std::string() : "&cursor=" + percentEncoded(walk->cursor);
    Base::whenDone(list(walk->query + cursor), this, [this, walk](Result<DatabaseList> part) {
        if (!part)
            return walk->finish(tl::unexpected(std::move(part).error()));
        std::move(part->databases.begin(), part->databases.end(),
                  std::back_inserter(walk->databases));
        // A cursor that comes again would lead round for ever.
        const bool isLast = part->next.empty() || part->databases.empty()
            || !walk->seen.insert(part->next).second || walk->databases.size() > kMostDatabases;
        if (!isLast) {
            walk->cursor = std::move(part->next);
            return this->walk(walk);
        }
        sortByName(walk->databases);
        walk->finish(std::move(walk->databases));
    });
}

Pending<std::vector<Database>> Databases::walked(std::string query)
{
    auto walk = std::make_shared<Walk>(
        Walk{.query = "?limit=" + std::to_string(kPage) + std::move(query)});
    walk->promise.start();
    auto future = walk->promise.future();
    this->walk(walk);
    return future;
}

Pending<std::vector<Database>> Databases::all(std::string group)
{
    return andThen(walked(group.empty() ? std::string() : "&group=" + percentEncoded(group)), this,
                   [group](std::vector<Database> databases) {
                       keepGroup(databases, group);
                       return readyNow<std::vector<Database>>(std::move(databases));
                   });
}

Pending<std::vector<Database>> Databases::childrenOf(std::string id)
{
    return walked("&parent=" + percentEncoded(id));
}

Pending<DatabasePage> Databases::slice(std::string group, std::size_t limit, std::string after)
{
    const auto cut = [limit, after](const std::vector<Database> &all) {
        auto from = std::upper_bound(
            all.begin(), all.end(), after,
            [](const std::string &name, const Database &database) { return name < database.name; });
        DatabasePage page;
        const auto count
            = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(limit), all.end() - from);
        page.databases.assign(from, from + count);
        if (from + count != all.end() && !page.databases.empty())
            page.next = kOwnCursor + page.databases.back().name;
        return page;
    };
    const bool isFresh = !m_kept.databases.empty() && m_kept.group == group
        && m_clock.now() - m_kept.at < kKeptTime && m_clock.now() >= m_kept.at;
    if (isFresh) {
        DatabasePage page = cut(m_kept.databases);
        if (page.next.empty())
            m_kept = {}; // they are all told
        return readyNow<DatabasePage>(std::move(page));
    }
    return andThen(all(group), this, [this, group, cut](std::vector<Database> databases) {
        DatabasePage page = cut(databases);
        m_kept = {};
        if (!page.next.empty())
            m_kept = {group, m_clock.now(), std::move(databases)};
        return readyNow<DatabasePage>(std::move(page));
    });
}

Pending<DatabasePage> Databases::page(std::string group, int limit, std::string cursor)
{
    const auto wanted = static_cast<std::size_t>(std::clamp(limit, 1, kPage));
    if (cursor.starts_with(kOwnCursor))
        return slice(std::move(group), wanted, cursor.substr(2));
    if (!cursor.empty() && !cursor.starts_with(kServersCursor))
        return readyNow<DatabasePage>(fail(ErrorKind::InvalidArgument,
                                           "This cursor is none of this connection's.", {},
                                           R"({"argument":"cursor"})"));
    std::string query = "?limit=" + std::to_string(wanted);
    if (!group.empty())
        query += "&group=" + percentEncoded(group);
    if (!cursor.empty())
        query += "&cursor=" + percentEncoded(cursor.substr(2));
    return andThen(list(query), this, [this, group, wanted](DatabaseList part) {
        const bool isPaged = !part.next.empty();
        sortByName(part.databases);
        keepGroup(part.databases, group);
        DatabasePage page{std::move(part.databases), isPaged ? kServersCursor + part.next : ""};
        if (isPaged || page.databases.size() <= wanted)
            return readyNow<DatabasePage>(std::move(page));
        // It does not know `limit`: the parts are ours, of what it answered.
        m_kept = {group, m_clock.now(), std::move(page.databases)};
        return slice(group, wanted, {});
    });
}

Pending<Database> Databases::record(std::string name)
{
    if (auto checked = checkExisting(name); !checked)
        return readyNow<Database>(tl::unexpected(checked.error()));
    Asked asked{.doing = "show the database \"" + name + "\"", .database = name};
    return andThen(m_api.get(m_api.path(databasePath(name)), asked), this,
                   [asked](const Json &body) {
                       auto database = databaseFrom(body);
                       return readyNow<Database>(
                           database ? Result<Database>(std::move(*database))
                                    : tl::unexpected(strangeAnswer(asked, "it is no database")));
                   });
}

Pending<DatabaseConfiguration> Databases::configuration(const std::string &name)
{
    Asked asked{.doing = "show the configuration of \"" + name + "\"", .database = name};
    return andThen(m_api.get(m_api.path(databasePath(name) + "/configuration"), asked), this,
                   [asked](const Json &body) {
                       auto found = configurationFrom(body);
                       return readyNow<DatabaseConfiguration>(
                           found ? Result<DatabaseConfiguration>(std::move(*found))
                                 : tl::unexpected(strangeAnswer(asked, "it is no configuration")));
                   });
}

Pending<Database> Databases::whole(std::string name)
{
    if (auto checked = checkExisting(name); !checked)
        return readyNow<Database>(tl::unexpected(checked.error()));
    const auto described = both(record(name), configuration(name), this);
    const auto usage = m_api.get(m_api.path(databasePath(name) + "/usage"),
                                 {.doing = "show what \"" + name + "\" uses", .database = name});
    using Described = std::pair<Result<Database>, Result<DatabaseConfiguration>>;
    return andThen(described, this, [this, usage](Described seen) {
        auto &[database, settings] = seen;
        if (!database)
            return readyNow<Database>(std::move(database));
        if (!settings)
            return readyNow<Database>(tl::unexpected(std::move(settings).error()));
        database->configuration = std::move(*settings);
        return afterwards(usage, this,
                          [database = std::move(*database)](Result<Json> body) mutable {
                              const auto said = body ? usageFrom(*body) : std::nullopt;
                              if (said && said->storageBytes)
                                  database.sizeBytes = said->storageBytes;
                              return readyNow<Database>(std::move(database));
                          });
    });
}

void Databases::ask(const std::string &name, bool (*isThere)(const Database &), milliseconds left,
                    milliseconds step, const std::shared_ptr<QPromise<Result<Database>>> &promise)
{
    Base::whenDone(
        record(name), this, [this, name, isThere, left, step, promise](Result<Database> found) {
            const bool isMissing
                = found ? !isThere(*found) : found.error().kind == ErrorKind::NotFound;
            if (!isMissing || left.count() <= 0) {
                promise->addResult(std::move(found));
                promise->finish();
                return;
            }
            const milliseconds wait = std::min(step, left);
            Base::whenDone(pause(wait, this), this,
                           [this, name, isThere, left, step, wait, promise](const Result<bool> &) {
                               ask(name, isThere, left - wait, step * 2, promise);
                           });
        });
}

Pending<Database> Databases::appeared(std::string name, bool (*isThere)(const Database &))
{
    auto promise = std::make_shared<QPromise<Result<Database>>>();
    promise->start();
    auto future = promise->future();
    constexpr int kSteps = 10;
    ask(name, isThere, m_patience, m_patience / kSteps, promise);
    return future;
}

} // namespace Turso::CloudApi
