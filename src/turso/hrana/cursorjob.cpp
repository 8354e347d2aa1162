// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/cursorjob.h"

#include "turso/hrana/text.h"

#include <utility>

namespace Turso::Hrana
{

using Embedded::StreamError;
using Embedded::StreamSession;

namespace
{

/// What is made before it is handed over.
constexpr std::size_t kPart = 128 * 1024;

} // namespace

CursorJob::CursorJob(Batch batch, JobContext context)
    : m_batch(std::move(batch))
    , m_context(std::move(context))
{
}

Base::Pending<CursorPart> CursorJob::nextPart()
{
    m_part = {};
    m_promise = std::make_shared<QPromise<Base::Result<CursorPart>>>();
    m_promise->start();
    return m_promise->future();
}

void CursorJob::deliver()
{
    // Whoever receives it may ask for the next part before this returns.
    const auto promise = std::exchange(m_promise, {});
    promise->addResult(std::exchange(m_part, {}));
    promise->finish();
}

void CursorJob::refuse(Refusal refusal)
{
    m_part.refusal = std::move(refusal);
    m_part.isLast = true;
}

void CursorJob::failed(const StreamError &error)
{
    refuse({500, errorBody(error.message), true});
}

bool CursorJob::readBatch(StreamSession &session)
{
    if (m_run)
        return true;
    BatchRun run;
    auto read = run.read(m_batch, m_context, session);
    if (read) {
        m_run = std::move(run);
        return true;
    }
    if (read.error().refusal)
        refuse(std::move(*read.error().refusal));
    else
        refuse({500, errorBody("Internal Error: `" + read.error().error.message + "`"), true});
    return false;
}

CursorJob::Next CursorJob::run(StreamSession &session)
{
    session.setMayWrite(m_context.mayWrite);
    if (!readBatch(session))
        return Next::Done;
    while (true) {
        if (!m_isInStep && !m_run->advance(session))
            break;
        const auto stops = m_isInStep ? takeRows(session) : beginStep(session);
        if (stops)
            return *stops;
    }
    m_part.lines += "{\"type\":\"replication_index\",\"replication_index\":null}\n";
    m_part.isLast = true;
    return Next::Done;
}

/// Begins the next step. An answer stops the slice.
std::optional<CursorJob::Next> CursorJob::beginStep(StreamSession &session)
{
    const ReadyStatement &ready = m_run->statement();
    const auto begun = session.begin(ready.statement, ready.arguments);
    if (!begun) {
        stepError(begun.error());
        return std::nullopt;
    }
    if (*begun == StreamSession::Begun::NeedsTurn)
        return Next::NeedsTurn;
    m_isInStep = true;
    m_rows = m_bytes = 0;
    m_part.lines
        += R"({"type":"step_begin","step":)" + std::to_string(m_run->step()) + R"(,"cols":)";
    appendColumns(m_part.lines, session.columns());
    m_part.lines += "}\n";
    return std::nullopt;
}

std::optional<CursorJob::Next> CursorJob::takeRows(StreamSession &session)
{
    while (true) {
        if (m_part.lines.size() >= kPart)
            return Next::Paused;
        const auto stepped = session.step();
        if (!stepped) {
            stepError(stepped.error());
            return std::nullopt;
        }
        if (*stepped == StreamSession::Stepped::Done)
            break;
        const std::size_t before = m_part.lines.size();
        m_part.lines += R"({"type":"row","row":)";
        if (appendRow(m_part.lines, session.row())) {
            session.finish(m_rows, m_bytes);
            m_part.lines.resize(before);
            m_part.isLast = m_part.isBroken = true;
            return Next::Done;
        }
        m_part.lines += "}\n";
        ++m_rows;
        m_bytes += static_cast<std::int64_t>(m_part.lines.size() - before);
    }
    endStep(session);
    return std::nullopt;
}

void CursorJob::stepError(const StreamError &error)
{
    m_isInStep = false;
    m_part.lines
        += R"({"type":"step_error","step":)" + std::to_string(m_run->step()) + R"(,"error":)";
    appendError(m_part.lines, error);
    m_part.lines += "}\n";
    m_run->done(false);
}

void CursorJob::endStep(StreamSession &session)
{
    m_isInStep = false;
    const Embedded::StreamFigures figures = session.finish(m_rows, m_bytes);
    m_part.lines += R"({"type":"step_end","affected_row_count":)"
        + std::to_string(figures.affectedRows) + R"(,"last_insert_rowid":)";
    // A number here and a text in a pipeline, as Turso's server has it.
    m_part.lines
        += figures.lastInsertRowid ? std::to_string(*figures.lastInsertRowid) : std::string("null");
    m_part.lines += "}\n";
    m_run->done(true);
}

} // namespace Turso::Hrana
