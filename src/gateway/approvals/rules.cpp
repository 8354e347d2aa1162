// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/approvals/rules.h"

#include "base/ids.h"

#include <algorithm>

namespace Gateway
{

namespace
{

// The one table that every statement is about, or empty.
std::string onlyTable(const std::vector<std::string> &tables)
{
    if (tables.empty() || tables.front().empty())
        return {};
    const bool same = std::all_of(tables.begin(), tables.end(), [&](const std::string &table) {
        return table == tables.front();
    });
    return same ? tables.front() : std::string();
}

bool holds(const Rule &rule, const RuleSubject &subject)
{
    if (rule.grantId != subject.grantId || rule.tool != subject.tool
        || rule.database != subject.database)
        return false;
    switch (rule.scope) {
    case Remember::Scope::Statement:
        return !rule.subject.empty() && rule.subject == subject.shape
            && rule.tables == subject.tables;
    case Remember::Scope::Table:
        return !rule.subject.empty() && rule.subject == onlyTable(subject.tables);
    case Remember::Scope::Database:
        return true;
    }
    return false;
}

} // namespace

Rule Rules::add(const Remember &remember, const RuleSubject &subject)
{
    Rule rule;
    rule.id = Base::newId("rule");
    rule.grantId = subject.grantId;
    rule.tool = subject.tool;
    rule.database = subject.database;
    rule.scope = remember.scope;
    if (remember.scope == Remember::Scope::Statement)
        rule.subject = subject.shape;
    else if (remember.scope == Remember::Scope::Table)
        rule.subject = onlyTable(subject.tables);
    rule.tables = subject.tables;
    rule.expiresAt = m_clock.now() + remember.duration;
    m_rules.push_back(rule);
    return rule;
}

std::string Rules::matching(const RuleSubject &subject)
{
    const Base::Millis now = m_clock.now();
    std::erase_if(m_rules, [now](const Rule &rule) { return rule.expiresAt <= now; });
    const auto it = std::find_if(m_rules.begin(), m_rules.end(),
                                 [&](const Rule &rule) { return holds(rule, subject); });
    return it == m_rules.end() ? std::string() : it->id;
}

void Rules::dropGrant(const std::string &grantId)
{
    std::erase_if(m_rules, [&](const Rule &rule) { return rule.grantId == grantId; });
}

} // namespace Gateway
