// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/figures.h"

#include "turso/cloud/flow.h"
#include "turso/sql/shape.h"

#include <algorithm>
#include <initializer_list>
#include <map>

namespace Turso::CloudApi
{

using Base::ErrorKind;
using Base::Json;
using Base::Millis;
using Base::Pending;
using Base::readyNow;
using Base::Result;

namespace
{

constexpr char kSource[] = "turso-cloud";
constexpr std::size_t kMostRecords = 5'000;
constexpr std::size_t kMostText = 64 * 1024;

template <typename T>
std::optional<T> firstOf(const Json &record, std::initializer_list<const char *> names,
                         std::optional<T> (*read)(const Json &, std::string_view))
{
    for (const char *name : names) {
        if (auto value = read(record, name))
            return value;
    }
    return std::nullopt;
}

std::optional<std::int64_t> count(const Json &record, std::initializer_list<const char *> names)
{
    auto value = firstOf(record, names, &integerField);
    return value && *value >= 0 ? value : std::nullopt;
}

std::optional<double> millis(const Json &record, std::initializer_list<const char *> names)
{
    auto value = firstOf(record, names, &numberField);
    return value && *value >= 0 ? value : std::nullopt;
}

QueryFigures figuresOf(const Json &record)
{
    QueryFigures query;
    query.source = kSource;
    query.count = count(record, {"count", "executions", "calls", "query_count"});
    query.errors = count(record, {"errors", "error_count"});
    query.rowsRead = count(record, {"rows_read"});
    query.rowsWritten = count(record, {"rows_written"});
    query.totalMs = millis(record, {"total_ms", "elapsed_ms", "total_elapsed_ms", "duration_ms"});
    const auto average = millis(
        record,
        {"avg_ms", "avg_latency_ms", "avg_elapsed_ms", "avg_duration_ms", "mean_ms", "latency_ms"});
    if (!query.totalMs && average && query.count)
        query.totalMs = *average * static_cast<double>(*query.count);
    query.p50Ms = millis(record, {"p50_ms", "p50", "p50_latency_ms"});
    query.p95Ms = millis(record, {"p95_ms", "p95", "p95_latency_ms"});
    query.p99Ms = millis(record, {"p99_ms", "p99", "p99_latency_ms"});
    query.maxMs = millis(record, {"max_ms", "max", "max_latency_ms"});
    if (const auto at = textField(record, "last_seen"))
        query.lastSeen = timeFrom(*at);
    return query;
}

template <typename T>
void addUp(std::optional<T> &sum, const std::optional<T> &more)
{
    sum = sum && more ? std::optional<T>(*sum + *more) : std::nullopt;
}

/// Two texts of one shape. Percentiles do not add up.
void merge(QueryFigures &all, const QueryFigures &one)
{
    addUp(all.count, one.count);
    addUp(all.errors, one.errors);
    addUp(all.totalMs, one.totalMs);
    addUp(all.rowsRead, one.rowsRead);
    addUp(all.rowsWritten, one.rowsWritten);
    all.p50Ms = all.p95Ms = all.p99Ms = std::nullopt;
    all.maxMs
        = all.maxMs && one.maxMs ? std::optional(std::max(*all.maxMs, *one.maxMs)) : std::nullopt;
    all.lastSeen = std::max(all.lastSeen, one.lastSeen);
}

Analytics analyticsOf(Millis from, Millis to, std::vector<QueryFigures> queries, std::string covers)
{
    Analytics analytics;
    analytics.from = from;
    analytics.to = to;
    FiguresSource source{kSource, std::move(covers), missingIn(queries)};
    analytics.queries = std::move(queries);
    analytics.sources.push_back(std::move(source));
    return analytics;
}

std::string queryOf(Millis from, Millis to)
{
    return "?from=" + percentEncoded(Base::toRfc3339(from))
        + "&to=" + percentEncoded(Base::toRfc3339(to));
}

std::string databasePath(const std::string &name)
{
    return "/databases/" + percentEncoded(name);
}

Asked asking(const std::string &database)
{
    return {.doing = "show the figures of \"" + database + "\"", .database = database};
}

std::string totalsText(const std::optional<Usage> &usage)
{
    std::string text = "Turso tells no figures by statement for this database";
    if (usage && (usage->rowsRead || usage->rowsWritten))
        text += ", only totals of all its clients: "
            + (usage->rowsRead ? std::to_string(*usage->rowsRead) : "an unknown number of")
            + " rows read and "
            + (usage->rowsWritten ? std::to_string(*usage->rowsWritten) : "an unknown number of")
            + " written in this time";
    return text + ".";
}

/// Turso's figures and our own side by side.
Result<Analytics> merged(Result<Analytics> theirs, Result<Analytics> own, Millis from, Millis to)
{
    Analytics all;
    all.from = from;
    all.to = to;
    if (own) {
        all = std::move(*own);
    } else {
        all.sources.push_back({kOwnSource,
                               "What this app has recorded cannot be read: " + own.error().message,
                               missingIn({})});
    }
    if (!theirs) {
        all.sources.insert(all.sources.begin(), {kSource, theirs.error().message, missingIn({})});
        return all;
    }
    all.queries.insert(all.queries.begin(), std::make_move_iterator(theirs->queries.begin()),
                       std::make_move_iterator(theirs->queries.end()));
    all.sources.insert(all.sources.begin(), theirs->sources.begin(), theirs->sources.end());
    return all;
}

} // namespace

std::vector<QueryFigures> queriesFrom(const Json &list)
{
    std::vector<QueryFigures> queries;
    std::map<std::string, std::size_t> known; // by fingerprint
    for (const Json &record : list) {
        const std::string text = textField(record, "query").value_or("");
        if (text.empty() || queries.size() >= kMostRecords)
            continue;
        const Sql::Shape shape = Sql::shapeOf(std::string_view(text).substr(0, kMostText));
        QueryFigures query = figuresOf(record);
        const auto [at, isNew] = known.try_emplace(shape.fingerprint, queries.size());
        if (!isNew) {
            merge(queries[at->second], query);
            continue;
        }
        query.fingerprint = shape.fingerprint;
        query.query = shape.text;
        queries.push_back(std::move(query));
    }
    return queries;
}

std::vector<std::string> missingIn(const std::vector<QueryFigures> &queries)
{
    std::vector<std::string> missing;
    const auto look = [&](const char *name, auto QueryFigures::*figure) {
        const bool isThere
            = std::any_of(queries.begin(), queries.end(), [figure](const QueryFigures &query) {
                  return (query.*figure).has_value();
              });
        if (!isThere)
            missing.emplace_back(name);
    };
    look("count", &QueryFigures::count);
    look("errors", &QueryFigures::errors);
    look("total_ms", &QueryFigures::totalMs);
    look("p50_ms", &QueryFigures::p50Ms);
    look("p95_ms", &QueryFigures::p95Ms);
    look("p99_ms", &QueryFigures::p99Ms);
    look("max_ms", &QueryFigures::maxMs);
    look("rows_read", &QueryFigures::rowsRead);
    look("rows_written", &QueryFigures::rowsWritten);
    look("last_seen", &QueryFigures::lastSeen);
    return missing;
}

FigureSource::FigureSource(Api &api, Databases &databases, Recorder *recorder)
    : m_api(api)
    , m_databases(databases)
    , m_recorder(recorder)
{
}

Pending<Analytics> FigureSource::totals(const std::string &database, Millis from, Millis to)
{
    const auto asked = m_api.get(m_api.path(databasePath(database) + "/usage" + queryOf(from, to)),
                                 asking(database));
    return andThen(asked, this, [from, to](const Json &body) {
        return readyNow<Analytics>(analyticsOf(from, to, {}, totalsText(usageFrom(body))));
    });
}

Pending<Analytics> FigureSource::heaviest(const std::string &database, Millis from, Millis to)
{
    const auto asked = m_api.get(m_api.path(databasePath(database) + "/stats"), asking(database));
    return afterwards(asked, this, [this, database, from, to](const Result<Json> &body) {
        const Json &list = body ? field(*body, "top_queries") : Json();
        auto queries = list.is_array() ? queriesFrom(list) : std::vector<QueryFigures>();
        if (queries.empty())
            return totals(database, from, to);
        return readyNow<Analytics>(analyticsOf(
            from, to, std::move(queries),
            "Turso's own list of the heaviest statements of all clients, whatever the times that "
            "were asked for."));
    });
}

Pending<Analytics> FigureSource::queries(const std::string &database, Millis from, Millis to)
{
    const auto asked
        = m_api.get(m_api.path(databasePath(database) + "/usage/queries" + queryOf(from, to)),
                    asking(database));
    return afterwards(asked, this, [this, database, from, to](const Result<Json> &body) {
        const Json &list
            = !body || body->is_array() ? (body ? *body : Json()) : field(*body, "queries");
        if (!list.is_array())
            return heaviest(database, from, to);
        return readyNow<Analytics>(analyticsOf(
            from, to, queriesFrom(list),
            "Statements of all clients of this database, as Turso counts them since "
                + Base::toRfc3339(from) + "; it may count up to now, whatever end is asked for."));
    });
}

Pending<Analytics> FigureSource::of(std::string database, Millis from, Millis to)
{
    return andThen(
        m_databases.record(database), this, [this, database, from, to](const Database &record) {
            Analytics none;
            none.from = from;
            none.to = to;
            const auto own = m_recorder
                ? m_recorder->figures(record.id.empty() ? database : record.id, from, to)
                : readyNow<Analytics>(none);
            using Pair = std::pair<Result<Analytics>, Result<Analytics>>;
            return andThen(both(queries(database, from, to), own, this), this,
                           [from, to](Pair pair) {
                               return readyNow<Analytics>(
                                   merged(std::move(pair.first), std::move(pair.second), from, to));
                           });
        });
}

} // namespace Turso::CloudApi
