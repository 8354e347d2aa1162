// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/types.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Hrana over HTTP, as Turso's server speaks it: what a client may ask for.
namespace Turso::Hrana
{

enum class Version { Two, Three };

/// SQL as it comes: a text, or the number of one that was stored.
struct SqlText {
    std::optional<std::string> sql;
    std::optional<std::int64_t> sqlId;
};

struct Statement {
    SqlText text;
    std::vector<Value> args;
    std::vector<std::pair<std::string, Value>> namedArgs;
};

struct Condition {
    enum Type { Ok, Error, Not, And, Or, IsAutocommit };
    Type type = Ok;
    std::size_t step = 0; ///< Ok, Error
    std::vector<Condition> parts = {}; ///< Not: one
};

struct Step {
    std::optional<Condition> condition;
    Statement statement;
};

using Batch = std::vector<Step>;

struct Request {
    enum Type { Close, Execute, RunBatch, Sequence, Describe, StoreSql, CloseSql, GetAutocommit };
    Type type = Close;
    Statement statement = {}; ///< Execute
    Batch batch = {}; ///< RunBatch
    SqlText text = {}; ///< Sequence, Describe, StoreSql, CloseSql
};

struct PipelineBody {
    std::optional<std::string> baton;
    std::vector<Request> requests;
};

struct CursorBody {
    std::optional<std::string> baton;
    Batch batch;
};

/// A body, or the text that answers it with status 400, in the words of Turso's server. Pure; any
/// thread.
tl::expected<PipelineBody, std::string> readPipeline(std::string_view body);
tl::expected<CursorBody, std::string> readCursor(std::string_view body);

} // namespace Turso::Hrana
