// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/hrana/cursoranswer.h"

#include "turso/hrana/text.h"

#include <utility>

namespace Turso::Hrana
{

CursorAnswer::CursorAnswer(std::shared_ptr<Http::Exchange> exchange, Streams &streams,
                           BusyStream stream, std::shared_ptr<CursorJob> job)
    : m_exchange(std::move(exchange))
    , m_streams(streams)
    , m_stream(std::move(stream))
    , m_job(std::move(job))
{
}

void CursorAnswer::start()
{
    m_exchange->onGone([&streams = m_streams, id = m_stream.id] { streams.end(id); });
    await();
    m_stream.stream->start(m_job);
}

void CursorAnswer::await()
{
    Base::whenDone(
        m_job->nextPart(), &m_streams,
        [self = shared_from_this()](const Base::Result<CursorPart> &part) { self->take(part); });
}

void CursorAnswer::goOn()
{
    m_exchange->onWritable({});
    await();
    m_stream.stream->resume();
}

void CursorAnswer::take(const Base::Result<CursorPart> &part)
{
    if (!part || part->refusal) {
        m_streams.end(m_stream.id);
        if (m_hasBegun)
            return m_exchange->cut();
        const Refusal ended{500, errorBody("The stream was ended."), true};
        return answer(*m_exchange, part ? *part->refusal : ended);
    }
    if (!std::exchange(m_hasBegun, true)) {
        const auto baton = m_streams.nextBaton(m_stream.id);
        m_exchange->begin({.contentType = "text/plain",
                           .body = "{\"baton\":" + (baton ? '"' + *baton + '"' : "null")
                               + ",\"base_url\":null}\n"});
    }
    const bool hasRoom = m_exchange->write(part->lines);
    if (part->isBroken) {
        m_streams.end(m_stream.id);
        return m_exchange->cut();
    }
    if (part->isLast) {
        m_streams.release(m_stream.id);
        return m_exchange->end();
    }
    if (hasRoom)
        return goOn();
    // The exchange holds this for as long as it waits: broken by goOn(), or by the client's end.
    m_exchange->onWritable([self = shared_from_this()] {
        const auto kept = self; // the function itself goes
        kept->goOn();
    });
}

void answer(Http::Exchange &exchange, const Refusal &refusal)
{
    exchange.answer({.status = refusal.status,
                     .contentType = refusal.isJson ? "application/json" : "text/plain",
                     .body = refusal.text});
}

} // namespace Turso::Hrana
