// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/history/callfilter.h"

#include <array>
#include <utility>

namespace Gateway
{

namespace
{

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kFields = {{
    {"tool", "tool"},
    {"db", "database"},
    {"agent", "agent"},
    {"is", "state"},
    {"code", "code"},
    {"risk", "risk"},
}};

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// SQLite's LIKE with escape '\': ASCII case folds, '%' is anything, '_' one character; here '_'
// never occurs unescaped.
bool like(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t mark = 0;
    while (t < text.size()) {
        const bool isStar = p < pattern.size() && pattern[p] == '%';
        const std::size_t literal = p + (p < pattern.size() && pattern[p] == '\\' ? 1 : 0);
        if (isStar) {
            star = ++p;
            mark = t;
        } else if (literal < pattern.size() && lower(pattern[literal]) == lower(text[t])) {
            p = literal + 1;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '%')
        ++p;
    return p == pattern.size();
}

std::string escaped(std::string_view word, bool wildcards)
{
    std::string pattern;
    for (const char c : word) {
        if (c == '*' && wildcards) {
            pattern += '%';
            continue;
        }
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern;
}

std::string_view field(const CallRecord &call, std::string_view column)
{
    if (column == "tool")
        return call.tool;
    if (column == "database")
        return call.database;
    if (column == "agent")
        return call.agent;
    if (column == "state")
        return callStateName(call.state);
    if (column == "code")
        return call.code;
    if (column == "risk")
        return riskName(call.risk);
    return call.sql;
}

} // namespace

Base::Result<CallFilter> CallFilter::parse(std::string_view text)
{
    CallFilter filter;
    while (!text.empty()) {
        const auto space = text.find(' ');
        std::string_view word = text.substr(0, space);
        text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
        if (word.empty())
            continue;
        if (filter.m_words.size() == 32)
            return Base::fail(Base::ErrorKind::InvalidArgument, "A filter has at most 32 words.");
        Word parsed;
        if (word.front() == '-' && word.size() > 1) {
            parsed.negated = true;
            word.remove_prefix(1);
        }
        const auto colon = word.find(':');
        for (const auto &[name, column] : kFields) {
            if (colon != std::string_view::npos && word.substr(0, colon) == name)
                parsed.column = column;
        }
        if (parsed.column.empty()) {
            parsed.column = "sql";
            parsed.pattern = '%' + escaped(word, false) + '%';
        } else {
            parsed.pattern = escaped(word.substr(colon + 1), true);
        }
        filter.m_words.push_back(std::move(parsed));
    }
    return filter;
}

bool CallFilter::matches(const CallRecord &call) const
{
    for (const Word &word : m_words) {
        if (like(word.pattern, field(call, word.column)) == word.negated)
            return false;
    }
    return true;
}

std::string CallFilter::condition() const
{
    if (m_words.empty())
        return "1";
    std::string condition;
    for (const Word &word : m_words) {
        if (!condition.empty())
            condition += " AND ";
        condition
            += word.column + (word.negated ? " NOT LIKE ? ESCAPE '\\'" : " LIKE ? ESCAPE '\\'");
    }
    return condition;
}

std::vector<std::string> CallFilter::parameters() const
{
    std::vector<std::string> parameters;
    for (const Word &word : m_words)
        parameters.push_back(word.pattern);
    return parameters;
}

} // namespace Gateway
