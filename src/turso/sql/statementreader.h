// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/statement.h"
#include "turso/sql/tokens.h"

#include <cstddef>
#include <string>

namespace Turso::Sql
{

/// Reads one statement far enough to say what it is. Whatever it does not recognise is Refused.
/// Borrows `tokens`; used once.
class StatementReader
{
public:
    explicit StatementReader(const Tokens &tokens)
        : m_tokens(tokens)
    {
    }
    Statement read();

private:
    /// schema.name at `at`: moves `at` behind it and fills m_statement.table; refuses what may not
    /// be a target.
    bool readTarget(std::size_t &at);
    bool readQualifiedName(std::size_t &at, std::string &schema, std::string &name) const;

    void readStatement(std::size_t at);
    void readExplain();
    void readSelect(std::size_t at);
    void readInsert(std::size_t at);
    void readUpdate(std::size_t at);
    void readDelete(std::size_t at);
    void readCreate(std::size_t at);
    void readCreateOn(std::size_t at);
    void readAlter(std::size_t at);
    void readDrop(std::size_t at);
    void readMaintenance(std::size_t at);
    void readPragma(std::size_t at);
    void checkOtherVerbs(std::size_t from, std::size_t verb);
    void refuseVerb(std::size_t at);
    bool readOrReplace(std::size_t &at) const;
    bool isWholeTable(std::size_t from) const;
    bool updatesOnConflict(std::size_t from) const;
    void refuse(std::string sentence);
    void skipIf(std::size_t &at, const char *const (&words)[3]) const;
    bool checkSystemName(const std::string &name);

    const Tokens &m_tokens;
    Statement m_statement;
};

} // namespace Turso::Sql
