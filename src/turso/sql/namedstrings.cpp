// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/namedstrings.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace Turso::Sql
{

namespace
{

template <std::size_t N>
bool isOneOf(const Tokens &tokens, std::size_t i, const std::string_view (&words)[N])
{
    return tokens.is(i, TokenKind::Word)
        && std::any_of(std::begin(words), std::end(words),
                       [&](std::string_view word) { return tokens.isWord(i, word); });
}

/// IS [NOT] DISTINCT FROM compares.
bool isComparingFrom(const Tokens &tokens, std::size_t i)
{
    return i > 0 && tokens.isWord(i, "FROM") && tokens.isWord(i - 1, "DISTINCT");
}

} // namespace

NamedStrings::NamedStrings(const Tokens &tokens)
    : m_tokens(tokens)
    , m_isDefinition(tokens.isWord(0, "CREATE") || tokens.isWord(0, "ALTER"))
    , m_lists{List::Values}
{
}

bool NamedStrings::isNameAt(std::size_t i)
{
    switch (m_tokens.kind(i)) {
    case TokenKind::LeftParen:
        m_lists.push_back(inside(i));
        return false;
    case TokenKind::RightParen:
        if (m_lists.size() > 1)
            m_lists.pop_back();
        return false;
    case TokenKind::Word:
        passWord(i);
        return false;
    case TokenKind::String:
        return isNamePosition(i);
    default:
        return false;
    }
}

bool NamedStrings::isNamePosition(std::size_t i) const
{
    if (i == 0)
        return false;
    if (m_tokens.is(i - 1, TokenKind::Dot) || m_tokens.is(i + 1, TokenKind::Dot))
        return true;
    switch (m_tokens.kind(i - 1)) {
    case TokenKind::Comma:
    case TokenKind::LeftParen:
        return isIn(m_lists.back(), i);
    case TokenKind::Operator:
    case TokenKind::Semicolon:
    case TokenKind::Illegal:
        return false;
    case TokenKind::Word:
        return isAfterWord(i);
    default:
        return true; // an alias or a column's type
    }
}

bool NamedStrings::isAfterWord(std::size_t i) const
{
    // IN 'x' is a table. After ON stands a table in CREATE INDEX and CREATE TRIGGER only.
    static constexpr std::string_view kBeforeValues[]
        = {"SELECT", "DISTINCT", "ALL",  "WHERE",     "HAVING", "BY",     "LIKE",    "GLOB",
           "REGEXP", "MATCH",    "CASE", "WHEN",      "THEN",   "ELSE",   "BETWEEN", "AND",
           "OR",     "NOT",      "IS",   "RETURNING", "LIMIT",  "OFFSET", "ESCAPE",  "DEFAULT"};
    const std::size_t word = i - 1;
    if (m_tokens.isWord(word, "ON"))
        return m_isDefinition;
    if (word > 0 && m_tokens.isWord(word, "BY") && m_tokens.isWord(word - 1, "INDEXED"))
        return true;
    if (word > 0 && m_tokens.isWord(word, "NOT") && m_tokens.isWord(word - 1, "IF"))
        return true;
    return !isComparingFrom(m_tokens, word) && !isOneOf(m_tokens, word, kBeforeValues);
}

bool NamedStrings::isIn(List list, std::size_t i) const
{
    if (list == List::Assignments)
        return m_tokens.isOperator(i + 1, "=");
    return m_isDefinition || list != List::Values;
}

void NamedStrings::passWord(std::size_t i)
{
    static constexpr std::string_view kBeforeExpressions[]
        = {"SELECT", "VALUES", "WHERE",     "ON",    "GROUP",  "ORDER",    "HAVING",
           "LIMIT",  "WINDOW", "RETURNING", "UNION", "EXCEPT", "INTERSECT"};
    if (m_tokens.isWord(i, "INTO"))
        m_hasTarget = true;
    else if (m_tokens.isWord(i, "SET"))
        m_lists.back() = List::Assignments;
    else if (m_tokens.isWord(i, "WITH"))
        m_lists.back() = List::Ctes;
    else if (m_tokens.isWord(i, "JOIN")
             || (m_tokens.isWord(i, "FROM") && !isComparingFrom(m_tokens, i)))
        m_lists.back() = List::Names;
    else if (isOneOf(m_tokens, i, kBeforeExpressions)) {
        m_lists.back() = List::Values;
        m_hasTarget = false;
    }
}

NamedStrings::List NamedStrings::inside(std::size_t open) const
{
    if (open == 0)
        return List::Values;
    const std::size_t before = open - 1;
    static constexpr std::string_view kBeforeColumns[] = {"CONFLICT", "USING", "SET"};
    if (isOneOf(m_tokens, before, kBeforeColumns))
        return List::Names;
    const bool isNested
        = m_tokens.is(before, TokenKind::Comma) || m_tokens.is(before, TokenKind::LeftParen);
    switch (m_lists.back()) {
    case List::Ctes: // the columns of q(a, b) AS (...)
        return List::Names;
    case List::Names: // FROM (a, b), but FROM f(1)
        return isNested || m_tokens.isWord(before, "FROM") || m_tokens.isWord(before, "JOIN")
            ? List::Names
            : List::Values;
    case List::Assignments:
        return isNested ? List::Names : List::Values;
    case List::Values:
        break;
    }
    return m_hasTarget && m_lists.size() == 1 ? List::Names : List::Values;
}

} // namespace Turso::Sql
