// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/values.h"

#include <string>
#include <string_view>
#include <vector>

namespace Gateway
{

/// The filter over calls: words separated by spaces, all of which must match, case ignored. `tool:`
/// `db:` `agent:` `code:` are found in that field, `is:` is the whole state or decision, `risk:`
/// the whole risk, `text:` and any word without a colon are found in the SQL. `*` stands for
/// anything; a `-` in front turns a word round. The same words mean the same in windows, on the
/// command line and in the history's file.
class CallFilter
{
public:
    CallFilter() = default;
    /// InvalidArgument for a word with an unknown field, and for more than 32 words.
    static Base::Result<CallFilter> parse(std::string_view text);

    bool isEmpty() const { return m_words.empty(); }

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
