// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/pragmatext.h"

#include "turso/sql/rules.h"
#include "turso/sql/tokens.h"

namespace Turso::Remote
{

namespace
{

std::string quotedString(const std::string &text)
{
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c;
        if (c == '\'')
            quoted += c;
    }
    return quoted + '\'';
}

} // namespace

std::optional<std::string> pragmaAsQuery(std::string_view sql)
{
    const auto statements = Sql::splitStatements(sql);
    if (statements.size() != 1 || !statements.front().isWord(0, "PRAGMA"))
        return std::nullopt;
    const Sql::Tokens &tokens = statements.front();
    std::size_t at = 1;
    if (tokens.is(at + 1, Sql::TokenKind::Dot)) // main.
        at += 2;
    const std::string name = Sql::lowered(tokens.name(at));
    if (!tokens.isName(at) || Sql::pragmaRule(name) == Sql::PragmaRule::Refused)
        return std::nullopt;
    const std::string table = "SELECT * FROM pragma_" + name;
    if (!tokens.has(at + 1))
        return table;
    if (!tokens.is(at + 1, Sql::TokenKind::LeftParen)
        || !tokens.is(at + 3, Sql::TokenKind::RightParen) || tokens.has(at + 4))
        return std::nullopt;
    const bool isNumber = tokens.is(at + 2, Sql::TokenKind::Number);
    return table + '('
        + (isNumber ? std::string(tokens.text(at + 2)) : quotedString(tokens.name(at + 2))) + ')';
}

} // namespace Turso::Remote
