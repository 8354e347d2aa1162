// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace Support
{

/// Sentences of a grammar, by chance. A line of its text is `rule = token token ...`; tokens stand
/// between blanks: `$rule`, `|` between alternatives, `[ ... ]` for what may be left out, `{ ... }`
/// for what may be repeated or left out, and anything else as it is (`\x` is x).
class SqlGrammar
{
public:
    SqlGrammar(std::string_view text, unsigned seed);

    /// The rules that begin with this.
    std::vector<std::string> rules(const std::string &prefix) const;
    /// A sentence of the rule.
    std::string sentence(const std::string &rule);
    /// Every rule that a rule of the text refers to and that is not there.
    std::vector<std::string> missing() const;

private:
    using Words = std::vector<std::string>;

    void expandRule(const std::string &rule, int depth, std::string &out);
    void expand(const Words &words, std::size_t from, std::size_t to, int depth, std::string &out);
    static std::size_t closing(const Words &words, std::size_t open);
    static std::vector<std::pair<std::size_t, std::size_t>>
    alternatives(const Words &words, std::size_t from, std::size_t to);

    std::map<std::string, Words> m_rules;
    std::mt19937 m_random;
};

} // namespace Support
