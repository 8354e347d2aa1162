// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <string>
#include <string_view>
#include <vector>

namespace Gateway
{

/// The filter over calls: words separated by spaces, all of which must match, case ignored. `tool:`
/// `db:` `agent:` `is:` `code:` `risk:` compare a field (`*` stands for anything); any other word
/// must be part of the SQL. A `-` in front turns a word round.
class CallFilter
{
public:
    static Base::Result<CallFilter> parse(std::string_view text);

    bool matches(const CallRecord &call) const;

    /// The same as a condition on the table `calls`, "1" if there is none; parameters() in its
    /// order.
    std::string condition() const;
    std::vector<std::string> parameters() const;

private:
    struct Word {
        std::string column; ///< of the table; "sql" for free words
        std::string pattern; ///< for LIKE with escape '\'
        bool negated = false;
    };
    std::vector<Word> m_words;
};

} // namespace Gateway
