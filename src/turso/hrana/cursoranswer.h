// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/exchange.h"
#include "turso/hrana/cursorjob.h"
#include "turso/hrana/streams.h"

#include <memory>

namespace Turso::Hrana
{

/// Sends a cursor's parts as its client takes them: the next one is made when there is room for it.
/// Lives for as long as a part is under way or awaited. On the thread of `streams`, which must
/// outlive it.
class CursorAnswer : public std::enable_shared_from_this<CursorAnswer>
{
public:
    CursorAnswer(std::shared_ptr<Http::Exchange> exchange, Streams &streams, BusyStream stream,
                 std::shared_ptr<CursorJob> job);

    void start();

private:
    void await();
    void take(const Base::Result<CursorPart> &part);
    void goOn();

    const std::shared_ptr<Http::Exchange> m_exchange;
    Streams &m_streams;
    const BusyStream m_stream;
    const std::shared_ptr<CursorJob> m_job;
    bool m_hasBegun = false;
};

/// Sends it as the answer of a whole request.
void answer(Http::Exchange &exchange, const Refusal &refusal);

} // namespace Turso::Hrana
