// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/readjob.h"

#include "base/json.h"
#include "turso/sql/shape.h"
#include "turso/sqlclient/hranatext.h"
#include "turso/sqlclient/pragmatext.h"

#include <algorithm>

namespace Turso::Remote
{

using How = ExchangeEnd::How;

namespace
{

/// Rows of this size, or less, are worth a pipeline, which also tells what they cost.
constexpr std::size_t kSmallBytes = 64 * 1024;

constexpr std::size_t kMostInPipeline = 1024 * 1024;

// Describing a PRAGMA carries it out on Turso's server: this stream then refuses to write. What
// another server makes of it does not matter; it is no more than a second lock.
constexpr const char *kOnlyReads = "PRAGMA query_only=1";

Base::Error disagreement(std::size_t index)
{
    return {Base::ErrorKind::NotUnderstood,
            "The statement reads like a query, but the server says that it writes.",
            {},
            Base::dumpJson({{"statement", index}})};
}

} // namespace

ReadJob::ReadJob(Io &io, Task task)
    : ScriptJob(io, std::move(task))
{
}

std::unique_ptr<ScriptJob> readJob(Io &io, ScriptJob::Task task)
{
    return std::make_unique<ReadJob>(io, std::move(task));
}

void ReadJob::begin()
{
    m_useCursor = false;
    m_batonWasHeld = false;
    m_baton.clear();
    prepare();
    if (!m_retried && hasHrana3()) {
        m_baton = m_io.streams.take(doorKey(), *m_door);
        m_batonWasHeld = !m_baton.empty();
    }
    const bool isKnown = std::none_of(m_reads.begin(), m_reads.end(),
                                      [](const Read &read) { return read.needsWord; });
    if (isKnown)
        run();
    else
        describe();
}

void ReadJob::prepare()
{
    m_reads.clear();
    for (const Sql::Statement &statement : m_task.script.statements) {
        Read &read = m_reads.emplace_back();
        read.sql = statement.text;
        if (statement.verb == "PRAGMA") {
            auto query = pragmaAsQuery(statement.text);
            read.needsWord = !query;
            read.sql = query ? std::move(*query) : statement.text;
        }
        const Sql::Shape shape = Sql::shapeOf(read.sql);
        if (shape.text.size() >= Sql::kMaxShapeBytes)
            continue; // not all of it
        read.key = doorKey() + '\n' + shape.text;
        if (const Reading *known = m_io.readingOf(read.key)) {
            read.needsWord = false;
            read.isSmall = known->isSmall;
        }
    }
}

std::string ReadJob::opening() const
{
    return m_baton.empty() && hasHrana3() ? describeRequest(kOnlyReads) + ',' : std::string();
}

void ReadJob::describe()
{
    std::string requests = opening();
    for (const Read &read : m_reads)
        requests += describeRequest(read.sql) + ',';
    if (hasHrana3())
        requests.pop_back();
    else
        requests += R"({"type":"close"})";
    pipeline(
        pipelineBody(m_baton, requests), false, [](auto, auto) { return nullptr; },
        [this](const PipelineAnswer &answer) { described(answer); });
}

void ReadJob::described(const PipelineAnswer &answer)
{
    const std::size_t first = opening().empty() ? 0 : 1;
    if (answer.parts.size() < first + m_reads.size())
        return failUnreadable();
    for (std::size_t i = 0; i < m_reads.size(); ++i) {
        const PartAnswer &part = answer.parts[first + i];
        if (part.error) {
            noteFailure(i, *part.error);
            if (!answer.baton.empty())
                keepStream(answer.baton, answer.baseUrl);
            return fail(engineError(*part.error));
        }
        const Sql::Statement &statement = m_task.script.statements[i];
        const bool agrees = statement.isExplain
            ? part.isExplain.value_or(false)
            : part.isReadonly.value_or(false) && !part.isExplain.value_or(false);
        if (!agrees)
            return fail(disagreement(i));
    }
    m_baton = hasHrana3() ? answer.baton : std::string();
    if (!m_baton.empty() && !follows(answer.baseUrl))
        return;
    run();
}

void ReadJob::run()
{
    if (!hasHrana3())
        return m_reads.size() == 1 ? runPipeline() : runBatch();
    if (isOneSmall() && !m_useCursor)
        return runPipeline();
    runCursor();
}

void ReadJob::runPipeline()
{
    if (hasHrana3()) // what is longer comes as a cursor
        m_answerLimit = kMostInPipeline;
    std::string requests = opening() + executeRequest(m_reads.front().sql, m_task.script.arguments);
    if (!hasHrana3())
        requests += R"(,{"type":"close"})";
    const std::size_t at = opening().empty() ? 0 : 1;
    pipeline(
        pipelineBody(m_baton, requests), false,
        [this, at](std::size_t part, std::size_t) { return part == at ? &m_budget : nullptr; },
        [this, at](PipelineAnswer answer) {
            if (at > 0 && !answer.parts.empty())
                answer.parts.erase(answer.parts.begin());
            ranPipeline(std::move(answer));
        });
}

void ReadJob::ranPipeline(PipelineAnswer answer)
{
    if (answer.parts.empty())
        return failUnreadable();
    PartAnswer &part = answer.parts.front();
    m_baton = std::move(answer.baton);
    if (part.error && part.error->code == "RESPONSE_TOO_LARGE" && hasHrana3()) {
        m_budget = {m_task.script.limits.maxRows, m_task.script.limits.maxBytes};
        m_useCursor = true;
        return m_baton.empty() || follows(answer.baseUrl) ? runCursor() : void();
    }
    keepStream(m_baton, answer.baseUrl);
    if (part.error) {
        noteFailure(0, *part.error);
        return fail(engineError(*part.error));
    }
    complete(std::move(part.steps));
}

void ReadJob::runBatch()
{
    BatchText batch;
    std::size_t before = batch.addOwn("BEGIN");
    for (const Read &read : m_reads)
        before = batch.add(read.sql, okOf(before));
    batch.addOwn("ROLLBACK");
    pipeline(
        pipelineBody({}, batch.request() + R"(,{"type":"close"})"), false,
        [this](std::size_t, std::size_t step) {
            return step > 0 && step <= m_reads.size() ? &m_budget : &m_ownBudget;
        },
        [this](PipelineAnswer answer) {
            if (answer.parts.empty())
                return failUnreadable();
            PartAnswer &part = answer.parts.front();
            if (part.error)
                return fail(engineError(*part.error));
            if (part.steps.size() < m_reads.size() + 1)
                return failUnreadable();
            part.steps.erase(part.steps.begin());
            part.steps.resize(m_reads.size());
            complete(std::move(part.steps));
        });
}

void ReadJob::runCursor()
{
    BatchText batch;
    std::size_t first = 0;
    if (m_reads.size() == 1) {
        batch.add(m_reads.front().sql, {}, m_task.script.arguments);
    } else {
        std::size_t before = batch.addOwn("BEGIN");
        first = 1;
        for (const Read &read : m_reads)
            before = batch.add(read.sql, okOf(before));
        batch.addOwn("ROLLBACK");
    }
    m_rows = std::make_unique<CursorRows>(m_io.reader, m_budget, first, m_reads.size());
    cursor(
        batch.cursorBody(m_baton), [this](std::string_view bytes) { return m_rows->take(bytes); },
        [this](const ExchangeEnd &end) { ranCursor(end); });
}

void ReadJob::ranCursor(const ExchangeEnd &end)
{
    if (m_rows->isBroken())
        return failUnreadable();
    if (m_rows->error()) {
        const EngineError error = *m_rows->error();
        const std::size_t own = m_reads.size() > 1 ? 1 : 0;
        const std::size_t failed = m_rows->failedStep();
        noteFailure(failed < own ? 0 : std::min(failed - own, m_reads.size() - 1), error);
        if (end.how == How::Whole)
            keepStream(m_rows->baton(), m_rows->baseUrl());
        return fail(engineError(error));
    }
    if (!m_rows->isCut() && !m_rows->isWhole())
        return fail(noAnswer("ended its answer before it was whole", asked()));
    if (end.how == How::Whole)
        keepStream(m_rows->baton(), m_rows->baseUrl());
    complete(m_rows->takeSteps());
}

void ReadJob::keepStream(const std::string &baton, const std::string &baseUrl)
{
    // A stream that goes on elsewhere is left to its server.
    if (!baton.empty() && baseUrl.empty() && hasHrana3())
        m_io.streams.give(doorKey(), m_door, baton);
}

void ReadJob::complete(std::vector<StepAnswer> steps)
{
    Outcome outcome;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        StepAnswer &step = steps[i];
        noteExecution(i, step);
        if (step.error)
            return fail(engineError(*step.error));
        step.outcome.affectedRows = 0;
        step.outcome.lastInsertRowid.reset();
        if (!m_reads[i].key.empty())
            m_io.noteReading(m_reads[i].key,
                             !step.outcome.truncated && step.outcome.rows.size() <= kSmallBytes);
        outcome.statements.push_back(std::move(step.outcome));
    }
    outcome.durationMs
        = m_engineMs > 0 ? m_engineMs : static_cast<double>(m_elapsed.nsecsElapsed()) / 1e6;
    finish(std::move(outcome));
}

bool ReadJob::recovers(const ExchangeEnd &end)
{
    // The held stream is gone, or the connection was: a read may be sent again, once.
    const bool lostStream = m_batonWasHeld && end.how == How::Whole && end.status == 400;
    const bool lostConnection = end.how == How::Cut && end.wasStale;
    // The answer was not small this time: what is too long for a pipeline comes as a cursor.
    const bool tooLong
        = end.how == How::Cut && end.status == 200 && !m_useCursor && hasHrana3() && isOneSmall();
    if (tooLong) {
        m_useCursor = true;
        m_baton.clear();
        m_budget = {m_task.script.limits.maxRows, m_task.script.limits.maxBytes};
        runCursor();
        return true;
    }
    // A cursor that meets text that is not UTF-8 is cut without a word; a pipeline says so.
    const bool cutCursor = end.how == How::Cut && m_rows && m_reads.size() == 1;
    if (m_retried || !(lostStream || lostConnection || cutCursor))
        return false;
    m_retried = true;
    m_budget = {m_task.script.limits.maxRows, m_task.script.limits.maxBytes};
    if (!cutCursor || end.wasStale) {
        begin();
        return true;
    }
    m_baton.clear();
    m_useCursor = false;
    runPipeline();
    return true;
}

} // namespace Turso::Remote
