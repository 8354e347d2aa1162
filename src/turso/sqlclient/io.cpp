// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/io.h"

#include "turso/sqlclient/scriptjob.h"

#include <utility>

namespace Turso::Remote
{

namespace
{

constexpr std::size_t kMaxReadings = 512;
constexpr std::chrono::seconds kReadingTime{30};

} // namespace

Io::Io(const SqlClientOptions &clientOptions, AskAgain askAgain)
    : options(clientOptions)
    , pool(clientOptions.connectionsPerServer, clientOptions.queued)
    , streams(pool)
    , m_askAgain(std::move(askAgain))
{
    pool.setParent(this); // so that they move to the thread together
    streams.setParent(this);
}

Io::~Io()
{
    stop();
    pool.setParent(nullptr);
    streams.setParent(nullptr);
}

void Io::take(std::unique_ptr<ScriptJob> job)
{
    const std::uint64_t id = job->id();
    m_jobs[id] = std::move(job);
    m_jobs[id]->taken();
}

void Io::withJob(std::uint64_t id, const std::function<void(ScriptJob &)> &fn)
{
    const auto found = m_jobs.find(id);
    if (found != m_jobs.end())
        fn(*found->second);
}

void Io::forget(ScriptJob &job)
{
    const auto found = m_jobs.find(job.id());
    if (found == m_jobs.end())
        return;
    found->second.release()->deleteLater(); // it is what called
    m_jobs.erase(found);
}

void Io::stop()
{
    while (!m_jobs.empty())
        m_jobs.begin()->second->giveUp("The connection was closed.");
}

Reading *Io::readingOf(const std::string &key)
{
    const auto found = m_readings.find(key);
    if (found == m_readings.end() || found->second.until < std::chrono::steady_clock::now())
        return nullptr;
    return &found->second;
}

void Io::noteReading(const std::string &key, bool isSmall)
{
    if (m_readings.size() >= kMaxReadings && !m_readings.contains(key))
        m_readings.clear();
    m_readings[key] = {std::chrono::steady_clock::now() + kReadingTime, isSmall};
}

} // namespace Turso::Remote
