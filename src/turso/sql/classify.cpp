// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sql/statement.h"

#include "turso/sql/statementreader.h"
#include "turso/sql/utf8.h"

#include <string>
#include <utility>

namespace Turso::Sql
{

namespace
{

constexpr std::string_view kBom = "\xEF\xBB\xBF";

Base::Result<void> checkTokens(std::string_view sql)
{
    for (Lexer lexer(sql); !lexer.atEnd();) {
        const Token token = lexer.next();
        // SQLite takes a byte order mark for white space anywhere; people do not see it, so it may
        // only stand where editors put it.
        if (token.kind == TokenKind::Space && token.offset > 0
            && sql.substr(token.offset).starts_with(kBom))
            return Base::fail(Base::ErrorKind::NotUnderstood,
                              "The SQL has a byte order mark in its middle.");
        if (token.kind != TokenKind::Illegal || token.offset + token.length < sql.size())
            continue;
        const char first = sql[token.offset];
        if (first == '\'' || first == '"' || first == '`' || first == '[')
            return Base::fail(Base::ErrorKind::NotUnderstood,
                              "The SQL ends inside a quoted text or name that is never closed.");
    }
    return {};
}

} // namespace

std::string_view className(StatementClass statementClass)
{
    switch (statementClass) {
    case StatementClass::Read:
        return "read";
    case StatementClass::Write:
        return "write";
    case StatementClass::Replace:
        return "replace";
    case StatementClass::Delete:
        return "delete";
    case StatementClass::Schema:
        return "schema";
    case StatementClass::Refused:
        break;
    }
    return "refused";
}

Base::Result<std::vector<Statement>> classify(std::string_view sql)
{
    if (sql.size() > kMaxSqlBytes)
        return Base::fail(Base::ErrorKind::NotUnderstood, "The SQL is longer than 1 MiB.");
    if (sql.find('\0') != std::string_view::npos)
        return Base::fail(Base::ErrorKind::NotUnderstood,
                          "The SQL contains a NUL character, where SQLite would stop reading.");
    if (!isUtf8(sql))
        return Base::fail(Base::ErrorKind::NotUnderstood, "The SQL is not valid UTF-8.");
    if (const auto checked = checkTokens(sql); !checked)
        return tl::unexpected(checked.error());

    std::vector<Statement> statements;
    for (const Tokens &tokens : splitStatements(sql))
        statements.push_back(StatementReader(tokens).read());
    if (statements.empty())
        return Base::fail(Base::ErrorKind::NotUnderstood, "The SQL contains no statement.");
    return statements;
}

} // namespace Turso::Sql
