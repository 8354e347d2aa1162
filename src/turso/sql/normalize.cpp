// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/statement.h"

#include "turso/sql/namedstrings.h"
#include "turso/sql/tokens.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::Sql
{

namespace
{

bool isKeyword(std::string_view word)
{
    return sqlite3_keyword_check(word.data(), static_cast<int>(word.size())) != 0;
}

std::string quoted(const std::string &name)
{
    std::string text = "\"";
    for (const char c : name)
        text.append(c == '"' ? 2 : 1, c);
    return text + '"';
}

/// What a token contributes to the shape.
std::string shapeOf(const Tokens &tokens, std::size_t i)
{
    switch (tokens.kind(i)) {
    case TokenKind::String:
    case TokenKind::Blob:
    case TokenKind::Number:
    case TokenKind::Variable:
    case TokenKind::Illegal: // may be an unterminated literal: what was meant as a value must not
                             // show
        return "?";
    case TokenKind::Word: {
        std::string word(tokens.text(i));
        if (isKeyword(word))
            std::transform(word.begin(), word.end(), word.begin(), [](char c) {
                return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
            });
        return word;
    }
    default:
        return std::string(tokens.text(i));
    }
}

template <std::size_t N>
bool isOneOf(const Tokens &tokens, std::size_t i, const std::string_view (&words)[N])
{
    return tokens.is(i, TokenKind::Word)
        && std::any_of(std::begin(words), std::end(words),
                       [&](std::string_view word) { return tokens.isWord(i, word); });
}

/// True after what can only be a value or a name.
bool isAfterOperand(const Tokens &tokens, std::size_t i)
{
    switch (i == 0 ? TokenKind::Illegal : tokens.kind(i - 1)) {
    case TokenKind::String:
    case TokenKind::Blob:
    case TokenKind::Number:
    case TokenKind::Variable:
    case TokenKind::QuotedName:
    case TokenKind::RightParen:
        return true;
    case TokenKind::Word:
        return !isKeyword(tokens.text(i - 1));
    default:
        return false;
    }
}

/// True after a word that begins an expression. Most keywords may be names too, and then a + or -
/// behind them calculates.
bool isAfterOpeningWord(const Tokens &tokens, std::size_t i)
{
    static constexpr std::string_view kAlways[]
        = {"SELECT", "DISTINCT", "ALL",       "WHERE",   "HAVING", "AND",  "OR",
           "NOT",    "BETWEEN",  "CASE",      "WHEN",    "THEN",   "ELSE", "ON",
           "IS",     "LIMIT",    "RETURNING", "DEFAULT", "ESCAPE", "FROM"};
    static constexpr std::string_view kAfterOperand[]
        = {"LIKE", "GLOB", "REGEXP", "MATCH", "OFFSET"};
    static constexpr std::string_view kBeforeBy[] = {"ORDER", "GROUP", "PARTITION"};
    const std::size_t word = i - 1;
    return isOneOf(tokens, word, kAlways)
        || (isOneOf(tokens, word, kAfterOperand) && isAfterOperand(tokens, word))
        || (word > 0 && tokens.isWord(word, "BY") && isOneOf(tokens, word - 1, kBeforeBy));
}

/// True where a + or - belongs to the number after it and is no calculation.
bool isSign(const Tokens &tokens, std::size_t i)
{
    if (!(tokens.isOperator(i, "-") || tokens.isOperator(i, "+"))
        || !tokens.is(i + 1, TokenKind::Number))
        return false;
    if (i == 0)
        return true;
    switch (tokens.kind(i - 1)) {
    case TokenKind::LeftParen:
    case TokenKind::Comma:
    case TokenKind::Operator:
        return true;
    case TokenKind::Word:
        return isAfterOpeningWord(tokens, i);
    default:
        return false;
    }
}

/// NULL, TRUE and FALSE where they are values: not in IS NULL, NOT NULL or SET NULL, and no names.
bool isLiteralWord(const Tokens &tokens, std::size_t i, const NamedStrings &strings)
{
    static constexpr std::string_view kLiterals[] = {"NULL", "TRUE", "FALSE"};
    static constexpr std::string_view kBeforeNull[] = {"IS", "NOT"};
    return i > 0 && isOneOf(tokens, i, kLiterals) && !isOneOf(tokens, i - 1, kBeforeNull)
        && !tokens.is(i + 1, TokenKind::LeftParen) && !strings.isNamePosition(i);
}

std::vector<std::string> shapesOf(const Tokens &tokens)
{
    std::vector<std::string> shapes;
    NamedStrings strings(tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool isName = strings.isNameAt(i);
        if (isName)
            shapes.push_back(quoted(tokens.name(i)));
        else if (isLiteralWord(tokens, i, strings))
            shapes.emplace_back("?");
        else if (!isSign(tokens, i))
            shapes.push_back(shapeOf(tokens, i));
    }
    return shapes;
}

/// The length of "( ?, ?, ... )" at `at`, or 0.
std::size_t valueListLength(const std::vector<std::string> &shapes, std::size_t at)
{
    if (at >= shapes.size() || shapes[at] != "(")
        return 0;
    for (std::size_t i = at + 1; i + 1 < shapes.size() && shapes[i] == "?"; i += 2) {
        if (shapes[i + 1] == ")")
            return i + 2 - at;
        if (shapes[i + 1] != ",")
            return 0;
    }
    return 0;
}

/// IN (?, ?, ?) becomes IN (?); of the rows of VALUES (?, ?), (?, ?) each shape stays once.
class Collapsing
{
public:
    explicit Collapsing(const std::vector<std::string> &shapes)
        : m_shapes(shapes)
    {
    }

    std::vector<std::string> run()
    {
        for (std::size_t i = 0; i < m_shapes.size(); ++i) {
            m_out.push_back(m_shapes[i]);
            if (m_out.back() == "(")
                open();
            else if (m_out.back() == ")")
                close(i);
            else if (m_out.back() == "VALUES" && isAt(i + 1, "(") && m_lists.size() < kMostNested)
                m_lists.push_back({m_depth, 0, {}, true});
            else if (m_out.back() == "INTO")
                keepRows();
            else if (const std::size_t length = valueListLength(m_shapes, i + 1);
                     length > 0 && m_out.back() == "IN") {
                m_out.insert(m_out.end(), {"(", "?", ")"});
                i += length;
            }
        }
        return std::move(m_out);
    }

private:
    /// Deeper ones are left as they are, so that no text takes long.
    static constexpr std::size_t kMostNested = 8;

    struct RowList {
        std::size_t depth; ///< of the parentheses around it
        std::size_t row; ///< where its present row begins
        std::set<std::string> seen;
        bool collapses;
    };

    /// No row of SQL has an INTO. With one, what follows could be read in another way without it.
    void keepRows()
    {
        for (RowList &list : m_lists)
            list.collapses = false;
    }

    bool isAt(std::size_t i, std::string_view shape) const
    {
        return i < m_shapes.size() && m_shapes[i] == shape;
    }

    void open()
    {
        if (!m_lists.empty() && m_lists.back().depth == m_depth)
            m_lists.back().row = m_out.size() - 1;
        ++m_depth;
    }

    void close(std::size_t i)
    {
        if (m_depth == 0)
            return;
        --m_depth;
        if (m_lists.empty() || m_lists.back().depth != m_depth)
            return;
        RowList &list = m_lists.back();
        std::string row;
        for (std::size_t at = list.row; at < m_out.size(); ++at)
            row += m_out[at] + ' ';
        if (!list.seen.insert(std::move(row)).second && list.collapses)
            m_out.resize(list.row - 1); // with the comma before it
        if (!isAt(i + 1, ",") || !isAt(i + 2, "("))
            m_lists.pop_back();
    }

    const std::vector<std::string> &m_shapes;
    std::vector<std::string> m_out;
    std::vector<RowList> m_lists;
    std::size_t m_depth = 0;
};

bool needsSpace(const std::string &before, const std::string &after)
{
    static const std::string kNoneBefore[] = {",", ")", ".", ";"};
    if (before == "(" || before == "."
        || std::find(std::begin(kNoneBefore), std::end(kNoneBefore), after)
            != std::end(kNoneBefore))
        return false;
    // A function and its arguments; but a keyword and its list.
    return after != "(" || before == "," || before == "?" || isKeyword(before)
        || before.find_first_of("=<>+-*/|&~%)") != std::string::npos;
}

} // namespace

std::string normalized(std::string_view sql)
{
    std::string out;
    for (const Tokens &tokens : splitStatements(sql.substr(0, sql.find('\0')))) {
        if (!out.empty())
            out += "; ";
        const std::vector<std::string> raw = shapesOf(tokens);
        const std::vector<std::string> shapes = Collapsing(raw).run();
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            if (i > 0 && needsSpace(shapes[i - 1], shapes[i]))
                out += ' ';
            out += shapes[i];
        }
    }
    return out;
}

} // namespace Turso::Sql
