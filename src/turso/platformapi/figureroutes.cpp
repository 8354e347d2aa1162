// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/gotime.h"
#include "turso/platformapi/records.h"
#include "turso/platformapi/routes.h"

#include <algorithm>
#include <memory>
#include <utility>

// What was read and written. A figure that the workspace does not know is left out.

namespace Turso::PlatformApi
{

using Base::ErrorKind;
using Base::Json;
using Base::Millis;
using Base::Result;

namespace
{

constexpr Millis kDay = 86'400'000;
constexpr std::size_t kTop = 10;
constexpr std::size_t kMostQueries = 1000;

struct Span {
    Millis from = 0;
    Millis to = 0;
};

/// Of the request, or nothing when it was refused.
std::optional<Span> spanOf(const Parts &parts, const CallPointer &call, Millis usualFrom)
{
    Span span{usualFrom, parts.clock.now() + 1};
    for (const auto &[name, time] : {std::pair{"from", &span.from}, std::pair{"to", &span.to}}) {
        const std::string text = call->target().value(name);
        if (text.empty())
            continue;
        const auto parsed = parseTime(text);
        if (!parsed) {
            call->refuse(400,
                         "invalid " + std::string(name) + " parameter: " + parsed.error().message);
            return std::nullopt;
        }
        *time = *parsed;
    }
    return span;
}

struct Sums {
    std::optional<std::int64_t> rowsRead;
    std::optional<std::int64_t> rowsWritten;
};

void addTo(std::optional<std::int64_t> &sum, const std::optional<std::int64_t> &figure)
{
    if (figure)
        sum = sum.value_or(0) + *figure;
}

Sums sumsOf(const Result<Analytics> &analytics)
{
    Sums sums;
    if (!analytics)
        return sums;
    if (!analytics->sources.empty())
        sums = {0, 0}; // there is somebody who counts
    for (const FiguresSource &source : analytics->sources) {
        for (const std::string &figure : source.missing) {
            if (figure == "rows_read")
                sums.rowsRead.reset();
            else if (figure == "rows_written")
                sums.rowsWritten.reset();
        }
    }
    for (const QueryFigures &query : analytics->queries) {
        addTo(sums.rowsRead, query.rowsRead);
        addTo(sums.rowsWritten, query.rowsWritten);
    }
    return sums;
}

Json usageRecord(const Sums &sums, std::int64_t bytes)
{
    Json usage = {{"storage_bytes", bytes}, {"bytes_synced", 0}};
    if (sums.rowsRead)
        usage["rows_read"] = *sums.rowsRead;
    if (sums.rowsWritten)
        usage["rows_written"] = *sums.rowsWritten;
    return usage;
}

/// The description calls the sum `total`, Turso's own clients read `usage`.
Json databaseUsage(const Database &database, const Sums &sums)
{
    const Json usage = usageRecord(sums, database.sizeBytes.value_or(0));
    return {{"uuid", database.id},
            {"instances", Json::array({{{"uuid", database.id}, {"usage", usage}}})},
            {"total", usage},
            {"usage", usage}};
}

std::int64_t weightOf(const QueryFigures &query)
{
    return query.rowsRead.value_or(0) + query.rowsWritten.value_or(0);
}

Json queryRecord(const QueryFigures &query)
{
    Json record = {{"query", query.query}};
    const auto add = [&record](const char *name, const auto &figure) {
        if (figure)
            record[name] = *figure;
    };
    add("rows_read", query.rowsRead);
    add("rows_written", query.rowsWritten);
    add("count", query.count);
    add("elapsed_ms", query.totalMs);
    add("p50_ms", query.p50Ms);
    add("p95_ms", query.p95Ms);
    add("p99_ms", query.p99Ms);
    return record;
}

/// The heaviest `most`, as records; an empty list where nobody counts.
void withQueries(const Parts &parts, const CallPointer &call, Span span, std::size_t most,
                 void (*answer)(const CallPointer &, Json))
{
    Base::whenDone(parts.platform.analytics(call->database.name, span.from, span.to), parts.owner,
                   [call, most, answer](Result<Analytics> analytics) {
                       if (!analytics && analytics.error().kind != ErrorKind::Unsupported)
                           return call->refuse(analytics.error());
                       std::vector<QueryFigures> queries;
                       if (analytics)
                           queries = std::move(analytics->queries);
                       std::stable_sort(queries.begin(), queries.end(),
                                        [](const QueryFigures &a, const QueryFigures &b) {
                                            return weightOf(a) > weightOf(b);
                                        });
                       queries.resize(std::min(queries.size(), most));
                       Json records = Json::array();
                       for (const QueryFigures &query : queries)
                           records.push_back(queryRecord(query));
                       answer(call, std::move(records));
                   });
}

/// One database after the other, so that a workspace of thousands is no burst of work.
struct OrganizationUsage {
    std::vector<Database> databases;
    std::size_t next = 0;
    Sums all = {};
    std::int64_t bytes = 0;
    Json records = Json::array();
};

void answerOrganization(const Parts &parts, const CallPointer &call, OrganizationUsage &usage)
{
    Json sum = usageRecord(usage.all, usage.bytes);
    sum["databases"] = usage.databases.size();
    sum["groups"] = call->groups.size();
    sum["locations"] = 1;
    call->answer({{"organization",
                   {{"uuid", parts.access.organizationId()},
                    {"usage", std::move(sum)},
                    {"databases", std::move(usage.records)}}}});
}

void addNext(const Parts &parts, const CallPointer &call,
             const std::shared_ptr<OrganizationUsage> &usage, Span span)
{
    if (usage->next == usage->databases.size())
        return answerOrganization(parts, call, *usage);
    Base::whenDone(parts.platform.analytics(usage->databases[usage->next].name, span.from, span.to),
                   parts.owner, [&parts, call, usage, span](const Result<Analytics> &analytics) {
                       const Database &database = usage->databases[usage->next++];
                       const Sums sums = sumsOf(analytics);
                       addTo(usage->all.rowsRead, sums.rowsRead);
                       addTo(usage->all.rowsWritten, sums.rowsWritten);
                       usage->bytes += database.sizeBytes.value_or(0);
                       usage->records.push_back(databaseUsage(database, sums));
                       addNext(parts, call, usage, span);
                   });
}

} // namespace

void showUsage(const Parts &parts, const CallPointer &call)
{
    const auto span = spanOf(parts, call, monthStart(parts.clock.now()));
    if (!span)
        return;
    Base::whenDone(
        parts.platform.analytics(call->database.name, span->from, span->to), parts.owner,
        [call](const Result<Analytics> &analytics) {
            if (!analytics && analytics.error().kind != ErrorKind::Unsupported)
                return call->refuse(analytics.error());
            call->answer({{"database", databaseUsage(call->database, sumsOf(analytics))}});
        });
}

void showOrganizationUsage(const Parts &parts, const CallPointer &call)
{
    const auto span = spanOf(parts, call, monthStart(parts.clock.now()));
    if (!span)
        return;
    Base::whenDone(parts.platform.databases({}), parts.owner,
                   [&parts, call, span](Result<std::vector<Database>> databases) {
                       if (!databases)
                           return call->refuse(databases.error());
                       auto usage = std::make_shared<OrganizationUsage>();
                       usage->databases = std::move(*databases);
                       addNext(parts, call, usage, *span);
                   });
}

void listQueries(const Parts &parts, const CallPointer &call)
{
    if (const auto span = spanOf(parts, call, parts.clock.now() - kDay))
        withQueries(parts, call, *span, kMostQueries,
                    [](const CallPointer &asked, Json records) { asked->answer(records); });
}

void showStats(const Parts &parts, const CallPointer &call)
{
    const Millis now = parts.clock.now();
    withQueries(parts, call, {monthStart(now), now + 1}, kTop,
                [](const CallPointer &asked, Json records) {
                    asked->answer({{"top_queries", records.empty() ? Json() : std::move(records)}});
                });
}

} // namespace Turso::PlatformApi
