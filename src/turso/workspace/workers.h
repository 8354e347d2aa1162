// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace Turso::Embedded
{

/// A few threads that run jobs in order of arrival. Threads start when there is work and end after
/// some idle time, so that an idle application has neither. Any thread may post.
class Workers
{
public:
    using Job = std::function<void()>;

    /// `whenIdle` runs on the last thread that ends for want of work.
    Workers(std::size_t most, std::chrono::milliseconds idleTime, std::function<void()> whenIdle);
    /// stop()
    ~Workers();
    Workers(const Workers &) = delete;
    Workers &operator=(const Workers &) = delete;

    /// After stop() the job is dropped.
    void post(Job job);

    /// Waits for the running jobs; drops the others. Not to be called by a job.
    void stop();

private:
    void work(std::list<std::thread>::iterator self);
    void startThread(std::unique_lock<std::mutex> &lock);
    void joinFinished(std::unique_lock<std::mutex> &lock);

    const std::size_t m_most;
    const std::chrono::milliseconds m_idleTime;
    const std::function<void()> m_whenIdle;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    std::list<std::thread> m_threads;
    std::list<std::thread> m_finished;
    std::size_t m_idle = 0;
    bool m_stopped = false;
};

} // namespace Turso::Embedded
