// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/sqlclient.h"

#include "turso/sqlclient/io.h"
#include "turso/sqlclient/scriptcheck.h"
#include "turso/sqlclient/scriptjob.h"

#include <QPointer>
#include <QThread>

namespace Turso
{

/// The gateway thread's half.
class SqlClient::Private : public QObject
{
public:
    explicit Private(const SqlClientOptions &options);
    ~Private() override;

    Base::Pending<Outcome> execute(const std::shared_ptr<SqlAccess> &access,
                                   Remote::ScriptJob::Task task);

private:
    struct Asking {
        std::weak_ptr<SqlAccess> access;
        std::string database;
        Privilege privilege;
    };
    void askAgain(std::uint64_t id, const std::shared_ptr<const SqlDoor> &refused);
    void bringDoor(std::uint64_t id, const Base::Pending<SqlDoor> &door);
    void post(std::function<void()> fn);

    std::unique_ptr<Remote::Io> m_io;
    QThread m_thread;
    std::unordered_map<std::uint64_t, Asking> m_asking;
};

namespace
{

using Remote::ScriptJob;

std::unique_ptr<ScriptJob> jobFor(Remote::Io &io, ScriptJob::Task task)
{
    if (task.privilege == Privilege::Read)
        return Remote::readJob(io, std::move(task));
    if (task.script.dryRun || task.script.measureImpact)
        return Remote::measuredJob(io, std::move(task));
    return Remote::writeJob(io, std::move(task));
}

class RemoteSession final : public Session
{
public:
    template <typename Execute>
    explicit RemoteSession(Execute execute)
        : m_execute(std::move(execute))
    {
    }
    Base::Pending<Outcome> execute(Script script, Base::CancelToken cancel) override
    {
        return m_execute(std::move(script), std::move(cancel));
    }

private:
    std::function<Base::Pending<Outcome>(Script, Base::CancelToken)> m_execute;
};

} // namespace

SqlClient::Private::Private(const SqlClientOptions &options)
{
    // From the I/O thread to this one.
    const auto again = [this](std::uint64_t id, const std::shared_ptr<const SqlDoor> &refused) {
        QMetaObject::invokeMethod(
            this, [this, id, refused] { askAgain(id, refused); }, Qt::QueuedConnection);
    };
    m_io = std::make_unique<Remote::Io>(options, again);
    m_io->moveToThread(&m_thread);
    m_thread.setObjectName(QStringLiteral("sql"));
    m_thread.start();
}

SqlClient::Private::~Private()
{
    // What has been posted before comes first, so that nothing is left behind.
    QMetaObject::invokeMethod(
        m_io.get(), [this] { m_io.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void SqlClient::Private::post(std::function<void()> fn)
{
    QMetaObject::invokeMethod(m_io.get(), std::move(fn), Qt::QueuedConnection);
}

Base::Pending<Outcome> SqlClient::Private::execute(const std::shared_ptr<SqlAccess> &access,
                                                   ScriptJob::Task task)
{
    if (auto checked = Remote::checkScript(task.script, task.privilege); !checked)
        return Base::readyNow<Outcome>(tl::unexpected(std::move(checked).error()));
    const Base::Pending<SqlDoor> door = access->door(task.database, task.privilege);
    const Asking asking{access, task.database, task.privilege};
    auto job = jobFor(*m_io, std::move(task));
    const std::uint64_t id = job->id();
    const auto answer = job->answer();
    job->moveToThread(&m_thread);
    m_asking.emplace(id, asking);
    Base::whenDone(answer, this, [this, id](const Base::Result<Outcome> &) { m_asking.erase(id); });
    // A std::function is copyable; the job is taken once.
    const auto held = std::make_shared<std::unique_ptr<ScriptJob>>(std::move(job));
    if (door.isFinished()) {
        post([io = m_io.get(), held, id, known = Base::resultOf(door)] {
            io->take(std::move(*held));
            io->withJob(id, [&known](ScriptJob &one) { one.start(known); });
        });
        return answer;
    }
    post([io = m_io.get(), held] { io->take(std::move(*held)); });
    bringDoor(id, door);
    return answer;
}

void SqlClient::Private::bringDoor(std::uint64_t id, const Base::Pending<SqlDoor> &door)
{
    Base::whenDone(door, this, [this, id](const Base::Result<SqlDoor> &result) {
        post([io = m_io.get(), id, result] {
            io->withJob(id, [&result](ScriptJob &job) { job.start(result); });
        });
    });
}

void SqlClient::Private::askAgain(std::uint64_t id, const std::shared_ptr<const SqlDoor> &refused)
{
    const auto found = m_asking.find(id);
    if (found == m_asking.end())
        return;
    const Asking asking = found->second;
    const std::shared_ptr<SqlAccess> access = asking.access.lock();
    if (!access)
        return bringDoor(id,
                         Base::readyNow<SqlDoor>(Base::fail(Base::ErrorKind::Cancelled,
                                                            "The connection was removed.")));
    access->refused(asking.database, asking.privilege, *refused);
    bringDoor(id, access->door(asking.database, asking.privilege));
}

SqlClient::SqlClient(SqlClientOptions options)
    : d(std::make_unique<Private>(options))
{
}

SqlClient::~SqlClient() = default;

std::unique_ptr<Session> SqlClient::openSession(std::shared_ptr<SqlAccess> access,
                                                std::string database, Privilege privilege)
{
    return std::make_unique<RemoteSession>([client = QPointer<Private>(d.get()),
                                            access = std::move(access),
                                            database = std::move(database), privilege](
                                               Script script,
                                               Base::CancelToken cancel) -> Base::Pending<Outcome> {
        if (!client)
            return Base::readyNow<Outcome>(Base::fail(
                Base::ErrorKind::Cancelled, "The connection was closed; nothing was run."));
        return client->execute(access, {database, privilege, std::move(script), std::move(cancel)});
    });
}

} // namespace Turso
