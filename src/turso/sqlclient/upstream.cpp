// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/upstream.h"

#include "base/json.h"
#include "turso/sql/utf8.h"

#include <array>

namespace Turso::Remote
{

using Base::Error;
using Base::ErrorKind;

namespace
{

constexpr std::size_t kMaxWords = 500; // of a server that says something of its own

bool has(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// What a server says, whatever the form: {"error":...}, {"message","code"} or plain text.
EngineError wordsOf(const std::string &body)
{
    EngineError words;
    if (const auto json = Base::parseJson(body); json && json->is_object()) {
        words.message = Base::stringMember(*json, "error")
                            .value_or(Base::stringMember(*json, "message").value_or(""));
        words.code = Base::stringMember(*json, "code").value_or("");
    } else if (Sql::isUtf8(body) && !has(body, "<html") && !has(body, "<HTML")) {
        words.message = body;
    }
    words.message = Sql::cutUtf8(words.message, kMaxWords);
    return words;
}

std::string nounOf(Privilege privilege)
{
    switch (privilege) {
    case Privilege::Read:
        return "reading";
    case Privilege::Write:
        return "writing";
    case Privilege::Delete:
        return "deleting";
    case Privilege::Schema:
        return "changing the schema";
    }
    return "this";
}

Error upstream(std::string message, std::string hint, bool unknown)
{
    return {ErrorKind::UpstreamError, std::move(message), std::move(hint), outcomeDetails(unknown)};
}

Error forbidden(const EngineError &words, const Asked &asked)
{
    if (has(words.message, "blocked") || words.code == "BLOCKED")
        return engineError({words.message, "BLOCKED"});
    return {ErrorKind::Unauthorized,
            "The connection's token does not allow " + nounOf(asked.privilege) + " on "
                + asked.database + (words.message.empty() ? "." : " (" + words.message + ")."),
            "Give the connection a token that allows it.", outcomeDetails(false)};
}

/// 500: of a statement, rather than of the server?
std::optional<Error> statementError(const EngineError &words, const Asked &asked)
{
    const auto at = words.message.find("SQL string could not be parsed");
    if (at != std::string::npos) {
        std::string message = words.message.substr(at);
        if (message.ends_with('`'))
            message.pop_back();
        return engineError({message, "SQL_PARSE_ERROR"});
    }
    if (has(words.message, "invalid utf-8") && !asked.mayHaveChanged)
        return Error{ErrorKind::SqlError,
                     "A value is text that is not UTF-8, which the server cannot send ("
                         + words.message + ").",
                     "Read it with hex(column) or CAST(column AS BLOB).",
                     R"({"engine_code":"INVALID_UTF8"})"};
    return std::nullopt;
}

} // namespace

std::string outcomeDetails(bool unknown)
{
    return unknown ? R"({"outcome":"unknown"})" : R"({"outcome":"not_run"})";
}

Error engineError(const EngineError &error)
{
    const std::string details
        = error.code.empty() ? std::string() : Base::dumpJson({{"engine_code", error.code}});
    const auto is = [&error](std::string_view code) {
        return error.code == code;
    };
    if (is("BLOCKED"))
        return {ErrorKind::ReadOnlyMode, error.message, "The database's configuration blocks it.",
                details};
    if (is("SQLITE_FULL"))
        return {ErrorKind::LimitExceeded, error.message,
                "The database has reached its size limit, or the disk is full. Nothing was "
                "changed.",
                details};
    if (is("SQLITE_TOOBIG"))
        return {ErrorKind::LimitExceeded, error.message,
                "One value or row may have at most 5,000,000 bytes.", details};
    if (is("RESPONSE_TOO_LARGE"))
        return {ErrorKind::LimitExceeded, error.message,
                "Return fewer or smaller rows. Nothing was changed.", details};
    if (is("SQLITE_BUSY") || is("TRANSACTION_BUSY") || is("TRANSACTION_TIMEOUT")
        || is("STREAM_EXPIRED"))
        return {ErrorKind::UpstreamError, error.message,
                "Another program is writing. Nothing was changed; try again.",
                Base::dumpJson({{"outcome", "not_run"}, {"engine_code", error.code}})};
    return {ErrorKind::SqlError, error.message, {}, details};
}

Error statusError(int status, const std::string &body, const Asked &asked)
{
    const EngineError words = wordsOf(body);
    const std::string said = words.message.empty() ? std::string() : " (" + words.message + ')';
    switch (status) {
    case 401:
        return {ErrorKind::Unauthorized,
                asked.host + " does not take the connection's token" + said + '.',
                "Sign the connection in again.", outcomeDetails(false)};
    case 403:
        return forbidden(words, asked);
    case 404:
        return {ErrorKind::NotFound,
                "There is no database named " + asked.database + '.',
                "See which there are with list_databases.",
                {}};
    case 429:
        return upstream(asked.host + " has too much to do" + said + ". Nothing was run.",
                        "Try again in a moment.", false);
    case 413:
        return {ErrorKind::LimitExceeded,
                "The statement and its arguments are more than " + asked.host + " takes" + said
                    + '.',
                "Send less at once. Nothing was changed.",
                {}};
    case 400:
        return upstream(asked.host + " did not understand the request" + said
                            + ". Nothing was changed.",
                        {}, false);
    default:
        break;
    }
    if (auto error = status == 500 ? statementError(words, asked) : std::nullopt)
        return *error;
    return upstream(asked.host + " answered " + std::to_string(status) + said + '.',
                    asked.mayHaveChanged ? "Look whether the change is there before trying again."
                                         : "Nothing was changed; try again in a moment.",
                    asked.mayHaveChanged);
}

Error noAnswer(const std::string &sentence, const Asked &asked)
{
    return upstream(asked.host + ' ' + sentence + '.',
                    asked.mayHaveChanged
                        ? "Whether the change was made is not known: look before trying again."
                        : "Nothing was changed. See whether it runs and can be reached from here.",
                    asked.mayHaveChanged);
}

} // namespace Turso::Remote
