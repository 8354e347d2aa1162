// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/scriptjob.h"

#include "base/clock.h"
#include "turso/sql/shape.h"

#include <atomic>
#include <cmath>

namespace Turso::Remote
{

using Base::ErrorKind;
using How = ExchangeEnd::How;

namespace
{

std::uint64_t nextId()
{
    static std::atomic<std::uint64_t> next{1};
    return next++;
}

constexpr RowBudget kOwnBudget{100'000, 4 * 1024 * 1024};

} // namespace

ScriptJob::ScriptJob(Io &io, Task task)
    : m_io(io)
    , m_task(std::move(task))
    , m_budget{m_task.script.limits.maxRows, m_task.script.limits.maxBytes}
    , m_ownBudget(kOwnBudget)
    , m_id(nextId())
    , m_timeout(this)
{
    m_promise.start();
}

ScriptJob::~ScriptJob() = default;

void ScriptJob::taken()
{
    m_elapsed.start();
    m_startedAt = Base::SystemClock().now();
    m_timeout.setSingleShot(true);
    connect(&m_timeout, &QTimer::timeout, this, [this] {
        stopped(ErrorKind::UpstreamError,
                "The statement took longer than its time limit and was stopped");
    });
    m_timeout.start(m_task.script.limits.timeout);
    m_onCancel = m_task.cancel.onCancel([io = &m_io, id = m_id] {
        // From any thread.
        QMetaObject::invokeMethod(
            io,
            [io, id] {
                io->withJob(id, [](ScriptJob &job) { job.giveUp("The call was cancelled"); });
            },
            Qt::QueuedConnection);
    });
}

void ScriptJob::start(const Base::Result<SqlDoor> &door)
{
    if (m_isOver)
        return;
    if (m_task.cancel.isCancelled()) // the word of it is still on its way to this thread
        return giveUp("The call was cancelled");
    if (!door)
        return fail(door.error());
    m_door = std::make_shared<const SqlDoor>(*door);
    const auto address = ServerAddress::of(m_door->url);
    if (!address)
        return fail({ErrorKind::InvalidArgument,
                     "\"" + m_door->url + "\" is not the URL of a server.",
                     "Change the connection's URL.",
                     {}});
    m_address = *address;
    begin();
}

Asked ScriptJob::asked() const
{
    return {m_task.database, m_address.host, m_task.privilege, m_mayChange};
}

void ScriptJob::pipeline(std::string body, bool mayChange, BudgetOf budgetOf, Next next)
{
    auto exchange = std::make_shared<Exchange>();
    exchange->path = hasHrana3() ? "/v3/pipeline" : "/v2/pipeline";
    exchange->body = std::move(body);
    exchange->maxBytes = m_answerLimit;
    m_onWhole = [this, budgetOf = std::move(budgetOf), next = std::move(next)](ExchangeEnd end) {
        auto answer = m_io.reader.pipeline(end.body, budgetOf);
        if (!answer)
            return failUnreadable();
        next(std::move(*answer));
    };
    send(std::move(exchange), mayChange);
}

void ScriptJob::cursor(std::string body, std::function<bool(std::string_view)> onBytes,
                       std::function<void(const ExchangeEnd &)> onEnd)
{
    auto exchange = std::make_shared<Exchange>();
    exchange->path = "/v3/cursor";
    exchange->body = std::move(body);
    exchange->onBytes = std::move(onBytes);
    m_onWhole = std::move(onEnd);
    send(std::move(exchange), false);
}

void ScriptJob::send(ExchangePtr exchange, bool mayChange)
{
    exchange->door = m_door;
    exchange->onEnd = [this](const ExchangeEnd &end) {
        ended(end);
    };
    m_exchange = exchange;
    m_mayChange = mayChange;
    if (m_io.pool.start(m_address, std::move(exchange)))
        return;
    m_exchange.reset();
    fail({ErrorKind::LimitExceeded,
          "Too many statements wait for " + m_address.host + "; nothing was run.",
          "Try again when others are done.", outcomeDetails(false)});
}

void ScriptJob::ended(const ExchangeEnd &end)
{
    m_exchange.reset();
    const bool isAnswer = end.how == How::Stopped || (end.how == How::Whole && end.status == 200);
    if (isAnswer) {
        const auto onWhole = std::move(m_onWhole);
        return onWhole(end);
    }
    if (asksAgain(end) || fallsBack(end) || recovers(end))
        return;
    if (end.how == How::Whole)
        return fail(statusError(end.status, end.body, asked()));
    Asked what = asked();
    what.mayHaveChanged = m_mayChange && end.how == How::Cut;
    fail(noAnswer(end.sentence, what));
}

bool ScriptJob::asksAgain(const ExchangeEnd &end)
{
    if (end.how != How::Whole || end.status != 401 || m_askedAgain)
        return false;
    m_askedAgain = true;
    m_io.askAgain(m_id, m_door);
    return true;
}

bool ScriptJob::fallsBack(const ExchangeEnd &end)
{
    // 404 is also what a database that does not exist answers; that has words.
    if (end.how != How::Whole || (end.status != 404 && end.status != 405) || m_triedHrana2
        || !hasHrana3() || end.body.find("amespace") != std::string::npos)
        return false;
    m_triedHrana2 = true;
    m_io.onlyHrana2.insert(m_address.origin());
    begin();
    return true;
}

bool ScriptJob::follows(const std::string &baseUrl)
{
    if (baseUrl.empty())
        return true;
    const auto address = ServerAddress::of(baseUrl);
    if (address && *address == m_address)
        return true;
    m_mayChange = false;
    fail(noAnswer("wants the rest to be sent to another server, which does not get the token",
                  asked()));
    return false;
}

void ScriptJob::giveUp(const std::string &sentence)
{
    stopped(ErrorKind::Cancelled, sentence);
}

void ScriptJob::stopped(ErrorKind kind, const std::string &sentence)
{
    if (m_isOver)
        return;
    bool sent = false;
    if (m_exchange)
        sent = m_io.pool.drop(m_exchange.get());
    m_exchange.reset();
    const bool unknown = sent && m_mayChange;
    fail(
        {kind,
         sentence
             + (unknown ? "; whether the change was made is not known." : "; nothing was changed."),
         unknown ? "Look whether the change is there before trying again." : std::string(),
         outcomeDetails(unknown)});
}

void ScriptJob::finish(Base::Result<Outcome> result)
{
    if (m_isOver)
        return;
    m_isOver = true;
    m_onCancel = {};
    m_timeout.stop();
    if (m_io.options.executions != nullptr && !m_executions.empty())
        m_io.options.executions->record(m_executions);
    m_promise.addResult(std::move(result));
    m_promise.finish();
    m_io.forget(*this);
}

void ScriptJob::noteExecution(std::size_t index, const StepAnswer &step)
{
    const auto elapsed = std::chrono::nanoseconds(m_elapsed.nsecsElapsed());
    m_engineMs += step.durationMs.value_or(0);
    if (m_io.options.executions == nullptr)
        return;
    const Sql::Statement &statement = m_task.script.statements[index];
    Execution &execution = m_executions.emplace_back();
    execution.startedAt = m_startedAt;
    execution.duration = step.durationMs
        ? std::chrono::microseconds(std::llround(*step.durationMs * 1'000))
        : std::chrono::duration_cast<std::chrono::microseconds>(elapsed);
    execution.databaseId = m_task.database;
    execution.shape = std::make_shared<const Sql::Shape>(Sql::shapeOf(statement.text));
    execution.statementClass = statement.statementClass;
    execution.rowsReturned = step.outcome.rowCount;
    execution.bytesReturned = static_cast<std::int64_t>(step.outcome.rows.size());
    execution.rowsRead = step.outcome.rowsRead;
    execution.rowsWritten
        = m_task.script.dryRun ? 0 : step.rowsWritten.value_or(step.outcome.affectedRows);
    execution.dryRun = m_task.script.dryRun;
    if (step.error)
        execution.error = step.error->code.empty() ? "SQLITE_UNKNOWN" : step.error->code;
}

void ScriptJob::noteFailure(std::size_t index, const EngineError &error)
{
    StepAnswer step;
    step.error = error;
    noteExecution(index, step);
    nothingWasWritten();
}

void ScriptJob::nothingWasWritten()
{
    for (Execution &execution : m_executions)
        execution.rowsWritten = 0;
}

} // namespace Turso::Remote
