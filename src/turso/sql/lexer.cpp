// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/lexer.h"

#include <algorithm>

namespace Turso::Sql
{

namespace
{

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isHexDigit(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Vertical tab is not white space to SQLite, it is illegal.
bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
        || static_cast<unsigned char>(c) >= 0x80;
}

bool isNamePart(char c)
{
    return isNameStart(c) || isDigit(c) || c == '$';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

Token Lexer::take(TokenKind kind, std::size_t length)
{
    const Token token{kind, m_at, length};
    m_at += length;
    return token;
}

Token Lexer::next()
{
    const char c = at(m_at);
    if (isSpace(c)) {
        std::size_t length = 1;
        while (isSpace(at(m_at + length)))
            ++length;
        return take(TokenKind::Space, length);
    }
    if (m_sql.substr(m_at).starts_with("\xEF\xBB\xBF"))
        return take(TokenKind::Space, 3);
    if ((c == 'x' || c == 'X') && at(m_at + 1) == '\'')
        return takeBlob();
    if (isNameStart(c))
        return takeWord();
    if (isDigit(c) || (c == '.' && isDigit(at(m_at + 1))))
        return takeNumber();
    switch (c) {
    case '-':
        return takeMinus();
    case '/':
        return takeSlash();
    case '\'':
    case '"':
    case '`':
        return takeQuoted();
    case '[':
        return takeBracketed();
    case '(':
        return take(TokenKind::LeftParen, 1);
    case ')':
        return take(TokenKind::RightParen, 1);
    case ',':
        return take(TokenKind::Comma, 1);
    case '.':
        return take(TokenKind::Dot, 1);
    case ';':
        return take(TokenKind::Semicolon, 1);
    case '?':
    case '$':
    case '@':
    case '#':
    case ':':
        return takeVariable();
    default:
        return takeOperator();
    }
}

Token Lexer::takeMinus()
{
    if (at(m_at + 1) == '-') {
        const std::size_t end = m_sql.find('\n', m_at);
        return take(TokenKind::Comment,
                    (end == std::string_view::npos ? m_sql.size() : end) - m_at);
    }
    if (at(m_at + 1) == '>')
        return take(TokenKind::Operator, at(m_at + 2) == '>' ? 3 : 2);
    return take(TokenKind::Operator, 1);
}

Token Lexer::takeSlash()
{
    // "/*" as the very last two characters is a division and a star, not a comment.
    if (at(m_at + 1) != '*' || m_at + 2 >= m_sql.size())
        return take(TokenKind::Operator, 1);
    const std::size_t end = m_sql.find("*/", m_at + 2);
    return take(TokenKind::Comment,
                end == std::string_view::npos ? m_sql.size() - m_at : end + 2 - m_at);
}

Token Lexer::takeQuoted()
{
    const char quote = at(m_at);
    std::size_t i = m_at + 1;
    for (; i < m_sql.size(); ++i) {
        if (m_sql[i] != quote)
            continue;
        if (at(i + 1) != quote)
            break;
        ++i;
    }
    if (i >= m_sql.size())
        return take(TokenKind::Illegal, m_sql.size() - m_at);
    return take(quote == '\'' ? TokenKind::String : TokenKind::QuotedName, i + 1 - m_at);
}

Token Lexer::takeBracketed()
{
    const std::size_t end = m_sql.find(']', m_at);
    if (end == std::string_view::npos)
        return take(TokenKind::Illegal, m_sql.size() - m_at);
    return take(TokenKind::QuotedName, end + 1 - m_at);
}

Token Lexer::takeNumber()
{
    std::size_t i = m_at;
    if (at(i) == '0' && lower(at(i + 1)) == 'x' && isHexDigit(at(i + 2))) {
        i += 3;
        while (isHexDigit(at(i)))
            ++i;
        return take(TokenKind::Number, i - m_at);
    }
    while (isDigit(at(i)))
        ++i;
    if (at(i) == '.') {
        ++i;
        while (isDigit(at(i)))
            ++i;
    }
    const bool isSigned = at(i + 1) == '+' || at(i + 1) == '-';
    if (lower(at(i)) == 'e' && isDigit(at(i + (isSigned ? 2 : 1)))) {
        i += 2;
        while (isDigit(at(i)))
            ++i;
    }
    TokenKind kind = TokenKind::Number;
    for (; isNamePart(at(i)); ++i)
        kind = TokenKind::Illegal;
    return take(kind, i - m_at);
}

Token Lexer::takeBlob()
{
    std::size_t i = m_at + 2;
    while (isHexDigit(at(i)))
        ++i;
    TokenKind kind = TokenKind::Blob;
    if (at(i) != '\'' || (i - m_at) % 2 != 0) {
        kind = TokenKind::Illegal;
        while (i < m_sql.size() && m_sql[i] != '\'')
            ++i;
    }
    if (i < m_sql.size())
        ++i;
    return take(kind, i - m_at);
}

Token Lexer::takeVariable()
{
    std::size_t i = m_at + 1;
    if (at(m_at) == '?') {
        while (isDigit(at(i)))
            ++i;
        return take(TokenKind::Variable, i - m_at);
    }
    TokenKind kind = TokenKind::Variable;
    bool named = false;
    for (; i < m_sql.size(); ++i) {
        const char c = m_sql[i];
        if (isNamePart(c)) {
            named = true;
        } else if (c == '(' && named) {
            // The Tcl form $name(suffix): no white space inside.
            do
                ++i;
            while (i < m_sql.size() && !isSpace(m_sql[i]) && m_sql[i] != ')');
            if (at(i) == ')')
                ++i;
            else
                kind = TokenKind::Illegal;
            break;
        } else if (c == ':' && at(i + 1) == ':') {
            ++i;
        } else {
            break;
        }
    }
    return take(named ? kind : TokenKind::Illegal, i - m_at);
}

Token Lexer::takeWord()
{
    std::size_t i = m_at + 1;
    while (isNamePart(at(i)))
        ++i;
    return take(TokenKind::Word, i - m_at);
}

Token Lexer::takeOperator()
{
    static constexpr std::string_view kDouble[] = {"==", "<=", "<>", "<<", ">=", ">>", "!=", "||"};
    const std::string_view two = m_sql.substr(m_at, 2);
    if (std::find(std::begin(kDouble), std::end(kDouble), two) != std::end(kDouble))
        return take(TokenKind::Operator, 2);
    static constexpr std::string_view kSingle = "+*%=<>|&~";
    return take(kSingle.find(at(m_at)) == std::string_view::npos ? TokenKind::Illegal
                                                                 : TokenKind::Operator,
                1);
}

std::string unquoted(std::string_view token)
{
    if (token.size() < 2)
        return std::string(token);
    const char open = token.front();
    if (open == '[')
        return std::string(token.substr(1, token.size() - 2));
    if (open != '"' && open != '`' && open != '\'')
        return std::string(token);
    std::string name;
    for (std::size_t i = 1; i + 1 < token.size(); ++i) {
        name += token[i];
        if (token[i] == open)
            ++i;
    }
    return name;
}

std::string lowered(std::string_view text)
{
    std::string folded(text);
    std::transform(folded.begin(), folded.end(), folded.begin(), lower);
    return folded;
}

bool equalsFolded(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

} // namespace Turso::Sql
