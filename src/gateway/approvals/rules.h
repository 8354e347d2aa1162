// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "gateway/values.h"

#include <string>
#include <vector>

namespace Gateway
{

/// A remembered yes: for one agent's grant, in one database, for one tool, until a time.
struct Rule {
    std::string id;
    std::string grantId;
    std::string tool;
    std::string database;
    Remember::Scope scope = Remember::Scope::Statement;
    std::string subject; ///< the statement's shape, or the table; empty for the database
    std::vector<std::string> tables
        = {}; ///< with a shape: of each statement, since a shape alone may not name them
    Base::Millis expiresAt = 0;
};

/// What a call is measured against.
struct RuleSubject {
    std::string grantId;
    std::string tool;
    std::string database;
    std::string shape; ///< normalised text of all its statements
    std::vector<std::string>
        tables; ///< of each statement; a rule for a table needs all to be that table
};

/// The remembered answers of this run of the app: they live in memory only and end with it, and
/// with their grant. One thread.
class Rules
{
public:
    explicit Rules(const Base::Clock &clock)
        : m_clock(clock)
    {
    }

    Rule add(const Remember &remember, const RuleSubject &subject);
    /// The id of a live rule that covers the call, or empty.
    std::string matching(const RuleSubject &subject);
    void dropGrant(const std::string &grantId);

private:
    const Base::Clock &m_clock;
    std::vector<Rule> m_rules;
};

} // namespace Gateway
