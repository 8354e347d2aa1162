// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/tokens.h"

#include <utility>

namespace Turso::Sql
{

std::string_view Tokens::text(std::size_t i) const
{
    return has(i) ? m_sql.substr(m_tokens[i].offset, m_tokens[i].length) : std::string_view();
}

std::string_view Tokens::span(std::size_t from, std::size_t to) const
{
    if (from >= to || to > m_tokens.size())
        return {};
    const std::size_t start = m_tokens[from].offset;
    return m_sql.substr(start, m_tokens[to - 1].offset + m_tokens[to - 1].length - start);
}

bool Tokens::isWord(std::size_t i, std::string_view word) const
{
    return is(i, TokenKind::Word) && equalsFolded(text(i), word);
}

bool Tokens::isOperator(std::size_t i, std::string_view sign) const
{
    return is(i, TokenKind::Operator) && text(i) == sign;
}

bool Tokens::isName(std::size_t i) const
{
    return is(i, TokenKind::Word) || is(i, TokenKind::QuotedName) || is(i, TokenKind::String);
}

std::size_t Tokens::afterParenthesis(std::size_t open) const
{
    std::size_t depth = 0;
    for (std::size_t i = open; i < m_tokens.size(); ++i) {
        if (m_tokens[i].kind == TokenKind::LeftParen)
            ++depth;
        else if (m_tokens[i].kind == TokenKind::RightParen && --depth == 0)
            return i + 1;
    }
    return m_tokens.size();
}

std::optional<std::size_t> Tokens::find(std::string_view word, std::size_t from) const
{
    for (std::size_t i = from; i < m_tokens.size();) {
        if (m_tokens[i].kind == TokenKind::LeftParen) {
            i = afterParenthesis(i);
            continue;
        }
        if (isWord(i, word))
            return i;
        ++i;
    }
    return std::nullopt;
}

namespace
{

/// Collects tokens until a statement is complete. The body of a trigger ends where SQLite's grammar
/// ends it: at an END that directly follows a semicolon. A CASE ... END never does.
class Splitter
{
public:
    explicit Splitter(std::string_view sql)
        : m_sql(sql)
    {
    }

    std::vector<Tokens> split()
    {
        for (Lexer lexer(m_sql); !lexer.atEnd();) {
            const Token token = lexer.next();
            if (token.kind == TokenKind::Space || token.kind == TokenKind::Comment)
                continue;
            if (token.kind == TokenKind::Semicolon && !isInTriggerBody()) {
                finish();
                continue;
            }
            add(token);
        }
        finish();
        return std::move(m_statements);
    }

private:
    bool isWord(std::size_t i, std::string_view word) const
    {
        return i < m_tokens.size() && m_tokens[i].kind == TokenKind::Word
            && equalsFolded(m_sql.substr(m_tokens[i].offset, m_tokens[i].length), word);
    }

    bool startsTrigger() const
    {
        std::size_t i = 0;
        if (isWord(i, "EXPLAIN"))
            i += isWord(i + 1, "QUERY") ? 3 : 1;
        if (!isWord(i++, "CREATE"))
            return false;
        if (isWord(i, "TEMP") || isWord(i, "TEMPORARY"))
            ++i;
        return isWord(i, "TRIGGER");
    }

    bool isInTriggerBody() const { return m_begun && !m_ended; }

    void add(const Token &token)
    {
        const bool afterSemicolon
            = !m_tokens.empty() && m_tokens.back().kind == TokenKind::Semicolon;
        m_tokens.push_back(token);
        const std::size_t last = m_tokens.size() - 1;
        if (!m_begun && isWord(last, "BEGIN"))
            m_begun = startsTrigger();
        else if (m_begun && afterSemicolon && isWord(last, "END"))
            m_ended = true;
    }

    void finish()
    {
        if (!m_tokens.empty())
            m_statements.emplace_back(m_sql, std::exchange(m_tokens, {}));
        m_begun = m_ended = false;
    }

    std::string_view m_sql;
    std::vector<Token> m_tokens;
    std::vector<Tokens> m_statements;
    bool m_begun = false;
    bool m_ended = false;
};

} // namespace

std::vector<Tokens> splitStatements(std::string_view sql)
{
    return Splitter(sql).split();
}

std::optional<std::size_t> verbAfterCtes(const Tokens &tokens, std::size_t from)
{
    std::size_t i = from;
    if (!tokens.isWord(i, "WITH"))
        return i;
    ++i;
    if (tokens.isWord(i, "RECURSIVE"))
        ++i;
    for (;; ++i) {
        if (!tokens.isName(i++))
            return std::nullopt;
        if (tokens.is(i, TokenKind::LeftParen))
            i = tokens.afterParenthesis(i);
        if (!tokens.isWord(i++, "AS"))
            return std::nullopt;
        if (tokens.isWord(i, "NOT") && tokens.isWord(i + 1, "MATERIALIZED"))
            ++i;
        if (tokens.isWord(i, "MATERIALIZED"))
            ++i;
        if (!tokens.is(i, TokenKind::LeftParen))
            return std::nullopt;
        i = tokens.afterParenthesis(i);
        if (!tokens.is(i, TokenKind::Comma))
            return i;
    }
}

} // namespace Turso::Sql
