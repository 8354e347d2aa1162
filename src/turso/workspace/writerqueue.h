// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/workspace/workers.h"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace Turso::Embedded
{

class WriterQueue;

/// A place in a database's line of writers, and later the turn itself. Held across as many jobs as
/// its transaction has, on no thread. Any thread.
class WriterTurn
{
public:
    /// release()
    ~WriterTurn() { release(); }
    WriterTurn(const WriterTurn &) = delete;
    WriterTurn &operator=(const WriterTurn &) = delete;

    /// Goes into the line; once.
    void ask();
    /// Leaves the line, or lets the next one write. Idempotent. A callback that runs already may
    /// still be running when this returns.
    void release();
    /// True while it is the turn and somebody waits for its end.
    bool isContended() const;

private:
    friend class WriterQueue;
    struct Place;
    WriterTurn(std::shared_ptr<WriterQueue> queue, std::shared_ptr<Place> place);

    const std::shared_ptr<WriterQueue> m_queue;
    const std::shared_ptr<Place> m_place;
};

/// Who may write to one database: one at a time, in order of arrival. Nothing waits on a thread,
/// and nothing wakes up for as long as nobody comes or goes. Any thread.
class WriterQueue : public std::enable_shared_from_this<WriterQueue>
{
public:
    /// `threads` must outlive the queue.
    explicit WriterQueue(Workers &threads)
        : m_threads(threads)
    {
    }

    /// Runs `job` on one of the threads when it is its turn, which ends with it.
    void post(Workers::Job job);

    /// Runs `granted` on one of the threads when it is the caller's turn, which lasts until the
    /// WriterTurn is released. When it begins while others wait, and whenever somebody begins to
    /// wait for whom nobody did, `contended` is called: on any thread, and it must be short. The
    /// turn does not wait before ask().
    [[nodiscard]] std::unique_ptr<WriterTurn> request(Workers::Job granted,
                                                      std::function<void()> contended);

    /// Runs `fn`, which must be short and not use the queue, if nobody writes; nobody begins
    /// meanwhile.
    void ifIdle(const std::function<void()> &fn);

    /// After the threads have stopped: lets go of what still waits, and of the threads.
    void drop();

private:
    friend class WriterTurn;
    using Place = WriterTurn::Place;

    void enqueue(std::shared_ptr<Place> place);
    void release(const std::shared_ptr<Place> &place);
    void runNext();
    void scheduleNext();

    Workers &m_threads;
    std::mutex m_mutex;
    bool m_isDropped = false;
    bool m_isBusy = false; ///< somebody writes, or is about to
    std::shared_ptr<Place> m_holder; ///< whose turn it is, unless that is one job's
    std::deque<std::shared_ptr<Place>> m_waiting;
};

} // namespace Turso::Embedded
