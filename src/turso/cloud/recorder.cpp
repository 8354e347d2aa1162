// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/recorder.h"

#include <QDir>

#include <algorithm>

namespace Turso::CloudApi
{

namespace
{

constexpr std::size_t kMostNames = 200'000;

StatisticsOptions optionsFor(const std::string &folder)
{
    QDir().mkpath(QString::fromStdString(folder));
    StatisticsOptions options;
    options.path = folder + "/statistics.db";
    return options;
}

/// The workspace's words do not all hold here: Turso counts the rows that are read.
void relabel(Analytics &analytics)
{
    bool hasRowsRead = false;
    for (QueryFigures &query : analytics.queries) {
        query.source = kOwnSource;
        hasRowsRead = hasRowsRead || query.rowsRead;
    }
    for (FiguresSource &source : analytics.sources) {
        source.source = kOwnSource;
        if (hasRowsRead)
            std::erase(source.missing, "rows_read");
    }
}

} // namespace

Recorder::Recorder(const std::string &folder)
    : m_statistics(optionsFor(folder),
                   [this](std::function<void()> job) { m_pool.start(std::move(job)); })
{
    m_pool.setMaxThreadCount(1);
}

Recorder::~Recorder()
{
    m_pool.waitForDone();
    m_statistics.close();
}

void Recorder::learn(const std::string &name, const std::string &id)
{
    const std::lock_guard lock(m_mutex);
    if (m_ids.size() >= kMostNames)
        m_ids.clear();
    if (!id.empty())
        m_ids[name] = id;
}

void Recorder::record(std::span<const Execution> executions)
{
    std::vector<Execution> known(executions.begin(), executions.end());
    {
        const std::lock_guard lock(m_mutex);
        for (Execution &execution : known) {
            if (const auto found = m_ids.find(execution.databaseId); found != m_ids.end())
                execution.databaseId = found->second;
        }
    }
    m_statistics.record(known);
}

Base::Pending<Analytics> Recorder::figures(const std::string &databaseId, Base::Millis from,
                                           Base::Millis to)
{
    auto promise = std::make_shared<QPromise<Base::Result<Analytics>>>();
    promise->start();
    auto future = promise->future();
    m_pool.start([this, promise, databaseId, from, to] {
        auto analytics = m_statistics.figures(databaseId, from, to);
        if (analytics)
            relabel(*analytics);
        promise->addResult(std::move(analytics));
        promise->finish();
    });
    return future;
}

} // namespace Turso::CloudApi
