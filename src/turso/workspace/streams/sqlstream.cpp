// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/streams/sqlstream.h"

#include <utility>

namespace Turso::Embedded
{

SqlStream::SqlStream(std::shared_ptr<DatabaseFile> file, std::function<void()> isInTheWay)
    : m_file(std::move(file))
    , m_isInTheWay(std::move(isInTheWay))
{
}

void SqlStream::start(std::shared_ptr<StreamJob> job)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_ended)
            return;
        m_job = std::move(job);
        m_state = State::Running;
    }
    m_file->whenReady([self = shared_from_this()] { self->postSlice(); });
}

void SqlStream::resume()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_ended || m_state != State::Paused)
            return;
        m_state = State::Running;
    }
    postSlice();
}

void SqlStream::postSlice()
{
    m_file->threads().streams.post([self = shared_from_this()] { self->slice(); });
}

void SqlStream::slice()
{
    std::unique_lock lock(m_mutex);
    const std::shared_ptr<StreamJob> job = m_job;
    lock.unlock();
    if (job)
        afterSlice(job, runSlice(*job));
}

StreamJob::Next SqlStream::runSlice(StreamJob &job)
{
    const std::lock_guard use(m_use);
    if (!openSession(job))
        return StreamJob::Next::Done;
    const StreamJob::Next next = job.run(*m_session);
    loseTransaction();
    if (m_hasTurn && !m_session->holdsWriteLock())
        releaseTurn();
    return next;
}

bool SqlStream::openSession(StreamJob &job)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_ended)
            return false;
    }
    if (m_session)
        return true;
    if (auto added = m_file->add(shared_from_this()); !added) {
        job.failed({added.error().message, "SQLITE_CANTOPEN"});
        return false;
    }
    auto connection = m_file->openConnection(m_access);
    if (!connection) {
        job.failed({"SQLite error: " + connection.error().message, "SQLITE_CANTOPEN"});
        return false;
    }
    m_session = std::make_unique<StreamSession>(*this, std::move(*connection));
    return true;
}

void SqlStream::afterSlice(const std::shared_ptr<StreamJob> &job, StreamJob::Next next)
{
    std::unique_lock lock(m_mutex);
    if (m_ended) {
        lock.unlock();
        return cleanUp();
    }
    switch (next) {
    case StreamJob::Next::NeedsTurn:
        return askForTurn(lock);
    case StreamJob::Next::Paused:
        m_state = State::Paused;
        break;
    case StreamJob::Next::Done:
        m_state = State::Idle;
        m_job.reset();
        break;
    }
    lock.unlock();
    job->deliver();
}

void SqlStream::askForTurn(std::unique_lock<std::mutex> &lock)
{
    m_state = State::AwaitsTurn;
    m_turn = m_file->writerQueue().request([self = shared_from_this()] { self->granted(); },
                                           m_isInTheWay);
    const auto turn = m_turn;
    // It can be granted at once, on this very thread.
    lock.unlock();
    turn->ask();
}

void SqlStream::granted()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_ended || !m_turn)
            return;
        m_state = State::Running;
        m_heldSince = std::chrono::steady_clock::now();
        m_hasTurn = true;
    }
    // Whoever was told before that could not yet see since when.
    if (isContended())
        m_isInTheWay();
    slice();
}

void SqlStream::releaseTurn()
{
    std::unique_lock lock(m_mutex);
    m_hasTurn = false;
    const auto turn = std::exchange(m_turn, {});
    lock.unlock();
    if (turn)
        turn->release();
}

bool SqlStream::isContended() const
{
    const std::lock_guard lock(m_mutex);
    return m_turn && m_turn->isContended();
}

std::optional<SqlStream::Time> SqlStream::patienceEnds() const
{
    const std::lock_guard lock(m_mutex);
    if (m_ended || !m_hasTurn || m_timedOut || !m_turn || !m_turn->isContended())
        return std::nullopt;
    return m_heldSince + kPatience;
}

void SqlStream::timeOut()
{
    {
        const auto ends = patienceEnds();
        if (!ends || std::chrono::steady_clock::now() < *ends)
            return;
        const std::lock_guard lock(m_mutex);
        m_timedOut = true;
        m_cancel.cancel();
        if (m_state == State::Running)
            return; // its slice sees to it
    }
    // Not behind other streams' statements: somebody waits for the turn.
    m_file->threads().writers.post([self = shared_from_this()] { self->rollBackTimedOut(); });
}

void SqlStream::rollBackTimedOut()
{
    const std::lock_guard use(m_use);
    if (!m_timedOut || !m_session)
        return; // the next statement was here first
    loseTransaction();
    releaseTurn();
}

/// If it has taken too long; unless it was over just before.
void SqlStream::loseTransaction()
{
    if (!m_timedOut)
        return;
    if (m_session->isAutocommit())
        forgetTimeout();
    else
        m_session->rollBack();
}

void SqlStream::forgetTimeout()
{
    const std::lock_guard lock(m_mutex);
    m_timedOut = false;
    if (!m_ended)
        m_cancel = Base::CancelToken();
}

Base::CancelToken SqlStream::cancelToken() const
{
    const std::lock_guard lock(m_mutex);
    return m_cancel;
}

void SqlStream::end()
{
    {
        const std::lock_guard lock(m_mutex);
        if (std::exchange(m_ended, true))
            return;
        m_cancel.cancel();
        if (m_state == State::Running)
            return; // its slice sees to it
    }
    m_file->threads().writers.post([self = shared_from_this()] { self->cleanUp(); });
}

void SqlStream::endNow()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ended = true;
        m_cancel.cancel();
    }
    cleanUp();
}

void SqlStream::cleanUp()
{
    {
        const std::lock_guard use(m_use);
        m_session.reset();
    }
    releaseTurn();
    std::shared_ptr<StreamJob> job; // let go after the lock
    const std::lock_guard lock(m_mutex);
    job.swap(m_job);
}

} // namespace Turso::Embedded
