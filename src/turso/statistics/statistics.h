// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "turso/analytics.h"
#include "turso/statistics/figures.h"
#include "turso/statistics/statisticsfile.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace Turso
{

struct StatisticsOptions {
    std::string path = {}; ///< of the file
    std::string source = "workspace"; ///< what the figures say that they come from
    Base::Millis batchTime = 10'000; ///< what is older is written as soon as something more comes
    std::size_t batchSize = 1024; ///< or this many shapes of minutes wait
    std::size_t shapesPerMinute = 256; ///< of one database; the others share one entry
    Base::Millis keptTime = 90LL * 24 * 60 * 60 * 1000;
    std::int64_t keptBytes = 64LL * 1024 * 1024; ///< of the file
};

/// What the statements of all databases cost: counted in memory by database, shape and minute, and
/// written in batches by a job. There is no timer: a batch goes when the next execution finds it
/// due, before figures are read, and when the workspace gets idle or ends, so that a process that
/// is killed loses no more than the last one. Any thread.
///
/// Dry runs are not counted. Memory is bounded: shapes beyond the limit of their minute share one
/// entry, and if the file cannot be written for long, what is new goes uncounted.
class Statistics final : public ExecutionSink
{
public:
    using Post = std::function<void(std::function<void()>)>;

    /// `post` runs a job on some other thread, or drops it.
    Statistics(StatisticsOptions options, Post post);

    void record(std::span<const Execution> executions) override;

    /// All figures of a database from the minute of `from` up to the one that `to` is in. Reads the
    /// file.
    Base::Result<Analytics> figures(const std::string &databaseId, Base::Millis from,
                                    Base::Millis to);

    /// Writes what waits.
    void flush();
    /// The same, and lets go of the file until it is needed again.
    void close();
    /// The figures of all other databases go, if there is a file.
    void keepOnly(const std::set<std::string> &databaseIds);

private:
    struct Seen {
        std::int64_t minute = 0;
        std::unordered_set<std::string> fingerprints;
    };

    void add(const Execution &execution);
    Base::Result<StatisticsFile *> file();
    Base::Result<void> write();
    void putBack(FiguresByMinute batch);
    void warnOnce(const Base::Error &error);
    Base::Result<FiguresByShape> collect(const std::string &databaseId, std::int64_t first,
                                         std::int64_t end);

    const StatisticsOptions m_options;
    const Post m_post;
    std::mutex m_mutex; ///< what follows
    FiguresByMinute m_waiting;
    std::size_t m_waitingShapes = 0;
    Base::Millis m_oldestWaiting = 0;
    Base::Millis m_newest = 0;
    bool m_isPosted = false;
    bool m_isFailing = false; ///< the last batch could not be written
    std::unordered_map<std::string, Seen> m_seen; ///< by database: the shapes of its last minute
    std::mutex m_fileMutex; ///< what follows; taken before m_mutex
    std::unique_ptr<StatisticsFile> m_file;
    std::int64_t m_prunedHour = -1;
    bool m_hasWarned = false;
};

} // namespace Turso
