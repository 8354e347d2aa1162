// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/statement.h"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::Embedded
{

/// Why a statement of a stream failed, in the words and with the code of Turso's server.
struct StreamError {
    std::string message;
    std::string code;
    bool isForbidden = false; ///< ends the stream: the caller may not do that
    /// Of what is no SQL: the message that describing it answers, with SQL_INPUT_ERROR.
    std::string whenDescribed = {};
};

/// A statement as an interactive stream runs it: beyond what a tool's script may be, it can be
/// transaction control, and the few settings that Turso's server lets through.
struct StreamStatement {
    enum class Kind {
        Gated, ///< through both halves of the gate
        Transaction, ///< BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE
        Setting, ///< a PRAGMA that asks for a setting, or sets one of the few that may be set
    };
    Sql::Statement statement;
    Kind kind = Kind::Gated;
    bool writes = false; ///< needs a caller who may write, and a database that may be written
    bool needsTurn = false; ///< takes SQLite's lock for writing
    bool inserts = false;
    bool changesRows = false; ///< has a count of affected rows
};

/// What one text holds, in order; nothing for white space and comments. An error if Turso's server
/// would not let one of them through, or the gate does not. Pure; any thread.
tl::expected<std::vector<StreamStatement>, StreamError> readStatements(std::string_view sql);

/// Exactly one.
tl::expected<StreamStatement, StreamError> readStatement(std::string_view sql);

/// The first, whatever stands behind it; none if there is none.
tl::expected<std::optional<StreamStatement>, StreamError> readFirstStatement(std::string_view sql);

/// A failure of SQLite's parser as Turso's server tells it, or an error with an empty code if
/// `message` is none. `offset`: of the token that it names, in `sql`.
StreamError parseError(std::string_view sql, const std::string &message, int offset);

} // namespace Turso::Embedded
