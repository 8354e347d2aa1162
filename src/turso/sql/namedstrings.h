// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sql/tokens.h"

#include <cstddef>
#include <vector>

namespace Turso::Sql
{

/// Tells the strings that SQLite takes for names (DROP TABLE 'x') from those that are values. In
/// doubt a string is a name: a shape that keeps too much text only fits fewer statements. Borrows
/// `tokens`; to be asked for each position once, in order.
class NamedStrings
{
public:
    explicit NamedStrings(const Tokens &tokens);
    bool isNameAt(std::size_t i);
    /// Whether a string would be a name at the position that was asked for last.
    bool isNamePosition(std::size_t i) const;

private:
    /// What a comma or an opening parenthesis is followed by.
    enum class List {
        Values, ///< expressions
        Names, ///< tables or columns
        Assignments, ///< SET: columns, each followed by a sign
        Ctes, ///< names, each followed by its columns
    };

    bool isAfterWord(std::size_t i) const;
    bool isIn(List list, std::size_t i) const;
    void passWord(std::size_t i);
    List inside(std::size_t open) const;

    const Tokens &m_tokens;
    const bool m_isDefinition; ///< CREATE or ALTER: its lists are columns
    bool m_hasTarget = false; ///< INSERT INTO has been passed, its values have not
    std::vector<List> m_lists; ///< one for each parenthesis around
};

} // namespace Turso::Sql
