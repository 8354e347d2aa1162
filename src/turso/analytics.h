// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Turso
{

/// One statement's figures over a time. What its source does not report is not set; nothing is
/// estimated. Percentiles come from a histogram of all executions, never from averages.
struct QueryFigures {
    std::string fingerprint;
    std::string query; ///< normalised: literals are `?`
    std::optional<std::int64_t> count = {};
    std::optional<std::int64_t> errors = {};
    std::optional<double> totalMs = {};
    std::optional<double> p50Ms = {};
    std::optional<double> p95Ms = {};
    std::optional<double> p99Ms = {};
    std::optional<double> maxMs = {};
    std::optional<std::int64_t> rowsRead = {};
    std::optional<std::int64_t> rowsWritten = {};
    std::optional<Base::Millis> lastSeen = {};
    std::string source; ///< who reports it: "workspace", "libsql-server", "turso-cloud", or
                        ///< "this app" for what it recorded itself of a server's statements
    std::optional<double> agentShare = {}; ///< 0 to 1: executions that came from agents' tools
};

/// What one source of figures knows.
struct FiguresSource {
    std::string source;
    std::string covers; ///< a sentence: which executions, since when
    std::vector<std::string> missing = {}; ///< the figures that it does not report
};

/// All statements of one database from `from` up to, not including, `to`.
struct Analytics {
    Base::Millis from = 0;
    Base::Millis to = 0;
    std::vector<QueryFigures> queries = {};
    std::vector<FiguresSource> sources = {};
};

} // namespace Turso
