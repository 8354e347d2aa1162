// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/cancel.h"
#include "turso/platform.h"
#include "turso/statistics/execution.h"
#include "turso/workspace/archive/archive.h"
#include "turso/workspace/connection.h"
#include "turso/workspace/workers.h"
#include "turso/workspace/writerqueue.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace Turso::Embedded
{

class ScriptRun;
class SqlStream;

/// The one answer to a script; whoever takes it first gives it.
class Reply
{
public:
    Reply() { m_promise.start(); }
    Base::Pending<Outcome> future() const { return m_promise.future(); }
    /// True for the first caller only: it runs the script, or says why not.
    bool take() { return !m_taken.exchange(true); }
    void give(Base::Result<Outcome> result)
    {
        m_promise.addResult(std::move(result));
        m_promise.finish();
    }

private:
    QPromise<Base::Result<Outcome>> m_promise;
    std::atomic<bool> m_taken = false;
};

/// A script on its way to a connection.
struct Call {
    std::shared_ptr<Reply> reply;
    Script script;
    Privilege privilege = Privilege::Read;
    Base::CancelToken cancel;
    RunControl::Time submitted;
    RunControl::Time deadline;
    Base::CancelToken::Registration registration; ///< answers at once if cancelled while it waits
};

/// Where a database's executions are told, and under which name. Borrows both.
struct Reporting {
    ExecutionSink &sink;
    const Base::Clock &clock;
    std::string databaseId;
};

/// A workspace's threads, which all its databases share. Streams have some of their own: nothing
/// limits how long a stream's statement may take, and the tools' calls must not wait for it.
struct Threads {
    Workers &readers;
    Workers &writers;
    Workers &streams;
};

/// One database's connections and its queues: any number of readers, one writer at a time in order
/// of arrival. Any thread.
class DatabaseFile : public std::enable_shared_from_this<DatabaseFile>
{
public:
    /// Not ready: calls wait until setReady() or fail().
    /// `archive`: the database's, known to every connection that writes.
    DatabaseFile(std::string path, const DatabaseConfiguration &configuration,
                 const Threads &threads, Reporting reporting, std::shared_ptr<Archive> archive,
                 bool isReady);

    const std::string &path() const { return m_path; }
    void submit(std::shared_ptr<Call> call);

    /// Runs `job` as a writer, after the writers that wait already.
    void postWriter(Workers::Job job) { m_writerQueue->post(std::move(job)); }

    /// Runs `job` on this thread with a connection of its own, beside readers and writers; close()
    /// waits for it, and `stopped` says when it has to end.
    using Beside = std::function<Base::Result<void>(Connection &connection, Archive &archive,
                                                    const std::atomic<bool> &stopped)>;
    Base::Result<void> runBeside(const Beside &job);

    void setReady();
    /// Holds from now on; what runs and is no longer allowed is ended.
    void configure(const DatabaseConfiguration &configuration);
    /// The database could not be made: everything that waits and comes is answered with `error`.
    void fail(Base::Error error);

    /// To be called as a writer: ends the readers, closes everything; calls are answered with
    /// NotFound from now on.
    void close();
    /// A connection that knows the database's limits; every connection that writes is opened here.
    Base::Result<std::unique_ptr<Connection>> openConnection(Access access);

    /// Runs `job`, which must be short, once the database is ready or has failed: perhaps at once.
    void whenReady(Workers::Job job);
    /// The stream is ended when the database is closed. NotFound if it is.
    Base::Result<void> add(const std::shared_ptr<SqlStream> &stream);
    const Reporting &reporting() const { return m_reporting; }
    const Threads &threads() const { return m_threads; }
    WriterQueue &writerQueue() const { return *m_writerQueue; }
    const std::atomic<bool> &isStopped() const { return m_stopped; }
    const std::atomic<bool> &blocksReads() const { return m_readsBlocked; }
    const std::atomic<bool> &blocksWrites() const { return m_writesBlocked; }
    std::optional<std::int64_t> sizeLimit();

    /// Undoes close().
    void reopen();

    /// Closes the connections that nobody uses.
    void closeIdle();
    /// Ends what runs, for good.
    void stop() { m_stopped = true; }
    /// After the threads have stopped: lets go of what still waits, which is thereby answered with
    /// Cancelled.
    void dropWaiting();

private:
    enum class State { Preparing, Ready, Failed };

    void dispatch(std::shared_ptr<Call> call);
    void release(std::vector<std::shared_ptr<Call>> parked, std::vector<Workers::Job> jobs);
    void endStreams();
    void runRead(Call &call);
    void runWrite(Call &call);
    std::optional<Base::Error> refusalOf(const Call &call);
    Base::Result<void> openWriter();
    Base::Result<std::unique_ptr<Connection>> takeReader();
    void giveBack(std::unique_ptr<Connection> reader);
    Base::Result<Outcome> runOn(Connection &connection, Call &call);
    void report(ScriptRun &run, const Call &call);

    const std::string m_path;
    const Threads m_threads;
    const std::shared_ptr<WriterQueue> m_writerQueue;
    const Reporting m_reporting;
    const std::shared_ptr<Archive> m_archive;
    std::atomic<bool> m_stopped = false;
    std::atomic<bool> m_readsBlocked = false; ///< for whatever reason
    std::atomic<bool> m_writesBlocked = false;
    std::mutex m_mutex;
    std::condition_variable m_readersGone;
    State m_state;
    Base::Error m_error;
    bool m_isShutOut = false; ///< the allow-rules do not admit this machine
    std::optional<std::int64_t> m_sizeLimit;
    std::vector<std::shared_ptr<Call>> m_parked;
    std::vector<Workers::Job> m_parkedJobs;
    std::vector<std::weak_ptr<SqlStream>> m_streams;
    std::size_t m_activeReaders = 0;
    std::vector<std::unique_ptr<Connection>> m_idleReaders;
    std::unique_ptr<Connection> m_writer; ///< used by the running writer only
    std::optional<std::int64_t> m_writerLimit; ///< the size limit that m_writer was told
};

} // namespace Turso::Embedded
