// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/statistics/execution.h"
#include "turso/statistics/histogram.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace Turso
{

/// What is known of one shape's executions over some time.
struct Figures {
    Histogram durations; ///< of all executions, failed ones too
    std::int64_t errors = 0;
    std::int64_t cancelled = 0; ///< some of the errors
    std::int64_t byAgents = 0;
    std::int64_t rowsReturned = 0;
    std::int64_t rowsWritten = 0;
    std::optional<std::int64_t> rowsRead = {};
    std::int64_t waitUs = 0;
    Base::Millis lastSeen = 0;

    void add(const Execution &execution)
    {
        durations.add(execution.duration.count());
        errors += execution.error.empty() ? 0 : 1;
        cancelled += execution.cancelled ? 1 : 0;
        byAgents += execution.origin == Origin::AgentTool ? 1 : 0;
        rowsReturned += execution.rowsReturned;
        rowsWritten += execution.rowsWritten;
        addRowsRead(execution.rowsRead);
        waitUs += execution.wait.count();
        lastSeen = std::max(lastSeen, execution.startedAt);
    }
    void merge(const Figures &other)
    {
        durations.merge(other.durations);
        errors += other.errors;
        cancelled += other.cancelled;
        byAgents += other.byAgents;
        rowsReturned += other.rowsReturned;
        rowsWritten += other.rowsWritten;
        addRowsRead(other.rowsRead);
        waitUs += other.waitUs;
        lastSeen = std::max(lastSeen, other.lastSeen);
    }
    void addRowsRead(std::optional<std::int64_t> rows)
    {
        if (rows)
            rowsRead = rowsRead.value_or(0) + *rows;
    }
};

/// One shape with its figures.
struct ShapeFigures {
    std::shared_ptr<const Sql::Shape> shape;
    Figures figures;
};
using FiguresByShape = std::unordered_map<std::string, ShapeFigures>; ///< by fingerprint

inline void mergeInto(FiguresByShape &all, const std::shared_ptr<const Sql::Shape> &shape,
                      const Figures &figures)
{
    ShapeFigures &entry = all[shape->fingerprint];
    if (!entry.shape)
        entry.shape = shape;
    entry.figures.merge(figures);
}

/// One minute of one database: its id and the minutes since 1970.
using MinuteKey = std::pair<std::string, std::int64_t>;
using FiguresByMinute = std::map<MinuteKey, FiguresByShape>;

inline constexpr Base::Millis kMinute = 60'000;

} // namespace Turso
