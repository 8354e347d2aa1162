// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/hrana/access.h"
#include "turso/hrana/protocol.h"
#include "turso/hrana/sqltexts.h"
#include "turso/workspace/streams/streamsession.h"

#include <memory>
#include <optional>
#include <vector>

namespace Turso::Hrana
{

/// What a job was asked with.
struct JobContext {
    Version version = Version::Three;
    bool mayWrite = false;
    std::string database; ///< as the client calls it
    std::shared_ptr<SqlTexts> texts;
};

/// 403, in the words of Turso's server.
Refusal forbidden(const Embedded::StreamError &error, const std::string &database);

/// A statement, read and ready to be begun, as often as it takes.
struct ReadyStatement {
    Embedded::StreamStatement statement;
    Embedded::StreamArguments arguments;
};

/// Why a request has no result: the error is its own, or the whole HTTP request's.
struct Problem {
    Embedded::StreamError error = {};
    std::optional<Refusal> refusal = {};
};

tl::expected<ReadyStatement, Problem> readyStatement(const Statement &statement,
                                                     const JobContext &context);

/// A batch between its steps: which is next, and what became of those before.
class BatchRun
{
public:
    /// Reads every step before the first one runs: one that is no SQL fails them all.
    tl::expected<void, Problem> read(const Batch &batch, const JobContext &context,
                                     Embedded::StreamSession &session);

    /// Goes to the next step whose condition holds; false: there is none. Those that it passes are
    /// skipped.
    bool advance(const Embedded::StreamSession &session);
    std::size_t step() const { return m_step; }
    std::size_t size() const { return m_steps.size(); }
    const ReadyStatement &statement() const { return m_steps[m_step].ready; }
    /// What became of step().
    void done(bool succeeded);

private:
    struct ReadStep {
        std::optional<Condition> condition;
        ReadyStatement ready;
    };
    bool holds(const Condition &condition, const Embedded::StreamSession &session) const;

    std::vector<ReadStep> m_steps;
    std::vector<bool> m_succeeded; ///< of those that were passed
    std::size_t m_step = 0;
};

} // namespace Turso::Hrana
