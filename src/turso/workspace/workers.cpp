// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/workers.h"

#include <system_error>
#include <utility>

namespace Turso::Embedded
{

Workers::Workers(std::size_t most, std::chrono::milliseconds idleTime,
                 std::function<void()> whenIdle)
    : m_most(most)
    , m_idleTime(idleTime)
    , m_whenIdle(std::move(whenIdle))
{
}

Workers::~Workers()
{
    stop();
}

void Workers::post(Job job)
{
    std::unique_lock lock(m_mutex);
    if (m_stopped)
        return;
    m_jobs.push_back(std::move(job));
    // Each idle thread will take one; only what is beyond them needs another.
    if (m_jobs.size() > m_idle && m_threads.size() < m_most)
        startThread(lock);
    else
        m_wake.notify_one();
}

void Workers::startThread(std::unique_lock<std::mutex> &lock)
{
    joinFinished(lock); // lets go of the lock
    if (m_stopped || m_threads.size() >= m_most)
        return;
    const auto self = m_threads.emplace(m_threads.end());
    try {
        *self = std::thread(&Workers::work, this, self);
    } catch (const std::system_error &) {
        // Out of threads: the others, if any, will get to it; without any, the caller has to.
        m_threads.erase(self);
        if (!m_threads.empty())
            return;
        const Job job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

void Workers::joinFinished(std::unique_lock<std::mutex> &lock)
{
    std::list<std::thread> finished = std::exchange(m_finished, {});
    if (finished.empty())
        return;
    lock.unlock();
    for (std::thread &thread : finished)
        thread.join();
    lock.lock();
}

void Workers::work(std::list<std::thread>::iterator self)
{
    std::unique_lock lock(m_mutex);
    while (!m_stopped) {
        if (!m_jobs.empty()) {
            Job job = std::move(m_jobs.front());
            m_jobs.pop_front();
            lock.unlock();
            job();
            job = nullptr;
            lock.lock();
            continue;
        }
        ++m_idle;
        const bool woken
            = m_wake.wait_for(lock, m_idleTime, [this] { return m_stopped || !m_jobs.empty(); });
        --m_idle;
        if (woken)
            continue;
        if (m_threads.size() == 1 && m_whenIdle) {
            lock.unlock();
            m_whenIdle();
            lock.lock();
        }
        if (m_stopped || !m_jobs.empty())
            continue; // it came while this thread was closing up
        m_finished.splice(m_finished.end(), m_threads, self);
        return;
    }
}

void Workers::stop()
{
    std::unique_lock lock(m_mutex);
    m_stopped = true;
    std::deque<Job> dropped = std::exchange(m_jobs, {});
    std::list<std::thread> threads = std::exchange(m_threads, {});
    threads.splice(threads.end(), m_finished);
    m_wake.notify_all();
    lock.unlock();
    for (std::thread &thread : threads)
        thread.join();
}

} // namespace Turso::Embedded
