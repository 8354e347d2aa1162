// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/changetext.h"
#include "turso/sqlclient/scriptjob.h"

#include <optional>

namespace Turso::Remote
{

/// A change as one request: it is there as a whole, or not at all, whenever the link is cut.
class WriteJob : public ScriptJob
{
public:
    WriteJob(Io &io, Task task);

protected:
    void begin() override;
    /// Sends the batch, with which the stream ends.
    void sendLast(const std::string &baton);
    virtual void succeeded(std::vector<StepAnswer> &steps);
    Outcome outcomeOf(std::vector<StepAnswer> &steps) const;
    std::string closing() const;

    ChangeText m_change;

private:
    void ran(PipelineAnswer answer);
    void failedWhole(const PipelineAnswer &answer);
    void noteStatements(const std::vector<StepAnswer> &steps);
};

} // namespace Turso::Remote
