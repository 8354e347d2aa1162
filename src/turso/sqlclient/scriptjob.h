// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/io.h"
#include "turso/sqlclient/upstream.h"
#include "turso/statistics/execution.h"

#include <QElapsedTimer>
#include <QPromise>
#include <QTimer>

#include <optional>
#include <vector>

namespace Turso::Remote
{

/// One script on its way through a server, from its door to its outcome. Made on the gateway
/// thread, lives on the I/O thread, and ends exactly once.
class ScriptJob : public QObject
{
    Q_OBJECT
public:
    struct Task {
        std::string database;
        Privilege privilege = Privilege::Read;
        Script script;
        Base::CancelToken cancel;
    };

    ScriptJob(Io &io, Task task);
    ~ScriptJob() override;

    std::uint64_t id() const { return m_id; }
    Base::Pending<Outcome> answer() const { return m_promise.future(); }

    /// On the I/O thread now: its time begins.
    void taken();
    /// Begins, or begins again with another token.
    void start(const Base::Result<SqlDoor> &door);
    void giveUp(const std::string &sentence);

protected:
    using Next = std::function<void(PipelineAnswer)>;

    virtual void begin() = 0;
    /// A request that was answered with a status other than 200, or not at all. False: it is the
    /// job's end.
    virtual bool recovers(const ExchangeEnd &end)
    {
        (void)end;
        return false;
    }

    /// `mayChange`: what it asks for can change something that stays.
    void pipeline(std::string body, bool mayChange, BudgetOf budgetOf, Next next);
    void cursor(std::string body, std::function<bool(std::string_view)> onBytes,
                std::function<void(const ExchangeEnd &)> onEnd);
    void finish(Base::Result<Outcome> result);
    void fail(Base::Error error) { finish(tl::unexpected(std::move(error))); }
    void failUnreadable() { fail(noAnswer("answered what is not Hrana", asked())); }

    Asked asked() const;
    /// False, with the job ended, where a stream goes on at another server: no token goes there.
    bool follows(const std::string &baseUrl);
    bool hasHrana3() const { return !m_io.onlyHrana2.contains(m_address.origin()); }
    std::string doorKey() const { return m_address.origin() + '\n' + m_door->nameSpace; }
    std::string textOf(std::size_t index) const { return m_task.script.statements[index].text; }

    void noteExecution(std::size_t index, const StepAnswer &step);
    /// The statement that an error ended.
    void noteFailure(std::size_t index, const EngineError &error);
    void nothingWasWritten();

    Io &m_io;
    const Task m_task;
    std::shared_ptr<const SqlDoor> m_door;
    ServerAddress m_address;
    RowBudget m_budget; ///< of the script's rows
    RowBudget m_ownBudget; ///< of what the job asks for itself
    std::size_t m_answerLimit = 16 * 1024 * 1024; ///< bytes of a pipeline's answer
    double m_engineMs = 0;
    QElapsedTimer m_elapsed;
    bool m_isOver = false;

private:
    void send(ExchangePtr exchange, bool mayChange);
    void ended(const ExchangeEnd &end);
    bool fallsBack(const ExchangeEnd &end);
    bool asksAgain(const ExchangeEnd &end);
    void stopped(Base::ErrorKind kind, const std::string &sentence);

    const std::uint64_t m_id;
    QPromise<Base::Result<Outcome>> m_promise;
    QTimer m_timeout;
    Base::CancelToken::Registration m_onCancel;
    ExchangePtr m_exchange;
    std::function<void(const ExchangeEnd &)> m_onWhole;
    bool m_mayChange = false; ///< the request in flight
    bool m_askedAgain = false;
    bool m_triedHrana2 = false;
    Base::Millis m_startedAt = 0;
    std::vector<Execution> m_executions;
};

/// A script that only reads.
std::unique_ptr<ScriptJob> readJob(Io &io, ScriptJob::Task task);
/// A script that changes rows or the schema.
std::unique_ptr<ScriptJob> writeJob(Io &io, ScriptJob::Task task);
/// The same, with what it changes measured: two requests on one stream.
std::unique_ptr<ScriptJob> measuredJob(Io &io, ScriptJob::Task task);

} // namespace Turso::Remote
