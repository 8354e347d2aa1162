// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "turso/hrana/batchrun.h"
#include "turso/workspace/streams/sqlstream.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace Turso::Hrana
{

/// A part of a cursor's lines.
struct CursorPart {
    std::string lines;
    std::optional<Refusal> refusal = {}; ///< instead of the first
    bool isLast = false;
    bool isBroken = false; ///< the answer cannot go on
};

/// A batch whose rows are handed over in parts, each made when it is asked for: what is not taken
/// is not made.
class CursorJob final : public Embedded::StreamJob
{
public:
    CursorJob(Batch batch, JobContext context);

    /// The next part, to be asked for before its slice begins. Cancelled if the stream ends first.
    Base::Pending<CursorPart> nextPart();

    Next run(Embedded::StreamSession &session) override;
    void failed(const Embedded::StreamError &error) override;
    void deliver() override;

private:
    bool readBatch(Embedded::StreamSession &session);
    std::optional<Next> beginStep(Embedded::StreamSession &session);
    std::optional<Next> takeRows(Embedded::StreamSession &session);
    void stepError(const Embedded::StreamError &error);
    void endStep(Embedded::StreamSession &session);
    void refuse(Refusal refusal);

    const Batch m_batch;
    const JobContext m_context;
    std::optional<BatchRun> m_run;
    bool m_isInStep = false;
    std::int64_t m_rows = 0;
    std::int64_t m_bytes = 0;
    CursorPart m_part;
    std::shared_ptr<QPromise<Base::Result<CursorPart>>> m_promise;
};

} // namespace Turso::Hrana
