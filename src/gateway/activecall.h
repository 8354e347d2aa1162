// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/approvals/rules.h"
#include "gateway/grants/needs.h"
#include "gateway/tools/tool.h"
#include "gateway/values.h"
#include "mcp/server/toolgate.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Gateway
{

using Steady = std::chrono::steady_clock;
inline constexpr Steady::time_point kNever = Steady::time_point::max();

/// One agent's request that waits for a call's answer. Several may wait for the same call.
struct Waiter {
    Mcp::ToolGate::CallId id = 0;
    Mcp::ToolGate::Reply reply;
    Mcp::ToolGate::Report report;
    bool reportsProgress = false;
    bool takesTask = false; ///< waits as a task: told once, and never answered pending_approval
    bool isTold = false; ///< that the person is being waited for
    std::string status = {}; ///< the last Deferral's message
    std::shared_ptr<struct ActiveCall> pickup
        = {}; ///< the approval_wait call whose answer this is, if it is one
    Steady::time_point since = {};
    Steady::time_point until = {}; ///< then it is answered pending_approval; kNever: never
    Steady::time_point nextReport = {};
    int reports = 0;
};

/// A call on its way through the pipeline. Owned by the pipeline until finish().
struct ActiveCall {
    CallDetail detail;
    Mcp::ToolCall request;
    std::string key; ///< same grant, tool and arguments: the same question
    const Tool *tool = nullptr;
    std::vector<Grant> granted = {}; ///< what the agent may use at all
    std::vector<Grant> candidates; ///< of these, what would do, before the database is known
    Grant grant;
    std::shared_ptr<Turso::Platform> platform
        = {}; ///< of the grant's connection; kept while it runs
    Plan plan;
    RuleSubject subject;
    std::optional<std::string> databaseGroup = {}; ///< where it was looked up
    std::vector<Waiter> waiters;

    std::vector<std::string>
        approvalIds; ///< the questions asked about it: a consent may come before the call's own
    bool finished = false;
    bool durable = false; ///< on record before it ran; its outcome goes there the same way
    bool pendingGiven = false; ///< the agent was told to come back with approval_wait
    bool approved = false; ///< by the person, this very call
    std::optional<std::int64_t> approvedRows = {}; ///< what the person saw; no more may change
    Base::CancelToken cancel = {};

    Steady::time_point arrived = {};
    Steady::time_point entered = {}; ///< the present state
};

/// What the call needs of its grant; the plan must be there.
inline Needs needsOf(const ActiveCall &call)
{
    Needs needs{{call.plan.permission}, call.plan.database, call.databaseGroup, call.plan.group};
    needs.permissions.insert(needs.permissions.end(), call.plan.further.begin(),
                             call.plan.further.end());
    return needs;
}

/// Payloads longer than this are not kept in the history.
inline constexpr std::size_t kMostKept = 64UL * 1024;

/// Milliseconds from `from` to now.
inline double elapsedMs(Steady::time_point from)
{
    return std::chrono::duration<double, std::milli>(Steady::now() - from).count();
}

} // namespace Gateway
