// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/statement.h"

#include "turso/sql/namedstrings.h"
#include "turso/sql/tokens.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>
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

/// True where a + or - belongs to the number after it and is no subtraction.
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
        return isKeyword(tokens.text(i - 1));
    default:
        return false;
    }
}

std::vector<std::string> shapesOf(const Tokens &tokens)
{
    std::vector<std::string> shapes;
    NamedStrings strings(tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool isName = strings.isNameAt(i);
        if (isName)
            shapes.push_back(quoted(tokens.name(i)));
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

/// IN (?, ?, ?) becomes IN (?); VALUES (?, ?), (?, ?) becomes VALUES (?, ?).
std::vector<std::string> collapsed(const std::vector<std::string> &shapes)
{
    std::vector<std::string> out;
    for (std::size_t i = 0; i < shapes.size();) {
        out.push_back(shapes[i++]);
        const std::size_t length = valueListLength(shapes, i);
        if (length == 0 || (out.back() != "IN" && out.back() != "VALUES"))
            continue;
        if (out.back() == "IN") {
            out.insert(out.end(), {"(", "?", ")"});
            i += length;
            continue;
        }
        const auto row = shapes.begin() + static_cast<std::ptrdiff_t>(i);
        const std::vector<std::string> first(row, row + static_cast<std::ptrdiff_t>(length));
        out.insert(out.end(), first.begin(), first.end());
        i += length;
        while (i < shapes.size() && shapes[i] == "," && valueListLength(shapes, i + 1) == length)
            i += length + 1;
    }
    return out;
}

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
        const std::vector<std::string> shapes = collapsed(shapesOf(tokens));
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            if (i > 0 && needsSpace(shapes[i - 1], shapes[i]))
                out += ' ';
            out += shapes[i];
        }
    }
    return out;
}

} // namespace Turso::Sql
