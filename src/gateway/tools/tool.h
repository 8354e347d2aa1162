// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/permissions.h"
#include "gateway/values.h"
#include "mcp/server/tool.h"
#include "turso/platform.h"

#include <functional>
#include <string>
#include <vector>

namespace Gateway
{

struct Settings;

/// What a call would do, known from its arguments alone: everything that grant and policy must see
/// before anything runs.
struct Plan {
    Permission permission = Permission::Read;
    std::vector<Permission> further = {}; ///< needed as well, as `delete` is for REPLACE
    bool changes = true;
    Risk risk = Risk::Irreversible;
    bool asks = true;
    std::string askReason = {};
    std::string mustType = {}; ///< the name to type before this may be approved

    std::string connection = {}; ///< only this one; agents' tools name none
    std::string database = {}; ///< or empty
    std::string group = {}; ///< asked for by name, or empty
    std::string reason = {}; ///< the agent's own claim

    /// The statements; of a tool without SQL, what it would change, key by key. The person sees it,
    /// and a remembered answer holds for exactly this shape.
    std::string sql = {};
    std::vector<Turso::Sql::Statement> statements = {};
    std::string statementClass = {};
    Turso::Arguments arguments = std::vector<Turso::Value>{};
    Turso::Privilege privilege = Turso::Privilege::Read;
    Turso::Limits limits = {};
    bool dryRun = false;
    bool askAboveRows
        = false; ///< ask when it turns out to change more rows than the setting allows

    Base::Json given = Base::Json::object(); ///< the checked arguments, aliases resolved
};

/// What a tool's run may use beyond its plan.
struct RunContext {
    Turso::Platform &platform; ///< of the grant's connection
    const Grant &grant;
    const Settings &settings;
    std::optional<std::int64_t> maxRowsChanged = {};
    Base::CancelToken cancel = {};
    /// All grants of the agent for this connection that would do, `grant` included.
    std::vector<Grant> candidates = {};
    Base::Millis now = 0;
};

/// What a run yields: the members of structuredContent after `status`, as the text of a JSON
/// object's inside.
struct Yield {
    std::string members; ///< "\"columns\":[...],\"rows\":[...]" without the braces
    bool carriesRows = false; ///< holds data from a database: untrusted
    std::optional<std::int64_t> rows = {};
    std::optional<std::int64_t> affectedRows = {};
};

/// One tool: data first, then two functions. It knows nothing of consent, transport or windows.
struct Tool {
    Mcp::ToolDescription description;
    Permission permission = Permission::Read; ///< the least it needs, checked before its arguments
                                              ///< are looked at; see toolfacts.h
    bool neverAsks = false; ///< refused wherever a person would be asked
    std::function<Base::Result<Plan>(const Base::Json &arguments)> plan;
    std::function<Base::Pending<Yield>(const Plan &plan, const RunContext &context)> run;
};

/// The thirteen, in the order in which they are listed. approval_wait has no run: the pipeline
/// answers it.
std::vector<Tool> allTools(const Settings &settings);

inline constexpr char kApprovalWait[] = "approval_wait";

} // namespace Gateway
