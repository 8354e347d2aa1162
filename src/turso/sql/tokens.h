// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/lexer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::Sql
{

/// The significant tokens (no space, no comments) of one statement, without its final semicolon.
/// Borrows the text. Positions beyond the end answer as "nothing there".
class Tokens
{
public:
    Tokens(std::string_view sql, std::vector<Token> tokens)
        : m_sql(sql)
        , m_tokens(std::move(tokens))
    {
    }

    std::size_t size() const { return m_tokens.size(); }
    bool has(std::size_t i) const { return i < m_tokens.size(); }
    TokenKind kind(std::size_t i) const { return has(i) ? m_tokens[i].kind : TokenKind::Illegal; }
    bool is(std::size_t i, TokenKind wanted) const { return has(i) && m_tokens[i].kind == wanted; }
    std::string_view text(std::size_t i) const;
    /// From the first to the last of these tokens, as written.
    std::string_view span(std::size_t from, std::size_t to) const;

    /// An unquoted word of this spelling, in any case.
    bool isWord(std::size_t i, std::string_view word) const;
    bool isOperator(std::size_t i, std::string_view sign) const;
    /// Something that SQLite takes for a name: a word, a quoted name or a string.
    bool isName(std::size_t i) const;
    std::string name(std::size_t i) const { return unquoted(text(i)); }

    /// The position after the parenthesis that closes the one at `open`; size() if it is never
    /// closed.
    std::size_t afterParenthesis(std::size_t open) const;
    /// The first of `word` at or after `from` outside all parentheses.
    std::optional<std::size_t> find(std::string_view word, std::size_t from) const;

private:
    std::string_view m_sql;
    std::vector<Token> m_tokens;
};

/// Cuts text into statements at its semicolons, except those inside the body of a CREATE TRIGGER.
/// Empty statements are dropped.
std::vector<Tokens> splitStatements(std::string_view sql);

/// The position of the verb of a statement that may begin with WITH: after its last CTE; nothing if
/// the WITH clause is not well formed.
std::optional<std::size_t> verbAfterCtes(const Tokens &tokens, std::size_t from);

} // namespace Turso::Sql
