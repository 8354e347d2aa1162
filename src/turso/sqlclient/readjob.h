// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/cursorrows.h"
#include "turso/sqlclient/scriptjob.h"

namespace Turso::Remote
{

/// Reads. The engine's half of the gate first: the server's own word on each statement, kept by
/// shape for a while, so that what is read often costs one request. Then a pipeline where the
/// answer was small last time, else a cursor that is read no further than the limits.
class ReadJob final : public ScriptJob
{
public:
    ReadJob(Io &io, Task task);

protected:
    void begin() override;
    bool recovers(const ExchangeEnd &end) override;

private:
    struct Read {
        std::string sql; ///< what is sent: PRAGMAs as the tables that they are
        std::string key; ///< of its shape; empty: there is none
        bool needsWord = true; ///< the server has not said yet that it only reads
        bool isSmall = false;
    };
    void prepare();
    void describe();
    void described(const PipelineAnswer &answer);
    void run();
    void runPipeline();
    void ranPipeline(PipelineAnswer answer);
    void runCursor();
    void ranCursor(const ExchangeEnd &end);
    void runBatch();
    bool isOneSmall() const { return m_reads.size() == 1 && m_reads.front().isSmall; }
    void keepStream(const std::string &baton, const std::string &baseUrl);
    std::string opening() const;
    void complete(std::vector<StepAnswer> steps);

    std::vector<Read> m_reads;
    std::string m_baton;
    bool m_batonWasHeld = false;
    bool m_retried = false;
    bool m_useCursor = false;
    std::unique_ptr<CursorRows> m_rows;
};

} // namespace Turso::Remote
