// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlgrammar.h"

#include <sstream>

namespace Support
{

namespace
{

/// Deeper, a rule takes its first alternative and leaves out what it may.
constexpr int kDeep = 6;

} // namespace

SqlGrammar::SqlGrammar(std::string_view text, unsigned seed)
    : m_random(seed)
{
    std::istringstream lines{std::string(text)};
    std::string rule;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string word;
        if (line.find(" = ") != std::string::npos && line.front() != ' ')
            words >> rule >> word;
        while (words >> word)
            m_rules[rule].push_back(word);
    }
}

std::vector<std::string> SqlGrammar::rules(const std::string &prefix) const
{
    std::vector<std::string> names;
    for (const auto &[name, words] : m_rules) {
        if (name.starts_with(prefix))
            names.push_back(name);
    }
    return names;
}

std::vector<std::string> SqlGrammar::missing() const
{
    std::vector<std::string> names;
    for (const auto &[name, words] : m_rules) {
        for (const std::string &word : words) {
            if (word.size() > 1 && word.front() == '$' && !m_rules.contains(word.substr(1)))
                names.push_back(word);
        }
    }
    return names;
}

std::string SqlGrammar::sentence(const std::string &rule)
{
    std::string out;
    expandRule(rule, 0, out);
    return out;
}

void SqlGrammar::expandRule(const std::string &rule, int depth, std::string &out)
{
    const Words &words = m_rules.at(rule);
    expand(words, 0, words.size(), depth, out);
}

std::size_t SqlGrammar::closing(const Words &words, std::size_t open)
{
    int depth = 0;
    for (std::size_t i = open;; ++i) {
        if (words[i] == "[" || words[i] == "{")
            ++depth;
        else if ((words[i] == "]" || words[i] == "}") && --depth == 0)
            return i;
    }
}

std::vector<std::pair<std::size_t, std::size_t>>
SqlGrammar::alternatives(const Words &words, std::size_t from, std::size_t to)
{
    std::vector<std::pair<std::size_t, std::size_t>> all;
    std::size_t begin = from;
    for (std::size_t i = from; i < to; ++i) {
        if (words[i] == "[" || words[i] == "{") {
            i = closing(words, i);
        } else if (words[i] == "|") {
            all.emplace_back(begin, i);
            begin = i + 1;
        }
    }
    all.emplace_back(begin, to);
    return all;
}

void SqlGrammar::expand(const Words &words, std::size_t from, std::size_t to, int depth,
                        std::string &out)
{
    const auto choices = alternatives(words, from, to);
    const auto [first, last] = choices[depth > kDeep ? 0 : m_random() % choices.size()];
    for (std::size_t i = first; i < last; ++i) {
        const std::string &word = words[i];
        if (word == "[" || word == "{") {
            const std::size_t end = closing(words, i);
            const unsigned most = word == "[" ? 1 : 2;
            for (auto times = depth > kDeep ? 0 : m_random() % (most + 1); times > 0; --times)
                expand(words, i + 1, end, depth + 1, out);
            i = end;
        } else if (word.size() > 1 && word.front() == '$') {
            expandRule(word.substr(1), depth + 1, out);
        } else {
            out += (out.empty() ? "" : " ") + (word.front() == '\\' ? word.substr(1) : word);
        }
    }
}

} // namespace Support
