// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/statistics/statistics.h"

#include "base/logging.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

namespace Turso
{

namespace
{

/// How many batches may wait while the file cannot be written.
constexpr std::size_t kBatchesWaiting = 4;
constexpr std::int64_t kMinutesPerHour = 60;
constexpr double kMicrosPerMilli = 1000;

const std::shared_ptr<const Sql::Shape> &otherShapes()
{
    static const auto kOther = std::make_shared<const Sql::Shape>(
        Sql::Shape{"other", "(other statements: there were too many different ones)"});
    return kOther;
}

std::int64_t minuteOf(Base::Millis time)
{
    return time / kMinute - (time % kMinute < 0 ? 1 : 0);
}

QueryFigures described(const ShapeFigures &entry, const std::string &source)
{
    const Figures &figures = entry.figures;
    const Histogram &durations = figures.durations;
    const auto millis = [](double micros) {
        return micros / kMicrosPerMilli;
    };
    QueryFigures query;
    query.fingerprint = entry.shape->fingerprint;
    query.query = entry.shape->text;
    query.count = durations.count();
    query.errors = figures.errors;
    query.totalMs = millis(static_cast<double>(durations.sum()));
    query.p50Ms = millis(durations.quantile(0.50));
    query.p95Ms = millis(durations.quantile(0.95));
    query.p99Ms = millis(durations.quantile(0.99));
    query.maxMs = millis(static_cast<double>(durations.most()));
    query.rowsRead = figures.rowsRead;
    query.rowsWritten = figures.rowsWritten;
    query.lastSeen = figures.lastSeen;
    query.source = source;
    query.agentShare
        = static_cast<double>(figures.byAgents) / static_cast<double>(durations.count());
    return query;
}

FiguresSource sourceOf(const std::string &name, std::optional<std::int64_t> firstMinute,
                       bool knowsRowsRead)
{
    FiguresSource source;
    source.source = name;
    source.covers = firstMinute
        ? "Every statement that ran in this app on this database since "
            + Base::toRfc3339(*firstMinute * kMinute)
            + ", by whole minutes; failed and cancelled ones too, dry runs not. Percentiles are "
              "within 1.6 % of the true value."
        : std::string("Every statement that runs in this app on this database; there was none "
                      "yet.");
    if (!knowsRowsRead)
        source.missing = {"rows_read"};
    return source;
}

} // namespace

Statistics::Statistics(StatisticsOptions options, Post post)
    : m_options(std::move(options))
    , m_post(std::move(post))
{
}

/// Uncounted if there is no room for it.
void Statistics::add(const Execution &execution)
{
    const std::int64_t minute = minuteOf(execution.startedAt);
    const bool isFull = m_waitingShapes >= kBatchesWaiting * m_options.batchSize;
    const MinuteKey key(execution.databaseId, minute);
    if (isFull && !m_waiting.contains(key))
        return;
    FiguresByShape &shapes = m_waiting[key];
    if (const auto found = shapes.find(execution.shape->fingerprint); found != shapes.end())
        return found->second.figures.add(execution);
    if (isFull)
        return;
    // Shapes that have been written already count for the minute too.
    Seen &seen = m_seen[execution.databaseId];
    if (seen.minute != minute)
        seen = {minute, {}};
    const bool isKnown = seen.fingerprints.contains(execution.shape->fingerprint);
    const bool isOther = !isKnown && seen.fingerprints.size() >= m_options.shapesPerMinute;
    if (!isOther)
        seen.fingerprints.insert(execution.shape->fingerprint);
    const auto &shape = isOther ? otherShapes() : execution.shape;
    const auto [entry, isNew] = shapes.try_emplace(shape->fingerprint, ShapeFigures{shape, {}});
    m_waitingShapes += isNew ? 1 : 0;
    entry->second.figures.add(execution);
}

void Statistics::record(std::span<const Execution> executions)
{
    bool isDue = false;
    {
        const std::lock_guard lock(m_mutex);
        for (const Execution &execution : executions) {
            if (execution.dryRun)
                continue;
            if (m_waitingShapes == 0)
                m_oldestWaiting = execution.startedAt;
            add(execution);
            m_newest = std::max(m_newest, execution.startedAt);
            // A clock that was set back must not stop the writing.
            const Base::Millis age = execution.startedAt - m_oldestWaiting;
            isDue = isDue || std::abs(age) >= m_options.batchTime
                || (m_waitingShapes >= m_options.batchSize && !m_isFailing);
        }
        isDue = isDue && !std::exchange(m_isPosted, m_isPosted || isDue);
    }
    if (isDue)
        m_post([this] { flush(); });
}

Base::Result<StatisticsFile *> Statistics::file()
{
    if (!m_file) {
        auto opened = StatisticsFile::open(m_options.path);
        if (!opened)
            return tl::unexpected(std::move(opened).error());
        m_file = std::move(*opened);
    }
    return m_file.get();
}

void Statistics::putBack(FiguresByMinute batch)
{
    const std::lock_guard lock(m_mutex);
    for (auto &[key, shapes] : batch) {
        for (auto &[fingerprint, entry] : shapes)
            mergeInto(m_waiting[key], entry.shape, entry.figures);
    }
    m_waitingShapes = 0;
    for (const auto &[key, shapes] : m_waiting)
        m_waitingShapes += shapes.size();
    m_oldestWaiting = m_newest; // the next try is a batch's time away
    m_isFailing = true;
}

/// With m_fileMutex held.
Base::Result<void> Statistics::write()
{
    FiguresByMinute batch;
    Base::Millis newest = 0;
    {
        const std::lock_guard lock(m_mutex);
        m_isPosted = m_isFailing = false;
        batch.swap(m_waiting);
        m_waitingShapes = 0;
        newest = m_newest;
    }
    if (batch.empty())
        return {};
    auto opened = file();
    auto written = opened ? (*opened)->add(batch)
                          : Base::Result<void>(tl::unexpected(std::move(opened).error()));
    if (!written) {
        putBack(std::move(batch));
        m_file.reset();
        return written;
    }
    const std::int64_t hour = minuteOf(newest) / kMinutesPerHour;
    if (std::exchange(m_prunedHour, hour) == hour)
        return {};
    return m_file->prune(minuteOf(newest - m_options.keptTime), m_options.keptBytes);
}

void Statistics::warnOnce(const Base::Error &error)
{
    if (!std::exchange(m_hasWarned, true))
        qCWarning(logWorkspace, "Query statistics are not written: %s", error.message.c_str());
}

void Statistics::flush()
{
    const std::lock_guard lock(m_fileMutex);
    if (const auto written = write(); !written)
        warnOnce(written.error());
}

void Statistics::close()
{
    const std::lock_guard lock(m_fileMutex);
    if (const auto written = write(); !written)
        warnOnce(written.error());
    m_file.reset();
}

void Statistics::keepOnly(const std::set<std::string> &databaseIds)
{
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_seen, [&](const auto &seen) { return !databaseIds.contains(seen.first); });
    }
    const std::lock_guard lock(m_fileMutex);
    std::error_code error;
    if (!m_file && !std::filesystem::exists(m_options.path, error))
        return;
    auto opened = file();
    const auto kept = opened ? (*opened)->keepOnly(databaseIds)
                             : Base::Result<void>(tl::unexpected(std::move(opened).error()));
    if (!kept)
        warnOnce(kept.error());
}

/// The minutes [first, end), from the file and what could not be written to it. With m_fileMutex
/// held.
Base::Result<FiguresByShape> Statistics::collect(const std::string &databaseId, std::int64_t first,
                                                 std::int64_t end)
{
    if (const auto written = write(); !written)
        warnOnce(written.error());
    FiguresByShape all;
    std::error_code error;
    if (m_file || std::filesystem::exists(m_options.path, error)) {
        auto opened = file();
        if (!opened)
            return tl::unexpected(std::move(opened).error());
        if (auto read = (*opened)->read(databaseId, first, end, all); !read)
            return tl::unexpected(std::move(read).error());
    }
    const std::lock_guard lock(m_mutex);
    for (auto minute = m_waiting.lower_bound({databaseId, first}); minute != m_waiting.end()
         && minute->first.first == databaseId && minute->first.second < end;
         ++minute) {
        for (const auto &[fingerprint, entry] : minute->second)
            mergeInto(all, entry.shape, entry.figures);
    }
    return all;
}

Base::Result<Analytics> Statistics::figures(const std::string &databaseId, Base::Millis from,
                                            Base::Millis to)
{
    const std::int64_t first = minuteOf(from);
    const std::int64_t end = minuteOf(to - 1) + 1;
    const std::lock_guard lock(m_fileMutex);
    auto all = collect(databaseId, first, end);
    if (!all)
        return tl::unexpected(std::move(all).error());
    Analytics analytics;
    analytics.from = first * kMinute;
    analytics.to = end * kMinute;
    for (const auto &[fingerprint, entry] : *all)
        analytics.queries.push_back(described(entry, m_options.source));
    const bool knowsRowsRead
        = std::any_of(analytics.queries.begin(), analytics.queries.end(),
                      [](const QueryFigures &query) { return query.rowsRead.has_value(); });
    std::optional<std::int64_t> since = m_file ? m_file->firstMinute(databaseId) : std::nullopt;
    if (!since && !all->empty())
        since = first; // they are in memory only
    analytics.sources.push_back(sourceOf(m_options.source, since, knowsRowsRead));
    return analytics;
}

} // namespace Turso
