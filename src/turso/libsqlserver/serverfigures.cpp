// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/serverfigures.h"

#include "turso/sql/shape.h"
#include "turso/sqlclient/hranatext.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace Turso::SelfHosted
{

using Base::Json;

namespace
{

constexpr char kSource[] = "libsql-server";
constexpr Base::Millis kSecond = 1000;
constexpr Base::Millis kHour = 3'600'000;
constexpr std::size_t kMostFigures = 1000; ///< sqld sends 30

std::int64_t countIn(const Json &object, const char *key)
{
    return std::max<std::int64_t>(Base::integerMember(object, key).value_or(0), 0);
}

void add(HourFigures &sum, const HourFigures &more)
{
    sum.totalMs += more.totalMs;
    sum.count += more.count;
    sum.rowsRead += more.rowsRead;
    sum.rowsWritten += more.rowsWritten;
}

std::string covered(const Analytics &analytics, const std::vector<HourSnapshot> &snapshots)
{
    const Base::Millis first = hourOf(analytics.from);
    const Base::Millis hours = (analytics.to - first + kHour - 1) / kHour;
    std::set<Base::Millis> seen;
    for (const HourSnapshot &snapshot : snapshots)
        seen.insert(hourOf(snapshot.begunAt));
    std::string text = "What the server counted of everybody's statements in "
        + std::to_string(seen.size()) + " of the " + std::to_string(hours)
        + " full hours (UTC) that this time touches";
    if (snapshots.empty())
        return text
            + ": it keeps an hour's figures until the next begins, and this app had no "
              "occasion to look at one, or nothing ran.";
    Base::Millis last = 0;
    for (const HourSnapshot &snapshot : snapshots)
        last = std::max(last, snapshot.takenAt);
    return text + ", from " + Base::toRfc3339(snapshots.front().begunAt) + " to "
        + Base::toRfc3339(last)
        + "; of each hour up to the app's last look at it, and at most its 30 statements that took "
          "longest in all. Failed statements are not counted; waiting for other writers is.";
}

} // namespace

std::optional<HourSnapshot> snapshotIn(const Json &queries)
{
    const auto id = Base::stringMember(queries, "id");
    const auto createdAt = Base::integerMember(queries, "created_at");
    const Json &stats = Base::member(queries, "stats");
    // Beyond the year 9999 it is no time.
    if (!id || !createdAt || *createdAt <= 0 || *createdAt > 253'402'300'799 || !stats.is_array()
        || stats.size() > kMostFigures)
        return std::nullopt;
    std::map<std::string, HourFigures> byShape;
    std::int64_t own = 0;
    for (const Json &one : stats) {
        const auto query = Base::stringMember(one, "query");
        const Json &elapsed = Base::member(one, "elapsed_ms");
        if (!query || !elapsed.is_number())
            continue;
        HourFigures figures{{},
                            {},
                            elapsed.get<double>(),
                            countIn(one, "count"),
                            countIn(one, "rows_read"),
                            countIn(one, "rows_written")};
        if (query->find(Remote::kOwnMark) != std::string::npos) {
            own += figures.count;
            continue;
        }
        if (!std::isfinite(figures.totalMs) || figures.totalMs < 0)
            continue;
        const Sql::Shape shape = Sql::shapeOf(*query);
        HourFigures &sum = byShape[shape.fingerprint];
        sum.fingerprint = shape.fingerprint;
        sum.query = shape.text;
        add(sum, figures);
    }
    HourSnapshot snapshot;
    snapshot.id = *id;
    snapshot.begunAt = *createdAt * kSecond;
    snapshot.statements = std::max<std::int64_t>(countIn(queries, "count") - own, 0);
    for (auto &[fingerprint, figures] : byShape)
        snapshot.figures.push_back(std::move(figures));
    return snapshot;
}

void addServerFigures(Analytics &analytics, const std::vector<HourSnapshot> &snapshots,
                      bool hasAdmin)
{
    FiguresSource source;
    source.source = kSource;
    if (!hasAdmin) {
        source.covers = "Nothing: the server's own figures need its admin API, which this "
                        "connection does not have.";
        source.missing
            = {"count",  "errors",    "total_ms",     "p50_ms",    "p95_ms",     "p99_ms",
               "max_ms", "rows_read", "rows_written", "last_seen", "agent_share"};
        analytics.sources.push_back(std::move(source));
        return;
    }
    source.covers = covered(analytics, snapshots);
    source.missing = {"errors", "p50_ms", "p95_ms", "p99_ms", "max_ms", "last_seen", "agent_share"};
    analytics.sources.push_back(std::move(source));
    std::map<std::string, HourFigures> byShape;
    for (const HourSnapshot &snapshot : snapshots) {
        for (const HourFigures &figures : snapshot.figures) {
            HourFigures &sum = byShape[figures.fingerprint];
            sum.fingerprint = figures.fingerprint;
            sum.query = figures.query;
            add(sum, figures);
        }
    }
    for (const auto &[fingerprint, figures] : byShape) {
        QueryFigures query;
        query.fingerprint = fingerprint;
        query.query = figures.query;
        query.count = figures.count;
        query.totalMs = figures.totalMs;
        query.rowsRead = figures.rowsRead;
        query.rowsWritten = figures.rowsWritten;
        query.source = kSource;
        analytics.queries.push_back(std::move(query));
    }
}

} // namespace Turso::SelfHosted
