// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/streams/streamstatement.h"

#include "turso/sql/lexer.h"
#include "turso/sql/rules.h"
#include "turso/sql/tokens.h"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace Turso::Embedded
{

using Sql::StatementClass;
using Sql::TokenKind;
using Sql::Tokens;
using Kind = StreamStatement::Kind;
using Read = tl::expected<StreamStatement, StreamError>;

namespace
{

constexpr char kParseError[] = "SQL_PARSE_ERROR";

tl::unexpected<StreamError> fail(std::string message, std::string code = kParseError)
{
    return tl::unexpected<StreamError>(StreamError{std::move(message), std::move(code)});
}

tl::unexpected<StreamError> unsupported(const Tokens &tokens)
{
    return fail("SQL string could not be parsed: unsupported statement: "
                + std::string(tokens.span(0, tokens.size())));
}

bool isOneOf(std::string_view name, const auto &names)
{
    return std::any_of(std::begin(names), std::end(names),
                       [name](std::string_view other) { return Sql::equalsFolded(name, other); });
}

bool isTransactionControl(const Tokens &tokens)
{
    static constexpr std::string_view kVerbs[]
        = {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"};
    return std::any_of(std::begin(kVerbs), std::end(kVerbs),
                       [&](std::string_view verb) { return tokens.isWord(0, verb); });
}

StreamStatement transactionControl(const Tokens &tokens, std::string text)
{
    StreamStatement read;
    read.kind = Kind::Transaction;
    read.statement.verb = Sql::lowered(tokens.text(0));
    // libSQL's own kind, which keeps nobody from writing there either.
    const bool isLibsql = tokens.isWord(0, "BEGIN") && tokens.isWord(1, "READONLY");
    read.statement.text = isLibsql ? "BEGIN" : std::move(text);
    read.needsTurn = tokens.isWord(0, "BEGIN")
        && (tokens.isWord(1, "IMMEDIATE") || tokens.isWord(1, "EXCLUSIVE"));
    return read;
}

/// `PRAGMA [schema.]name` at `at`, and where it ends.
std::optional<std::string> pragmaName(const Tokens &tokens, std::size_t &at)
{
    if (!tokens.isName(++at))
        return std::nullopt;
    std::string name = tokens.name(at++);
    if (!tokens.is(at, TokenKind::Dot))
        return name;
    if (!Sql::equalsFolded(name, "main") || !tokens.isName(at + 1))
        return std::nullopt;
    name = tokens.name(at + 1);
    at += 2;
    return name;
}

/// A number with its sign, a word or a text, and nothing behind it but `closing`.
bool isPlainValue(const Tokens &tokens, std::size_t at, bool closing)
{
    if (tokens.isOperator(at, "-") || tokens.isOperator(at, "+"))
        ++at;
    if (!tokens.is(at, TokenKind::Number) && !tokens.isName(at))
        return false;
    ++at;
    if (closing && !tokens.is(at++, TokenKind::RightParen))
        return false;
    return at == tokens.size();
}

/// What the gate lets nobody do: asking for a setting, and the few that Turso's server lets set.
Read pragma(const Tokens &tokens, const std::string &text)
{
    static constexpr std::string_view kAsked[]
        = {"journal_mode", "synchronous",        "cache_size",         "busy_timeout",
           "auto_vacuum",  "recursive_triggers", "defer_foreign_keys", "query_only",
           "temp_store",   "max_page_count",     "mmap_size",          "secure_delete",
           "locking_mode", "journal_size_limit", "automatic_index",    "wal_autocheckpoint"};
    static constexpr std::string_view kSet[]
        = {"foreign_keys", "defer_foreign_keys", "user_version"};
    std::size_t at = 0;
    const auto name = pragmaName(tokens, at);
    if (!name)
        return unsupported(tokens);
    StreamStatement read;
    read.kind = Kind::Setting;
    read.statement.verb = "PRAGMA";
    read.statement.text = text;
    if (at == tokens.size() && isOneOf(*name, kAsked))
        return read;
    const bool inParentheses = tokens.is(at, TokenKind::LeftParen);
    if ((!inParentheses && !tokens.isOperator(at, "="))
        || !isPlainValue(tokens, at + 1, inParentheses))
        return unsupported(tokens);
    if (isOneOf(*name, kSet)) {
        read.writes = true;
        read.needsTurn = Sql::equalsFolded(*name, "user_version");
        return read;
    }
    // `PRAGMA table_info=t` says the same as `PRAGMA table_info(t)`, which the gate knows.
    if (inParentheses || Sql::pragmaRule(*name) != Sql::PragmaRule::WithArgument)
        return unsupported(tokens);
    const auto same = Sql::classify("PRAGMA " + *name + "("
                                    + std::string(tokens.span(at + 1, tokens.size())) + ")");
    if (!same || same->front().statementClass != StatementClass::Read)
        return unsupported(tokens);
    read.kind = Kind::Gated;
    read.statement = same->front();
    return read;
}

Read attach(const Tokens &tokens)
{
    const std::size_t name = tokens.isWord(1, "DATABASE") ? 2 : 1;
    if (!tokens.is(name, TokenKind::Word) && !tokens.is(name, TokenKind::QuotedName))
        return unsupported(tokens);
    return tl::unexpected<StreamError>(StreamError{
        "Namespace `" + tokens.name(name) + "` doesn't allow attach", "SQL_PARSE_ERROR", true});
}

/// What SQLite's own parser says of a text that is nothing it knows. On a database of its own: what
/// the gate refuses is never shown to the real one.
Read notSql(const Tokens &tokens, const Sql::Statement &statement)
{
    sqlite3 *db = nullptr;
    sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_MEMORY, nullptr);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)> closer(db, &sqlite3_close_v2);
    const std::string &text = statement.text;
    sqlite3_stmt *prepared = nullptr;
    const int code
        = sqlite3_prepare_v2(db, text.data(), static_cast<int>(text.size()), &prepared, nullptr);
    sqlite3_finalize(prepared);
    if (code == SQLITE_ERROR) {
        StreamError error = parseError(text, sqlite3_errmsg(db), sqlite3_error_offset(db));
        if (!error.code.empty())
            return tl::unexpected(std::move(error));
    }
    return fail("SQL string could not be parsed: unsupported statement: "
                + std::string(tokens.span(0, tokens.size())));
}

bool isTemporary(const Tokens &tokens)
{
    return tokens.isWord(0, "CREATE")
        && (tokens.isWord(1, "TEMP") || tokens.isWord(1, "TEMPORARY"));
}

Read refused(const Tokens &tokens, const Sql::Statement &statement)
{
    if (isTransactionControl(tokens))
        return transactionControl(tokens, statement.text);
    if (tokens.isWord(0, "PRAGMA"))
        return pragma(tokens, statement.text);
    if (tokens.isWord(0, "ATTACH"))
        return attach(tokens);
    if (tokens.isWord(0, "DETACH"))
        return fail("SQLite error: no such database: "
                        + tokens.name(tokens.isWord(1, "DATABASE") ? 2 : 1),
                    "SQLITE_UNKNOWN");
    if (tokens.isWord(0, "VACUUM") || tokens.isWord(0, "EXPLAIN") || isTemporary(tokens))
        return unsupported(tokens);
    if (statement.verb.empty())
        return notSql(tokens, statement);
    return fail("SQLite error: not authorized: " + statement.refusal, "SQLITE_AUTH");
}

Read readOne(const Tokens &tokens, Sql::Statement statement)
{
    if (statement.statementClass == StatementClass::Refused)
        return refused(tokens, statement);
    if (tokens.isWord(0, "ANALYZE"))
        return unsupported(tokens);
    StreamStatement read;
    if (!statement.isExplain) {
        read.writes = read.needsTurn = statement.statementClass != StatementClass::Read;
        read.changesRows = read.writes && statement.statementClass != StatementClass::Schema;
        read.inserts = statement.verb == "INSERT" || statement.verb == "REPLACE";
    }
    read.statement = std::move(statement);
    return read;
}

/// Line and column, from 1, of the character behind the first `bytes` of the text.
std::pair<std::size_t, std::size_t> positionBehind(std::string_view sql, std::size_t bytes)
{
    const std::string_view before = sql.substr(0, bytes);
    const std::size_t lineEnd = before.rfind('\n');
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    return {lines + 1,
            lineEnd == std::string_view::npos ? before.size() + 1 : before.size() - lineEnd};
}

std::string pair(const std::pair<std::size_t, std::size_t> &position)
{
    return "(" + std::to_string(position.first) + ", " + std::to_string(position.second) + ")";
}

std::string uppered(std::string text)
{
    for (char &c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

/// Of what classify() does not take for SQL at all.
StreamError textError(std::string_view sql, const Base::Error &error)
{
    for (Sql::Lexer lexer(sql); !lexer.atEnd();) {
        const Sql::Token token = lexer.next();
        if (token.kind != TokenKind::Illegal)
            continue;
        return {"SQL string could not be parsed: non-terminated literal at "
                    + pair(positionBehind(sql, token.offset)),
                kParseError};
    }
    return {"SQL string could not be parsed: " + error.message, kParseError};
}

} // namespace

StreamError parseError(std::string_view sql, const std::string &message, int offset)
{
    static constexpr std::string_view kNear = "near \"";
    static constexpr std::string_view kSyntax = "\": syntax error";
    const std::string start = "SQL string could not be parsed: ";
    if (message == "incomplete input")
        return {start + "unexpected end of input at " + pair(positionBehind(sql, sql.size())),
                kParseError};
    if (offset < 0)
        return {};
    const auto at = static_cast<std::size_t>(offset);
    if (message.starts_with("unrecognized token"))
        return {start + "bad variable name at " + pair(positionBehind(sql, at)), kParseError};
    if (!message.starts_with(kNear) || !message.ends_with(kSyntax))
        return {};
    const std::string described
        = "SQL input error: " + message + " (at offset " + std::to_string(offset) + ")";
    const std::string token
        = message.substr(kNear.size(), message.size() - kNear.size() - kSyntax.size());
    const auto position = positionBehind(sql, at + token.size());
    if (sqlite3_keyword_check(token.data(), static_cast<int>(token.size())) != 0)
        return {start + "near " + uppered(token) + ", \"None\": syntax error at " + pair(position),
                kParseError, false, described};
    return {start + "syntax error around L" + std::to_string(position.first) + ":"
                + std::to_string(position.second) + ": `" + token + "`",
            kParseError, false, described};
}

tl::expected<std::vector<StreamStatement>, StreamError> readStatements(std::string_view sql)
{
    std::vector<StreamStatement> all;
    if (sql.find('\0') == std::string_view::npos && Sql::splitStatements(sql).empty())
        return all;
    auto statements = Sql::classify(sql);
    if (!statements)
        return tl::unexpected(textError(sql, statements.error()));
    const std::vector<Tokens> tokens = Sql::splitStatements(sql);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        auto read = readOne(tokens[i], std::move((*statements)[i]));
        if (!read)
            return tl::unexpected(std::move(read).error());
        all.push_back(std::move(*read));
    }
    return all;
}

tl::expected<std::optional<StreamStatement>, StreamError> readFirstStatement(std::string_view sql)
{
    const std::vector<Tokens> tokens = sql.find('\0') == std::string_view::npos
        ? Sql::splitStatements(sql)
        : std::vector<Tokens>();
    if (!tokens.empty())
        sql = tokens.front().span(0, tokens.front().size());
    auto read = readStatements(sql);
    if (!read)
        return tl::unexpected(std::move(read).error());
    if (read->empty())
        return std::nullopt;
    return std::move(read->front());
}

tl::expected<StreamStatement, StreamError> readStatement(std::string_view sql)
{
    auto all = readStatements(sql);
    if (!all)
        return tl::unexpected(std::move(all).error());
    if (all->empty())
        return fail("SQL string does not contain any statement", "SQL_NO_STATEMENT");
    if (all->size() > 1)
        return fail("SQL string contains more than one statement", "SQL_MANY_STATEMENTS");
    return std::move(all->front());
}

} // namespace Turso::Embedded
