// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/tools/encode.h"
#include "gateway/tools/schema.h"
#include "gateway/tools/toolset.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;
using Turso::QueryFigures;

constexpr Base::Millis kDefaultTime = 24LL * 60 * 60 * 1000;
constexpr char kDefaultOrder[] = "total";
constexpr double kMicrosPerMilli = 1000;

using Figure = std::optional<double>;

std::optional<double> average(const QueryFigures &query)
{
    if (!query.count || !query.totalMs || *query.count == 0)
        return std::nullopt;
    return *query.totalMs / static_cast<double>(*query.count);
}

Figure asFigure(std::optional<std::int64_t> count)
{
    return count ? Figure(static_cast<double>(*count)) : std::nullopt;
}

const std::map<std::string, Figure (*)(const QueryFigures &)> &orders()
{
    static const std::map<std::string, Figure (*)(const QueryFigures &)> kOrders = {
        {"count",
         [](const QueryFigures &query) {
             return asFigure(query.count);
         }},
        {"total",
         [](const QueryFigures &query) {
             return query.totalMs;
         }},
        {"avg", average},
        {"p95",
         [](const QueryFigures &query) {
             return query.p95Ms;
         }},
        {"p99",
         [](const QueryFigures &query) {
             return query.p99Ms;
         }},
        {"max",
         [](const QueryFigures &query) {
             return query.maxMs;
         }},
        {"rows_read",
         [](const QueryFigures &query) {
             return asFigure(query.rowsRead);
         }},
        {"rows_written",
         [](const QueryFigures &query) {
             return asFigure(query.rowsWritten);
         }},
    };
    return kOrders;
}

/// Largest first; what is not reported comes last; equals in an order of their own, so that two
/// answers can be compared.
void sort(std::vector<QueryFigures> &queries, const std::string &order)
{
    const auto figureOf = orders().at(order);
    std::sort(
        queries.begin(), queries.end(), [figureOf](const QueryFigures &a, const QueryFigures &b) {
            const Figure first = figureOf(a);
            const Figure second = figureOf(b);
            if (first != second)
                return first > second; // nothing is less than anything
            return a.totalMs != b.totalMs ? a.totalMs > b.totalMs : a.fingerprint < b.fingerprint;
        });
}

Json integerOrNull(std::optional<std::int64_t> value)
{
    if (!value)
        return nullptr;
    std::string text;
    appendInteger(text, *value);
    return text.front() == '"' ? Json(text.substr(1, text.size() - 2)) : Json(*value);
}

/// To the microsecond.
Json millisOrNull(Figure value)
{
    return value ? Json(std::round(*value * kMicrosPerMilli) / kMicrosPerMilli) : Json();
}

Json described(const QueryFigures &query)
{
    return {{"fingerprint", query.fingerprint},
            {"query", query.query},
            {"count", integerOrNull(query.count)},
            {"errors", integerOrNull(query.errors)},
            {"total_ms", millisOrNull(query.totalMs)},
            {"avg_ms", millisOrNull(average(query))},
            {"p50_ms", millisOrNull(query.p50Ms)},
            {"p95_ms", millisOrNull(query.p95Ms)},
            {"p99_ms", millisOrNull(query.p99Ms)},
            {"max_ms", millisOrNull(query.maxMs)},
            {"rows_read", integerOrNull(query.rowsRead)},
            {"rows_written", integerOrNull(query.rowsWritten)},
            {"last_seen", query.lastSeen ? Json(Base::toRfc3339(*query.lastSeen)) : Json()},
            {"source", query.source},
            {"agent_share", millisOrNull(query.agentShare)}};
}

Result<Yield> answer(const Turso::Analytics &analytics, const Plan &plan)
{
    std::vector<QueryFigures> queries = analytics.queries;
    sort(queries, Base::stringMember(plan.given, "order_by").value_or(kDefaultOrder));
    const auto limit
        = static_cast<std::size_t>(Base::integerMember(plan.given, "limit").value_or(10));
    if (queries.size() > limit)
        queries.resize(limit);
    Json list = Json::array();
    for (const QueryFigures &query : queries)
        list.push_back(described(query));
    Json sources = Json::array();
    for (const Turso::FiguresSource &source : analytics.sources)
        sources.push_back(
            {{"source", source.source}, {"covers", source.covers}, {"missing", source.missing}});
    Yield yield;
    yield.rows = static_cast<std::int64_t>(list.size());
    yield.members = objectInside({{"database", plan.database},
                                  {"from", Base::toRfc3339(analytics.from)},
                                  {"to", Base::toRfc3339(analytics.to)},
                                  {"queries", std::move(list)},
                                  {"sources", std::move(sources)}});
    yield.carriesRows = true; // names in a query are whatever somebody wrote
    return yield;
}

Result<std::optional<Base::Millis>> timeArgument(const Json &given, const char *name)
{
    const auto text = Base::stringMember(given, name);
    if (!text)
        return std::nullopt;
    const auto time = Base::parseRfc3339(*text);
    if (!time)
        return Base::fail(ErrorKind::InvalidArgument,
                          "\"" + std::string(name) + "\" cannot be read. " + time.error().message,
                          {}, Base::dumpJson({{"argument", name}}));
    return *time;
}

Result<Plan> plan(const Json &given)
{
    Plan plan;
    plan.permission = Permission::Analytics;
    plan.changes = false;
    plan.risk = Risk::Safe;
    plan.asks = false;
    plan.database = Base::stringMember(given, "database").value_or(std::string());
    plan.given = given;
    for (const char *name : {"from", "to"}) {
        const auto time = timeArgument(given, name);
        if (!time)
            return tl::unexpected(time.error());
        if (*time)
            plan.given[name] = **time;
    }
    return plan;
}

Base::Pending<Yield> run(const Plan &plan, const RunContext &context)
{
    const Base::Millis to = Base::integerMember(plan.given, "to").value_or(context.now);
    const Base::Millis from = Base::integerMember(plan.given, "from").value_or(to - kDefaultTime);
    if (from >= to)
        return Base::readyNow(Result<Yield>(Base::fail(ErrorKind::InvalidArgument,
                                                       "\"from\" (" + Base::toRfc3339(from)
                                                           + ") has to be before \"to\" ("
                                                           + Base::toRfc3339(to) + ").",
                                                       {}, R"({"argument":"from"})")));
    return Base::mapped(context.platform.analytics(plan.database, from, to),
                        [plan](const Result<Turso::Analytics> &analytics) -> Result<Yield> {
                            if (!analytics)
                                return tl::unexpected(analytics.error());
                            return answer(*analytics, plan);
                        });
}

Json nullable(const char *type, const char *description)
{
    return {{"type", {type, "null"}}, {"description", description}};
}

/// Counts beyond what JavaScript can hold are strings.
Json countSchema(const char *description)
{
    return {{"type", {"integer", "string", "null"}}, {"description", description}};
}

Json querySchema()
{
    Json schema
        = {{"type", "object"},
           {"properties",
            {{"fingerprint", {{"type", "string"}, {"description", "The same for the same query."}}},
             {"query", {{"type", "string"}, {"description", "The query; its values are ?."}}},
             {"count", countSchema("How often it ran.")},
             {"errors", countSchema("How often it failed or was cancelled.")},
             {"total_ms", nullable("number", "All its time.")},
             {"avg_ms", nullable("number", "Its mean time.")},
             {"p50_ms", nullable("number", "Half of its runs took no longer.")},
             {"p95_ms", nullable("number", "95 of 100 took no longer.")},
             {"p99_ms", nullable("number", "99 of 100 took no longer.")},
             {"max_ms", nullable("number", "The longest.")},
             {"rows_read", countSchema("Rows that it looked at.")},
             {"rows_written", countSchema("Rows that it changed, by triggers too.")},
             {"last_seen", nullable("string", "When it ran last.")},
             {"source", {{"type", "string"}, {"description", "Who reports it."}}},
             {"agent_share", nullable("number", "The share of runs by agents, 0 to 1.")}}}};
    schema["required"] = Json::array();
    for (const auto &[name, property] : schema["properties"].items())
        schema["required"].push_back(name);
    return schema;
}

Json analyticsSchema()
{
    const Json source
        = {{"type", "object"},
           {"properties",
            {{"source", {{"type", "string"}, {"description", "Its name."}}},
             {"covers", {{"type", "string"}, {"description", "What it knows, and since when."}}},
             {"missing",
              {{"type", "array"},
               {"items", {{"type", "string"}}},
               {"description", "The figures that it does not report."}}}}},
           {"required", {"source", "covers", "missing"}}};
    return outputSchema(
        {{"database", {{"type", "string"}, {"description", "The database's name."}}},
         {"from", {{"type", "string"}, {"description", "Start of the period."}}},
         {"to", {{"type", "string"}, {"description", "End of the period, not included."}}},
         {"queries",
          {{"type", "array"},
           {"items", querySchema()},
           {"description", "One entry a query shape; null: the source does not report it."}}},
         {"sources",
          {{"type", "array"},
           {"items", source},
           {"description", "Where the figures come from and what they miss."}}}});
}

} // namespace

void addAnalyticsTool(std::vector<Tool> &tools)
{
    Tool tool;
    tool.description.name = "database_analytics";
    tool.description.title = "Query analytics";
    tool.description.description = "Shows which queries a database ran, how often, how long they "
                                   "took and how many rows they read. Literals are replaced by ?.";
    tool.description.inputSchema
        = InputSchema()
              .text("database", "The database's name.", true)
              .text("from",
                    "Start of the period, RFC 3339 with a zone; 24 hours before its end if "
                    "left out.")
              .text("to", "End of the period, RFC 3339 with a zone; now if left out.")
              .text("order_by",
                    "count, total (if left out), avg, p95, p99, max, rows_read or "
                    "rows_written; largest first.")
              .integer("limit", "How many at most.", 1, 100, 10)
              .json();
    Json &order = tool.description.inputSchema["properties"]["order_by"];
    order["enum"] = {"count", "total", "avg", "p95", "p99", "max", "rows_read", "rows_written"};
    order["default"] = kDefaultOrder;
    tool.description.outputSchema = analyticsSchema();
    tool.description.annotations = {true, false, true, false};
    tool.plan = plan;
    tool.run = run;
    tools.push_back(std::move(tool));
}

} // namespace Gateway
