// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "turso/hrana/batchrun.h"
#include "turso/workspace/streams/sqlstream.h"

#include <optional>
#include <string>
#include <vector>

namespace Turso::Hrana
{

/// What became of a pipeline.
struct PipelineOutcome {
    std::string results; ///< the elements of `results`, unless it was refused
    std::optional<Refusal> refusal;
    bool isClosed = false; ///< it asked for its stream to end
};

/// The requests of one pipeline, one after the other.
class PipelineJob final : public Embedded::StreamJob
{
public:
    PipelineJob(std::vector<Request> requests, JobContext context);

    /// Cancelled if the stream ends first.
    Base::Pending<PipelineOutcome> outcome() const { return m_promise.future(); }

    Next run(Embedded::StreamSession &session) override;
    void failed(const Embedded::StreamError &error) override;
    void deliver() override;

private:
    enum class Went { On, NeedsTurn, Refused };
    using Ran = tl::expected<void, Embedded::StreamError>;

    Went runRequest(Embedded::StreamSession &session, const Request &request);
    Went execute(Embedded::StreamSession &session, const Request &request);
    Went batch(Embedded::StreamSession &session, const Request &request);
    Went sequence(Embedded::StreamSession &session, const Request &request);
    Went describe(Embedded::StreamSession &session, const Request &request);
    Went storeSql(const Request &request);
    Went close();
    Went problem(Problem problem);
    Went refuse(Refusal refusal);
    Went fail(const Embedded::StreamError &error);
    Went respond(std::string_view type, std::string_view rest = {});
    void noteStep(bool wasRun, const std::string *error);
    Ran collect(Embedded::StreamSession &session, std::string &out);

    const std::vector<Request> m_requests;
    const JobContext m_context;
    std::size_t m_at = 0;
    // Of the request that runs, while it waits for its turn.
    std::optional<ReadyStatement> m_ready;
    std::optional<BatchRun> m_batch;
    std::vector<Embedded::StreamStatement> m_sequence;
    std::size_t m_sequenceAt = 0;
    bool m_hasSequence = false;
    std::string m_stepResults;
    std::string m_stepErrors;
    PipelineOutcome m_outcome;
    QPromise<Base::Result<PipelineOutcome>> m_promise;
};

} // namespace Turso::Hrana
