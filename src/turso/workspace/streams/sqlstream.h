// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/cancel.h"
#include "turso/workspace/databasefile.h"
#include "turso/workspace/streams/streamsession.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace Turso::Embedded
{

/// Work on a stream, in slices on worker threads. Never blocks: where it has to wait it says for
/// what, and its next slice goes on there.
class StreamJob
{
public:
    enum class Next {
        Done, ///< the job is let go
        NeedsTurn, ///< goes on when it is this stream's turn to write
        Paused, ///< goes on with SqlStream::resume()
    };
    virtual ~StreamJob() = default;
    virtual Next run(StreamSession &session) = 0;
    /// Instead of run(), which is as good as Done: there is no session.
    virtual void failed(const StreamError &error) = 0;
    /// Hands over what was made, after a slice that was Done or Paused; by then the stream can be
    /// given what comes next. On a worker thread.
    virtual void deliver() = 0;
};

/// One interactive session on a database: a connection of its own that keeps its transaction
/// between jobs, and with it the database's turn to write. One job at a time. Any thread. A job
/// whose stream ends is let go, wherever it stands.
class SqlStream : public std::enable_shared_from_this<SqlStream>
{
public:
    using Time = std::chrono::steady_clock::time_point;
    /// How long a stream may keep others from writing.
    static constexpr std::chrono::seconds kPatience{5};

    /// `isInTheWay` is called when others wait for this stream's turn to end; on any thread, and it
    /// must be short.
    SqlStream(std::shared_ptr<DatabaseFile> file, std::function<void()> isInTheWay);

    /// A write-protected stream opens a connection that cannot write. To be called first.
    void setReadOnly() { m_access = Access::Read; }

    void start(std::shared_ptr<StreamJob> job);
    void resume();

    /// While it is in others' way: when that has lasted too long.
    std::optional<Time> patienceEnds() const;
    /// If it has: takes the turn away and rolls back; the stream's next statement fails with
    /// TRANSACTION_TIMEOUT.
    void timeOut();

    /// Interrupts what runs, rolls back, closes. Soon, on a worker thread.
    void end();
    /// The same, and it is over when it returns. Not from inside a job.
    void endNow();

private:
    friend class StreamSession;
    enum class State { Idle, Running, AwaitsTurn, Paused };

    void postSlice();
    void slice();
    StreamJob::Next runSlice(StreamJob &job);
    void afterSlice(const std::shared_ptr<StreamJob> &job, StreamJob::Next next);
    bool openSession(StreamJob &job);
    void askForTurn(std::unique_lock<std::mutex> &lock);
    void granted();
    void releaseTurn();
    void rollBackTimedOut();
    void loseTransaction();
    void cleanUp();

    // For the session.
    DatabaseFile &file() const { return *m_file; }
    bool hasTurn() const { return m_hasTurn; }
    bool isContended() const;
    bool isTimedOut() const { return m_timedOut; }
    void forgetTimeout();
    Base::CancelToken cancelToken() const;

    const std::shared_ptr<DatabaseFile> m_file;
    const std::function<void()> m_isInTheWay;
    Access m_access = Access::Write;
    std::atomic<bool> m_timedOut = false;
    std::atomic<bool> m_hasTurn = false;
    std::mutex m_use; ///< of the session; held during a slice
    std::unique_ptr<StreamSession> m_session;
    mutable std::mutex m_mutex; ///< what follows; never held while m_use is waited for
    State m_state = State::Idle;
    bool m_ended = false;
    std::shared_ptr<StreamJob> m_job;
    std::shared_ptr<WriterTurn> m_turn;
    Time m_heldSince;
    Base::CancelToken m_cancel;
};

} // namespace Turso::Embedded
