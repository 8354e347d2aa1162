// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/parameters.h"

#include "turso/sql/lexer.h"

#include <algorithm>
#include <charconv>

namespace Turso::Sql
{

namespace
{

constexpr std::size_t kMostParameters = 32'766;

/// The N of `?N`; 0 if that is none.
std::size_t numberIn(std::string_view parameter)
{
    std::size_t number = 0;
    const char *const end = parameter.data() + parameter.size();
    const auto read = std::from_chars(parameter.data() + 1, end, number);
    return read.ec == std::errc() && read.ptr == end && number <= kMostParameters ? number : 0;
}

} // namespace

std::vector<std::string> parametersOf(std::string_view statement)
{
    std::vector<std::string> parameters;
    Lexer lexer(statement);
    while (!lexer.atEnd()) {
        const Token token = lexer.next();
        if (token.kind != TokenKind::Variable)
            continue;
        const std::string_view text = statement.substr(token.offset, token.length);
        if (text == "?") {
            parameters.emplace_back();
        } else if (text.front() == '?') {
            const std::size_t number = numberIn(text);
            if (number == 0)
                continue;
            parameters.resize(std::max(parameters.size(), number));
            if (parameters[number - 1].empty())
                parameters[number - 1] = text;
        } else if (std::find(parameters.begin(), parameters.end(), text) == parameters.end()) {
            parameters.emplace_back(text);
        }
    }
    return parameters;
}

} // namespace Turso::Sql
