// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/databasefile.h"

#include "base/json.h"
#include "turso/workspace/configuration.h"
#include "turso/workspace/engineerror.h"
#include "turso/workspace/scriptrun.h"
#include "turso/workspace/streams/sqlstream.h"

#include <utility>

namespace Turso::Embedded
{

using Base::Error;
using Base::ErrorKind;

namespace
{

/// Readers run on at most this many threads.
constexpr std::size_t kIdleReaders = 4;

/// Turso's words first; details with its code.
Error blockedError(bool isShutOut, bool reads)
{
    std::string why = "writes to this database are blocked by its configuration.";
    if (isShutOut)
        why = "this machine is not among the addresses that may connect (allowed_ips).";
    else if (reads)
        why = "reads of this database are blocked by its configuration.";
    return {ErrorKind::ReadOnlyMode, "Operation was blocked: " + why,
            "set_database_config can change that; the person may be asked.",
            Base::dumpJson({{"engine_code", "BLOCKED"}})};
}

Error closedError()
{
    return {ErrorKind::NotFound, "The database has been deleted."};
}

} // namespace

DatabaseFile::DatabaseFile(std::string path, const DatabaseConfiguration &configuration,
                           const Threads &threads, Reporting reporting,
                           std::shared_ptr<Archive> archive, bool isReady)
    : m_path(std::move(path))
    , m_threads(threads)
    , m_writerQueue(std::make_shared<WriterQueue>(threads.writers))
    , m_reporting(std::move(reporting))
    , m_archive(std::move(archive))
    , m_state(isReady ? State::Ready : State::Preparing)
{
    configure(configuration);
}

void DatabaseFile::configure(const DatabaseConfiguration &configuration)
{
    const std::lock_guard lock(m_mutex);
    m_isShutOut = !admitsThisMachine(configuration);
    m_sizeLimit = configuration.sizeLimit;
    m_readsBlocked = configuration.blockReads || m_isShutOut;
    m_writesBlocked = configuration.blockWrites || m_isShutOut;
}

void DatabaseFile::submit(std::shared_ptr<Call> call)
{
    std::unique_lock lock(m_mutex);
    if (m_state == State::Preparing) {
        m_parked.push_back(std::move(call));
        return;
    }
    if (m_state == State::Ready) {
        lock.unlock();
        return dispatch(std::move(call));
    }
    const Error error = m_error;
    lock.unlock();
    if (call->reply->take())
        call->reply->give(tl::unexpected(error));
}

void DatabaseFile::dispatch(std::shared_ptr<Call> call)
{
    auto self = shared_from_this();
    if (call->privilege == Privilege::Read)
        m_threads.readers.post([self, call] { self->runRead(*call); });
    else
        postWriter([self, call] { self->runWrite(*call); });
}

void DatabaseFile::release(std::vector<std::shared_ptr<Call>> parked,
                           std::vector<Workers::Job> jobs)
{
    for (const Workers::Job &job : jobs)
        job();
    for (std::shared_ptr<Call> &call : parked)
        submit(std::move(call));
}

void DatabaseFile::setReady()
{
    std::unique_lock lock(m_mutex);
    m_state = State::Ready;
    auto parked = std::exchange(m_parked, {});
    auto jobs = std::exchange(m_parkedJobs, {});
    lock.unlock();
    release(std::move(parked), std::move(jobs));
}

void DatabaseFile::fail(Error error)
{
    std::unique_lock lock(m_mutex);
    m_state = State::Failed;
    m_error = std::move(error);
    auto parked = std::exchange(m_parked, {});
    auto jobs = std::exchange(m_parkedJobs, {});
    lock.unlock();
    release(std::move(parked), std::move(jobs));
}

std::optional<Error> DatabaseFile::refusalOf(const Call &call)
{
    const bool reads = call.privilege == Privilege::Read;
    if (reads ? m_readsBlocked : m_writesBlocked) {
        const std::lock_guard lock(m_mutex);
        return blockedError(m_isShutOut, reads);
    }
    if (std::chrono::steady_clock::now() > call.deadline)
        return Error{ErrorKind::UpstreamError,
                     "The call waited for other calls until its time was over; it was not run.",
                     {},
                     Base::dumpJson({{"outcome", "not_run"}})};
    const std::lock_guard lock(m_mutex);
    if (m_state == State::Failed)
        return m_error;
    return std::nullopt;
}

Base::Result<Outcome> DatabaseFile::runOn(Connection &connection, Call &call)
{
    RunControl control(call.cancel, call.deadline, m_stopped,
                       call.privilege == Privilege::Read ? m_readsBlocked : m_writesBlocked);
    ScriptRun run(connection, call.privilege, call.script, control);
    auto result = run.run();
    report(run, call);
    return result;
}

void DatabaseFile::report(ScriptRun &run, const Call &call)
{
    const std::span<Execution> executions = run.executions();
    if (executions.empty())
        return;
    using std::chrono::duration_cast;
    const auto since = std::chrono::steady_clock::now() - run.started();
    const Base::Millis startedAt
        = m_reporting.clock.now() - duration_cast<std::chrono::milliseconds>(since).count();
    for (Execution &execution : executions) {
        execution.startedAt += startedAt;
        execution.wait = duration_cast<std::chrono::microseconds>(run.started() - call.submitted);
        execution.databaseId = m_reporting.databaseId;
    }
    m_reporting.sink.record(executions);
}

void DatabaseFile::runRead(Call &call)
{
    if (!call.reply->take())
        return;
    if (auto refusal = refusalOf(call))
        return call.reply->give(tl::unexpected(std::move(*refusal)));
    auto connection = takeReader();
    if (!connection)
        return call.reply->give(tl::unexpected(std::move(connection).error()));
    auto result = runOn(**connection, call);
    giveBack(std::move(*connection));
    call.reply->give(std::move(result));
}

void DatabaseFile::runWrite(Call &call)
{
    if (!call.reply->take())
        return;
    if (auto refusal = refusalOf(call))
        return call.reply->give(tl::unexpected(std::move(*refusal)));
    if (auto opened = openWriter(); !opened)
        return call.reply->give(tl::unexpected(std::move(opened).error()));
    call.reply->give(runOn(*m_writer, call));
}

std::optional<std::int64_t> DatabaseFile::sizeLimit()
{
    const std::lock_guard lock(m_mutex);
    return m_sizeLimit;
}

Base::Result<std::unique_ptr<Connection>> DatabaseFile::openConnection(Access access)
{
    if (access == Access::Read)
        return Connection::open(m_path, access, std::nullopt);
    return Connection::open(m_path, access, sizeLimit(), m_archive);
}

void DatabaseFile::whenReady(Workers::Job job)
{
    std::unique_lock lock(m_mutex);
    if (m_state == State::Preparing) {
        m_parkedJobs.push_back(std::move(job));
        return;
    }
    lock.unlock();
    job();
}

Base::Result<void> DatabaseFile::add(const std::shared_ptr<SqlStream> &stream)
{
    const std::lock_guard lock(m_mutex);
    if (m_state == State::Failed)
        return tl::unexpected(m_error);
    std::erase_if(m_streams, [](const auto &other) { return other.expired(); });
    m_streams.push_back(stream);
    return {};
}

void DatabaseFile::endStreams()
{
    std::unique_lock lock(m_mutex);
    const auto streams = std::exchange(m_streams, {});
    lock.unlock();
    for (const auto &weak : streams) {
        if (const auto stream = weak.lock())
            stream->endNow();
    }
}

Base::Result<void> DatabaseFile::openWriter()
{
    const auto limit = sizeLimit();
    if (m_writer && m_writerLimit == limit)
        return {};
    m_writer.reset();
    auto opened = openConnection(Access::Write);
    if (!opened)
        return tl::unexpected(std::move(opened).error());
    m_writer = std::move(*opened);
    m_writerLimit = limit;
    return {};
}

Base::Result<std::unique_ptr<Connection>> DatabaseFile::takeReader()
{
    std::unique_lock lock(m_mutex);
    if (m_state == State::Failed)
        return tl::unexpected(m_error);
    ++m_activeReaders;
    if (!m_idleReaders.empty()) {
        // The one used last: its caches are warm.
        std::unique_ptr<Connection> reader = std::move(m_idleReaders.back());
        m_idleReaders.pop_back();
        return reader;
    }
    lock.unlock();
    auto opened = openConnection(Access::Read);
    if (!opened)
        giveBack(nullptr);
    return opened;
}

Base::Result<void> DatabaseFile::runBeside(const Beside &job)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_state == State::Failed)
            return tl::unexpected(m_error);
        ++m_activeReaders;
    }
    auto opened = Connection::open(m_path, Access::Write, std::nullopt, m_archive);
    auto done = opened ? job(**opened, *m_archive, m_stopped)
                       : Base::Result<void>(tl::unexpected(opened.error()));
    opened = std::unique_ptr<Connection>();
    giveBack(nullptr);
    return done;
}

void DatabaseFile::giveBack(std::unique_ptr<Connection> reader)
{
    std::unique_lock lock(m_mutex);
    if (reader && m_state == State::Ready && m_idleReaders.size() < kIdleReaders)
        m_idleReaders.push_back(std::move(reader));
    lock.unlock();
    reader.reset();
    lock.lock();
    --m_activeReaders;
    m_readersGone.notify_all();
}

void DatabaseFile::close()
{
    std::unique_lock lock(m_mutex);
    m_state = State::Failed;
    m_error = closedError();
    m_stopped = true;
    m_readersGone.wait(lock, [this] { return m_activeReaders == 0; });
    m_idleReaders.clear();
    lock.unlock();
    endStreams();
    m_writer.reset();
}

void DatabaseFile::reopen()
{
    const std::lock_guard lock(m_mutex);
    m_stopped = false;
    m_state = State::Ready;
}

void DatabaseFile::dropWaiting()
{
    endStreams();
    m_writerQueue->drop();
    // Destroyed after the lock is let go.
    std::vector<std::shared_ptr<Call>> parked;
    std::vector<Workers::Job> jobs;
    const std::lock_guard lock(m_mutex);
    parked.swap(m_parked);
    jobs.swap(m_parkedJobs);
}

void DatabaseFile::closeIdle()
{
    std::vector<std::unique_ptr<Connection>> readers;
    std::unique_ptr<Connection> writer;
    {
        const std::lock_guard lock(m_mutex);
        readers.swap(m_idleReaders);
    }
    m_writerQueue->ifIdle([&] { writer.swap(m_writer); });
    // Readers first: they keep the writer, as it closes, from moving the log into the file.
    readers.clear();
}

} // namespace Turso::Embedded
