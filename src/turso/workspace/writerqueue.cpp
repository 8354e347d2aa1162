// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/writerqueue.h"

#include <utility>

namespace Turso::Embedded
{

struct WriterTurn::Place {
    Workers::Job job;
    std::function<void()> contended;
    bool isHeld = false; ///< beyond the job
    bool isReleased = false;
};

WriterTurn::WriterTurn(std::shared_ptr<WriterQueue> queue, std::shared_ptr<Place> place)
    : m_queue(std::move(queue))
    , m_place(std::move(place))
{
}

void WriterTurn::ask()
{
    m_queue->enqueue(m_place);
}

void WriterTurn::release()
{
    m_queue->release(m_place);
}

bool WriterTurn::isContended() const
{
    const std::lock_guard lock(m_queue->m_mutex);
    return m_queue->m_holder == m_place && !m_queue->m_waiting.empty();
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
    return std::unique_ptr<WriterTurn>(new WriterTurn(shared_from_this(), std::move(place)));
}

void WriterQueue::enqueue(std::shared_ptr<Place> place)
{
    std::unique_lock lock(m_mutex);
    if (m_isDropped || place->isReleased)
        return;
    m_waiting.push_back(std::move(place));
    if (!std::exchange(m_isBusy, true)) {
        lock.unlock();
        return scheduleNext();
    }
    const auto contended = m_holder && m_waiting.size() == 1 ? m_holder->contended : nullptr;
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
            contended = place->contended;
    }
    lock.unlock();
    if (contended)
        contended();
    job();
    job = nullptr;
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
    place->isReleased = true;
    if (m_holder != place) {
        std::erase(m_waiting, place);
        lock.unlock();
        return;
    }
    m_holder.reset();
    m_isBusy = !m_waiting.empty(); // nobody's, once it was dropped
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
    m_isDropped = true;
    waiting.swap(m_waiting);
}

} // namespace Turso::Embedded
