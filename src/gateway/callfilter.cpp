// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/callfilter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace Gateway
{

namespace
{

struct Field {
    std::string_view name;
    std::string_view column;
    bool whole; ///< the value is all of the column, not a part of it
};
constexpr std::array<Field, 7> kFields = {{
    {"tool", "tool", false},
    {"db", "database", false},
    {"agent", "agent", false},
    {"code", "code", false},
    {"text", "sql", false},
    {"is", "state", true},
    {"risk", "risk", true},
}};

const Field *findField(std::string_view name)
{
    const auto it = std::find_if(kFields.begin(), kFields.end(),
                                 [name](const Field &one) { return one.name == name; });
    return it == kFields.end() ? nullptr : &*it;
}

// "color" in "color:red" was meant as a field, "12" in "12:30" was not.
bool looksLikeField(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
}

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

std::string escaped(std::string_view word)
{
    std::string pattern;
    for (const char c : word) {
        if (c == '*') {
            pattern += '%';
            continue;
        }
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern;
}

std::string_view columnOf(const CallRecord &call, std::string_view column)
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
        const std::string_view name
            = colon == std::string_view::npos ? std::string_view() : word.substr(0, colon);
        const Field *field = findField(name);
        if (!field && looksLikeField(name))
            return Base::fail(Base::ErrorKind::InvalidArgument,
                              "There is no \"" + std::string(name) + ":\".",
                              "Known are agent: tool: db: is: code: risk: text:");
        parsed.column = field ? field->column : "sql";
        parsed.pattern = escaped(field ? word.substr(colon + 1) : word);
        if (!field || !field->whole)
            parsed.pattern = '%' + parsed.pattern + '%';
        filter.m_words.push_back(std::move(parsed));
    }
    return filter;
}

bool CallFilter::matches(const CallRecord &call) const
{
    for (const Word &word : m_words) {
        const bool found = like(word.pattern, columnOf(call, word.column))
            || (word.column == "state" && like(word.pattern, call.decision));
        if (found == word.negated)
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
        condition += word.negated ? "NOT (" : "(";
        condition += word.column + " LIKE ? ESCAPE '\\'";
        if (word.column == "state")
            condition += " OR decision LIKE ? ESCAPE '\\'";
        condition += ')';
    }
    return condition;
}

std::vector<std::string> CallFilter::parameters() const
{
    std::vector<std::string> parameters;
    for (const Word &word : m_words) {
        parameters.push_back(word.pattern);
        if (word.column == "state")
            parameters.push_back(word.pattern);
    }
    return parameters;
}

} // namespace Gateway
