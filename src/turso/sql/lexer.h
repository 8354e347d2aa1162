// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace Turso::Sql
{

enum class TokenKind : std::uint8_t {
    Space,
    Comment,
    Word, ///< a keyword or an unquoted name: the tokenizer does not know which
    QuotedName, ///< "x", `x` or [x]
    String,
    Blob,
    Number,
    Variable, ///< ? ?1 :a @a $a(b) #a
    LeftParen,
    RightParen,
    Comma,
    Dot,
    Semicolon,
    Operator,
    Illegal,
};

struct Token {
    TokenKind kind = TokenKind::Illegal;
    std::size_t offset = 0;
    std::size_t length = 0;
};

/// Cuts SQL text into tokens exactly where sqlite3GetToken() of SQLite's tokenize.c does, so that
/// what the gate reads is what the engine will read. Borrows `sql`, which must not contain NUL.
/// Pure; any thread.
class Lexer
{
public:
    explicit Lexer(std::string_view sql)
        : m_sql(sql)
    {
    }

    bool atEnd() const { return m_at >= m_sql.size(); }
    /// The next token; never empty unless atEnd().
    Token next();

private:
    char at(std::size_t i) const { return i < m_sql.size() ? m_sql[i] : '\0'; }
    Token take(TokenKind kind, std::size_t length);
    Token takeMinus();
    Token takeSlash();
    Token takeQuoted();
    Token takeBracketed();
    Token takeNumber();
    Token takeBlob();
    Token takeVariable();
    Token takeWord();
    Token takeOperator();

    std::string_view m_sql;
    std::size_t m_at = 0;
};

/// A name or string token without its quotes, doubled quotes undone; a word as it is.
std::string unquoted(std::string_view token);

/// ASCII case folding, as SQLite compares names and keywords.
std::string lowered(std::string_view text);
bool equalsFolded(std::string_view a, std::string_view b);

} // namespace Turso::Sql
