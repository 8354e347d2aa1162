// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/grants/identity.h"
#include "gateway/pipeline.h"
#include "mcp/server/resource.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace Gateway
{

/// What a principal may look at without anybody being asked: its live grants that are not paused
/// and whose `read` is on.
class Reach
{
public:
    Reach(const Identity &identity, const Mcp::Principal &principal, const std::string &connection);

    bool isEmpty() const { return m_grants.empty(); }
    bool covers(const std::string &database, const std::string &group) const;
    /// Whether some group's database of this name would be covered.
    bool mayCover(const std::string &database) const;
    /// Changes with the grants.
    std::string key() const;

private:
    std::vector<Grant> m_grants;
};

struct Named {
    std::string name;
    std::string group = {}; ///< of a database
};

/// The names of databases and tables that a principal may see, read through the pipeline without
/// ever asking: where a person would have to be asked, there are none. Keeps what it has read for
/// ten seconds, so that typing does not read a database letter by letter.
class Names
{
public:
    using Found = std::function<void(const std::vector<Named> &)>;

    /// Both must outlive this.
    Names(Pipeline &pipeline, const Identity &identity)
        : m_pipeline(pipeline)
        , m_identity(identity)
    {
    }

    /// `found` runs once, perhaps before this returns, unless the pipeline's call that is returned
    /// is cancelled (0: there is none). `tool`: kListResources or kComplete.
    Pipeline::CallId databases(const Mcp::Caller &caller, const char *tool, Found found);
    Pipeline::CallId tables(const Mcp::Caller &caller, const char *tool,
                            const std::string &database, Found found);

    Reach reach(const Mcp::Principal &principal, const std::string &connection) const
    {
        return {m_identity, principal, connection};
    }
    /// The connections that the principal has a live grant for, the one of its first grant first.
    std::vector<std::string> connections(const Mcp::Principal &principal) const;
    /// Where the names of databases and tables are looked up: the first of them.
    std::string connection(const Mcp::Principal &principal) const;
    /// The person has paused all that this principal was granted.
    bool isPaused(const Mcp::Principal &principal) const { return m_identity.isPaused(principal); }
    /// Something has changed.
    void forget() { m_kept.clear(); }

private:
    struct Kept {
        std::vector<Named> names;
        Steady::time_point at;
    };
    Pipeline::CallId ask(const Mcp::Caller &caller, const char *tool, const std::string &database,
                         Found found);
    void answer(const std::string &key, const Mcp::Principal &principal,
                const std::string &database, const Mcp::Outcome &outcome, const Found &found);
    std::string keyOf(const Mcp::Principal &principal, const std::string &database) const;

    Pipeline &m_pipeline;
    const Identity &m_identity;
    std::map<std::string, Kept> m_kept;
};

/// Those that begin with `value`, then those that have it inside, ignoring case; at most 100.
Mcp::Completion completed(const std::vector<Named> &names, const std::string &value);

} // namespace Gateway
