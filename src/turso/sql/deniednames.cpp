// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/deniednames.h"

#include "turso/sql/rules.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <vector>

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

/// Follows where tables are named, one token at a time. Only words that SQLite reserves end a list
/// of tables: any other one may itself be a table's name.
class TablePlaces
{
public:
    /// Would SQLite take a name at `i`, the next token, for a table?
    bool isTableAt(const Tokens &tokens, std::size_t i) const
    {
        if (i == 0 || tokens.isWord(i - 1, "AS"))
            return false;
        const bool isQualified = i > 2 && tokens.is(i - 1, TokenKind::Dot);
        if (tokens.isWord(isQualified ? i - 3 : i - 1, "IN"))
            return true;
        return m_places.back() == Place::Tables;
    }

    void pass(const Tokens &tokens, std::size_t i)
    {
        static constexpr std::string_view kOpens[] = {"FROM", "JOIN", "INTO", "UPDATE"};
        static constexpr std::string_view kCloses[] = {
            "SELECT", "WHERE", "SET", "GROUP", "HAVING", "VALUES", "RETURNING", "ORDER", "LIMIT"};
        switch (tokens.kind(i)) {
        case TokenKind::LeftParen:
            m_places.push_back(inside(tokens, i));
            break;
        case TokenKind::RightParen:
            if (m_places.size() > 1)
                m_places.pop_back();
            break;
        case TokenKind::Comma:
            if (m_places.back() == Place::Condition)
                m_places.back() = Place::Tables;
            break;
        case TokenKind::Word:
            if (isOneOf(tokens, i, kOpens))
                m_places.back() = Place::Tables;
            else if (isOneOf(tokens, i, kCloses))
                m_places.back() = Place::Expression;
            else if (tokens.isWord(i, "ON") && m_places.back() == Place::Tables)
                m_places.back() = Place::Condition;
            break;
        default:
            break;
        }
    }

private:
    enum class Place {
        Expression,
        Tables,
        Condition, ///< ON ... inside a FROM clause: a comma leads back to the tables
    };

    /// FROM (a, (b)) lists tables, FROM f(a) and USING (a) do not.
    Place inside(const Tokens &tokens, std::size_t open) const
    {
        static constexpr std::string_view kBefore[] = {"FROM", "JOIN"};
        if (m_places.back() != Place::Tables || open == 0)
            return Place::Expression;
        const bool isNested = tokens.is(open - 1, TokenKind::Comma)
            || tokens.is(open - 1, TokenKind::LeftParen) || isOneOf(tokens, open - 1, kBefore);
        return isNested ? Place::Tables : Place::Expression;
    }

    std::vector<Place> m_places = {Place::Expression}; ///< one for each parenthesis around
};

/// Full-text tables call the functions and read the tables that their options name.
std::string deniedOption(const Tokens &tokens)
{
    static constexpr std::string_view kCalls[] = {"compress", "uncompress"};
    const auto usingAt = tokens.find("USING", 0);
    const std::string module = usingAt ? tokens.name(*usingAt + 1) : std::string();
    const bool mayCall = equalsFolded(module, "fts3") || equalsFolded(module, "fts4");
    for (std::size_t i = 3; i < tokens.size(); ++i) {
        if (mayCall && isOneOf(tokens, i, kCalls))
            return std::string(tokens.text(i)) + "=";
        if (!tokens.isName(i))
            continue;
        if (std::string name = tokens.name(i); isDeniedFunction(name) || isDeniedTable(name))
            return name;
    }
    return {};
}

bool createsVirtualTable(const Tokens &tokens)
{
    std::size_t i = 0;
    if (tokens.isWord(i, "EXPLAIN"))
        i += tokens.isWord(1, "QUERY") ? 3 : 1;
    return tokens.isWord(i, "CREATE") && tokens.isWord(i + 1, "VIRTUAL");
}

} // namespace

std::string deniedName(const Tokens &tokens)
{
    if (createsVirtualTable(tokens))
        return deniedOption(tokens);
    TablePlaces places;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens.isName(i)) {
            const bool isString = tokens.is(i, TokenKind::String);
            const bool isCall = !isString && tokens.is(i + 1, TokenKind::LeftParen);
            const bool isTable = places.isTableAt(tokens, i);
            if (isCall || isTable) {
                std::string name = tokens.name(i);
                if (isCall && isDeniedFunction(name))
                    return name + "()";
                if (isDeniedTable(name))
                    return name;
                if (isTable && tokens.is(i + 1, TokenKind::LeftParen) && isDeniedFunction(name))
                    return name + "()";
            }
        }
        places.pass(tokens, i);
    }
    return {};
}

} // namespace Turso::Sql
