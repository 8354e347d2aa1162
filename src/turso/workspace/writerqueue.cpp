// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/writerqueue.h"

#include <utility>

namespace Turso::Embedded
{

struct WriterTurn::Place {
    Workers::Job job;
    std::function<void()> contended; ///< not yet called
    bool isHeld = false; ///< beyond the job
};

WriterTurn::WriterTurn(std::shared_ptr<WriterQueue> queue, std::shared_ptr<Place> place)
    : m_queue(std::move(queue))
    , m_place(std::move(place))
{
}

void WriterTurn::release()
{
    m_queue->release(m_place);
}

void WriterQueue::post(Workers::Job job)
{
    auto place = std::make_shared<Place>();
    place->job = std::move(job);
    enqueue(std::move(place));
}

std::unique_ptr<WriterTurn> WriterQueue::request(Workers::Job granted,
                                                 std::function<void()> contended)
{
    auto place = std::make_shared<Place>();
    place->job = std::move(granted);
    place->contended = std::move(contended);
    place->isHeld = true;
    std::unique_ptr<WriterTurn> turn(new WriterTurn(shared_from_this(), place));
    enqueue(std::move(place));
    return turn;
}

void WriterQueue::enqueue(std::shared_ptr<Place> place)
{
    std::unique_lock lock(m_mutex);
    m_waiting.push_back(std::move(place));
    if (!std::exchange(m_isBusy, true)) {
        lock.unlock();
        return scheduleNext();
    }
    const auto contended = m_holder ? std::exchange(m_holder->contended, {}) : nullptr;
    lock.unlock();
    if (contended)
        contended();
}

/// Never under the lock: without any thread the caller's own runs it.
void WriterQueue::scheduleNext()
{
    m_threads.post([self = shared_from_this()] { self->runNext(); });
}

void WriterQueue::runNext()
{
    std::unique_lock lock(m_mutex);
    if (m_waiting.empty()) { // it has left the line
        m_isBusy = false;
        return;
    }
    const std::shared_ptr<Place> place = std::move(m_waiting.front());
    m_waiting.pop_front();
    Workers::Job job = std::exchange(place->job, {});
    std::function<void()> contended;
    if (place->isHeld) {
        m_holder = place;
        if (!m_waiting.empty())
            contended = std::exchange(place->contended, {});
    }
    lock.unlock();
    job();
    job = nullptr;
    if (contended)
        contended();
    if (place->isHeld)
        return;
    lock.lock();
    m_isBusy = !m_waiting.empty();
    const bool goesOn = m_isBusy;
    lock.unlock();
    // Back into the line: other databases' writers have waited too.
    if (goesOn)
        scheduleNext();
}

void WriterQueue::release(const std::shared_ptr<Place> &place)
{
    std::unique_lock lock(m_mutex);
    // Destroyed after the lock is let go.
    const Workers::Job job = std::exchange(place->job, {});
    const std::function<void()> contended = std::exchange(place->contended, {});
    if (m_holder != place) {
        std::erase(m_waiting, place);
        lock.unlock();
        return;
    }
    m_holder.reset();
    m_isBusy = !m_waiting.empty();
    const bool goesOn = m_isBusy;
    lock.unlock();
    if (goesOn)
        scheduleNext();
}

void WriterQueue::ifIdle(const std::function<void()> &fn)
{
    const std::lock_guard lock(m_mutex);
    if (!m_isBusy)
        fn();
}

void WriterQueue::drop()
{
    // Destroyed after the lock is let go.
    std::deque<std::shared_ptr<Place>> waiting;
    const std::lock_guard lock(m_mutex);
    m_isBusy = m_holder != nullptr;
    waiting.swap(m_waiting);
}

} // namespace Turso::Embedded
