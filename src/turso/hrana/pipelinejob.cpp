// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/pipelinejob.h"

#include "turso/hrana/text.h"

#include "base/json.h"

#include <utility>

namespace Turso::Hrana
{

using Embedded::StreamError;
using Embedded::StreamSession;

namespace
{

/// One result, and all of a pipeline.
constexpr std::size_t kMostBytes = 10'000'000;
constexpr std::size_t kMostBytesInAll = 32'000'000;

StreamError tooLarge()
{
    return {"Response is too large", "RESPONSE_TOO_LARGE"};
}

} // namespace

PipelineJob::PipelineJob(std::vector<Request> requests, JobContext context)
    : m_requests(std::move(requests))
    , m_context(std::move(context))
{
    m_promise.start();
}

PipelineJob::Next PipelineJob::run(StreamSession &session)
{
    session.setMayWrite(m_context.mayWrite);
    while (m_at < m_requests.size()) {
        switch (runRequest(session, m_requests[m_at])) {
        case Went::On:
            ++m_at;
            break;
        case Went::NeedsTurn:
            return Next::NeedsTurn;
        case Went::Refused:
            return Next::Done;
        }
    }
    return Next::Done;
}

void PipelineJob::failed(const StreamError &error)
{
    refuse({500, errorBody(error.message), true});
}

void PipelineJob::deliver()
{
    m_promise.addResult(std::move(m_outcome));
    m_promise.finish();
}

PipelineJob::Went PipelineJob::refuse(Refusal refusal)
{
    m_outcome.results.clear();
    m_outcome.refusal = std::move(refusal);
    return Went::Refused;
}

PipelineJob::Went PipelineJob::problem(Problem problem)
{
    return problem.refusal ? refuse(std::move(*problem.refusal)) : fail(problem.error);
}

PipelineJob::Went PipelineJob::fail(const StreamError &error)
{
    // The collecting of a result found something that no answer can hold.
    if (error.isForbidden)
        return refuse(error.code.empty() ? forbidden(error, m_context.database)
                                         : Refusal{500, errorBody(error.message), true});
    std::string &out = m_outcome.results;
    if (!out.empty())
        out += ',';
    out += R"({"type":"error","error":)";
    appendError(out, error);
    out += '}';
    return Went::On;
}

PipelineJob::Went PipelineJob::respond(std::string_view type, std::string_view rest)
{
    std::string &out = m_outcome.results;
    if (!out.empty())
        out += ',';
    out += R"({"type":"ok","response":{"type":")";
    out += type;
    out += '"';
    out += rest;
    out += "}}";
    return Went::On;
}

PipelineJob::Went PipelineJob::runRequest(StreamSession &session, const Request &request)
{
    if (request.type == Request::Close)
        return close();
    if (m_outcome.isClosed)
        return refuse({400, "Stream for this baton was closed"});
    switch (request.type) {
    case Request::Execute:
        return execute(session, request);
    case Request::RunBatch:
        return batch(session, request);
    case Request::Sequence:
        return sequence(session, request);
    case Request::Describe:
        return describe(session, request);
    case Request::StoreSql:
        return storeSql(request);
    case Request::CloseSql:
        m_context.texts->remove(*request.text.sqlId);
        return respond("close_sql");
    default:
        break;
    }
    if (m_context.version == Version::Two)
        return refuse({400,
                       "The `get_autocommit` request is only supported in protocol version hrana3 "
                       "and higher"});
    return respond("get_autocommit",
                   session.isAutocommit() ? R"(,"is_autocommit":true)"
                                          : R"(,"is_autocommit":false)");
}

PipelineJob::Went PipelineJob::close()
{
    m_outcome.isClosed = true;
    return respond("close");
}

PipelineJob::Went PipelineJob::storeSql(const Request &request)
{
    const auto stored = m_context.texts->store(*request.text.sqlId, *request.text.sql);
    if (!stored)
        return refuse({400, stored.error()});
    return *stored ? fail(**stored) : respond("store_sql");
}

PipelineJob::Went PipelineJob::execute(StreamSession &session, const Request &request)
{
    if (!m_ready) {
        auto ready = readyStatement(request.statement, m_context);
        if (!ready)
            return problem(std::move(ready).error());
        m_ready = std::move(*ready);
    }
    const auto begun = session.begin(m_ready->statement, m_ready->arguments);
    if (begun && *begun == StreamSession::Begun::NeedsTurn)
        return Went::NeedsTurn;
    std::string result = R"(,"result":)";
    const Ran ran = begun ? collect(session, result) : Ran(tl::unexpected(begun.error()));
    m_ready.reset();
    return ran ? respond("execute", result) : fail(ran.error());
}

/// A running statement's rows and figures, as a StmtResult.
PipelineJob::Ran PipelineJob::collect(StreamSession &session, std::string &out)
{
    const std::size_t start = out.size();
    const std::size_t left = kMostBytesInAll
        - std::min(kMostBytesInAll, m_outcome.results.size() + m_stepResults.size());
    const std::size_t most = start + std::min(kMostBytes, left);
    out += R"({"cols":)";
    appendColumns(out, session.columns());
    out += R"(,"rows":[)";
    std::int64_t rows = 0;
    while (true) {
        const auto stepped = session.step();
        if (!stepped)
            return tl::unexpected(stepped.error());
        if (*stepped == StreamSession::Stepped::Done)
            break;
        if (rows++ > 0)
            out += ',';
        if (auto problem = appendRow(out, session.row())) {
            session.finish(rows, 0);
            return tl::unexpected<StreamError>(StreamError{std::move(*problem), "INTERNAL", true});
        }
        if (out.size() <= most)
            continue;
        session.finish(rows, static_cast<std::int64_t>(out.size() - start));
        return tl::unexpected(tooLarge());
    }
    const auto bytes = static_cast<std::int64_t>(out.size() - start);
    const Embedded::StreamFigures figures = session.finish(rows, bytes);
    out += R"(],"affected_row_count":)" + std::to_string(figures.affectedRows)
        + R"(,"last_insert_rowid":)";
    out += figures.lastInsertRowid ? '"' + std::to_string(*figures.lastInsertRowid) + '"' : "null";
    out += R"(,"replication_index":null,"rows_read":0,"rows_written":)"
        + std::to_string(figures.rowsWritten) + R"(,"query_duration_ms":)";
    appendFloat(out, figures.durationMs);
    out += '}';
    return {};
}

/// Adds step() and those that were skipped before it to the batch's two lists.
void PipelineJob::noteStep(bool wasRun, const std::string *error)
{
    const auto add = [](std::string &list, std::string_view entry) {
        if (!list.empty())
            list += ',';
        list += entry;
    };
    if (!wasRun)
        add(m_stepResults, "null");
    add(m_stepErrors, error != nullptr ? std::string_view(*error) : std::string_view("null"));
}

PipelineJob::Went PipelineJob::batch(StreamSession &session, const Request &request)
{
    if (!m_batch) {
        BatchRun run;
        if (auto read = run.read(request.batch, m_context, session); !read)
            return problem(std::move(read).error());
        m_batch = std::move(run);
        m_stepResults.clear();
        m_stepErrors.clear();
    }
    while (true) {
        const std::size_t before = m_batch->step();
        const bool goesOn = m_batch->advance(session);
        for (std::size_t skipped = before; skipped < m_batch->step(); ++skipped)
            noteStep(false, nullptr);
        if (!goesOn)
            break;
        const ReadyStatement &ready = m_batch->statement();
        const auto begun = session.begin(ready.statement, ready.arguments);
        if (begun && *begun == StreamSession::Begun::NeedsTurn)
            return Went::NeedsTurn;
        const std::size_t mark = m_stepResults.size();
        if (mark > 0)
            m_stepResults += ',';
        const Ran ran
            = begun ? collect(session, m_stepResults) : Ran(tl::unexpected(begun.error()));
        if (!ran) {
            m_stepResults.resize(mark);
            if (ran.error().isForbidden || ran.error().code == tooLarge().code) {
                m_batch.reset();
                m_stepResults = std::string();
                return fail(ran.error());
            }
            std::string error;
            appendError(error, ran.error());
            noteStep(false, &error);
        } else {
            noteStep(true, nullptr);
        }
        m_batch->done(ran.has_value());
    }
    m_batch.reset();
    const std::string results = std::exchange(m_stepResults, {});
    return respond("batch",
                   R"(,"result":{"step_results":[)" + results + R"(],"step_errors":[)"
                       + m_stepErrors + R"(],"replication_index":null})");
}

PipelineJob::Went PipelineJob::sequence(StreamSession &session, const Request &request)
{
    if (!std::exchange(m_hasSequence, true)) {
        const auto sql = m_context.texts->textOf(request.text);
        if (!sql)
            return refuse({400, sql.error()});
        auto statements = Embedded::readStatements(*sql);
        m_hasSequence = statements.has_value();
        if (!statements)
            return fail(statements.error());
        m_sequence = std::move(*statements);
        m_sequenceAt = 0;
    }
    static const Embedded::StreamArguments kNone;
    Ran ran;
    for (; ran && m_sequenceAt < m_sequence.size(); ++m_sequenceAt) {
        const auto begun = session.begin(m_sequence[m_sequenceAt], kNone);
        if (begun && *begun == StreamSession::Begun::NeedsTurn)
            return Went::NeedsTurn;
        if (!begun) {
            ran = tl::unexpected(begun.error());
            break;
        }
        auto stepped = session.step();
        while (stepped && *stepped == StreamSession::Stepped::Row)
            stepped = session.step();
        if (stepped)
            session.finish(0, 0);
        else
            ran = tl::unexpected(stepped.error());
    }
    m_hasSequence = false;
    return ran ? respond("sequence") : fail(ran.error());
}

PipelineJob::Went PipelineJob::describe(StreamSession &session, const Request &request)
{
    const auto sql = m_context.texts->textOf(request.text);
    if (!sql)
        return refuse({400, sql.error()});
    // Turso's server reads what it runs, but has SQLite read what it describes.
    const auto failDescribed = [this](const StreamError &error) {
        return fail(error.whenDescribed.empty()
                        ? error
                        : StreamError{error.whenDescribed, "SQL_INPUT_ERROR"});
    };
    const auto statement = Embedded::readFirstStatement(*sql);
    if (!statement)
        return failDescribed(statement.error());
    Embedded::StreamDescription description;
    if (*statement) {
        auto described = session.describe(**statement);
        if (!described)
            return failDescribed(described.error());
        description = std::move(*described);
    }
    std::string result = R"(,"result":)";
    appendDescription(result, description);
    return respond("describe", result);
}

} // namespace Turso::Hrana
