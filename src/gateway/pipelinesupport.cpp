// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/pipeline.h"

#include "base/ids.h"
#include "base/secret.h"
#include "gateway/content/contenttools.h"

#include <algorithm>

// What stands beside the path of a call: arriving, leaving, repeated calls, the panic switch.

namespace Gateway
{

using Base::ErrorKind;

namespace
{

constexpr std::size_t kMostOfOneAgent = 256; // open calls, so that one cannot use up all

CallState stateFor(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Denied:
    case ErrorKind::ApprovalExpired:
        return CallState::Denied;
    case ErrorKind::Cancelled:
        return CallState::Cancelled;
    default:
        return Base::isRefusal(kind) ? CallState::Refused : CallState::Failed;
    }
}

} // namespace

Pipeline::Pipeline(Parts parts)
    : m_parts(parts)
    , m_tools(allTools(parts.settings))
    , m_contentTools(contentTools(parts.settings))
    , m_room(parts.settings,
             [this](const CallPtr &call, const Waiter &waiter) { givePending(call, waiter); })
{
    for (const Tool &tool : m_tools)
        m_byName.emplace(tool.description.name, &tool);
}

std::vector<Mcp::ToolDescription> Pipeline::tools(const Mcp::Principal &) const
{
    // All of them, whatever the grant: a list that changes with it would go stale in most hosts.
    std::vector<Mcp::ToolDescription> descriptions;
    for (const Tool &tool : m_tools)
        descriptions.push_back(tool.description);
    return descriptions;
}

Pipeline::~Pipeline()
{
    const auto open = m_open;
    for (const auto &[id, call] : open) {
        call->durable = false; // nobody waits for the disk any more; the history writes what it has
                               // when it goes
        fail(call, {ErrorKind::Cancelled, "The app ended before this call did.", {}, {}});
    }
}

bool Pipeline::hasTool(const std::string &name) const
{
    return find(name) != nullptr;
}

const Tool *Pipeline::find(const std::string &name) const
{
    const auto it = m_byName.find(name);
    return it == m_byName.end() ? nullptr : it->second;
}

Mcp::ToolGate::CallId Pipeline::begin(Mcp::ToolCall request, Reply reply, Report report)
{
    const Tool *tool = find(request.tool);
    return admit(tool, std::move(request), std::move(reply), std::move(report));
}

Mcp::ToolGate::CallId Pipeline::beginContent(const Mcp::Caller &caller, const char *tool,
                                             Base::Json arguments, Reply reply)
{
    Mcp::ToolCall request;
    static_cast<Mcp::Caller &>(request) = caller;
    request.capabilities.tasks = false; // only a tool call may become a task
    request.tool = tool;
    request.arguments = std::move(arguments);
    const auto known = std::find_if(m_contentTools.begin(), m_contentTools.end(),
                                    [&](const Tool &one) { return one.description.name == tool; });
    return admit(known == m_contentTools.end() ? nullptr : &*known, std::move(request),
                 std::move(reply), {});
}

Mcp::ToolGate::CallId Pipeline::admit(const Tool *tool, Mcp::ToolCall request, Reply reply,
                                      Report report)
{
    const CallId id = m_next++;
    Waiter waiter = newWaiter(id, request, std::move(reply), std::move(report));
    std::string key = request.principal.id + '\n' + request.tool + '\n'
        + Base::sha256Hex(Base::dumpJson(request.arguments));
    if (const CallPtr same = openCall(key)) {
        addWaiter(same, std::move(waiter));
        if (same->detail.record.state == CallState::Waiting)
            m_room.enter(same);
        return id;
    }
    if (request.tool != kApprovalWait) {
        if (auto kept = m_kept.byKey(key, objections())) {
            waiter.reply(*kept);
            return id;
        }
    }
    const CallPtr call = newCall(tool, std::move(request), std::move(key));
    addWaiter(call, std::move(waiter));
    if (!call->tool) {
        fail(call, {ErrorKind::InvalidArgument, "There is no tool of that name.", {}, {}});
    } else if (m_open.size() > m_parts.settings.maxOpenCalls
               || openOf(call->request.principal.id) > kMostOfOneAgent) {
        fail(call,
             {ErrorKind::LimitExceeded,
              "Too many calls are running at once.",
              "Wait for some to finish.",
              {}});
    } else {
        findGrant(call);
    }
    return id;
}

Pipeline::CallPtr Pipeline::newCall(const Tool *tool, Mcp::ToolCall request, std::string key)
{
    auto call = std::make_shared<ActiveCall>();
    call->arrived = call->entered = Steady::now();
    call->key = std::move(key);
    call->tool = tool;
    CallRecord &record = call->detail.record;
    record.id = Base::newId("call");
    record.startedAt = m_parts.clock.now();
    record.agent = request.principal.agent;
    record.tool = request.tool;
    call->detail.program = m_parts.identity.describe(request.principal);
    call->detail.arguments = Base::dumpJson(request.arguments);
    if (call->detail.arguments.size() > kMostKept)
        call->detail.arguments.clear();
    call->request = std::move(request);
    call->approvalIds.push_back(record.id); // approval_wait takes it as well
    m_open.emplace(record.id, call);
    Q_EMIT callChanged(record);
    return call;
}

std::size_t Pipeline::openOf(const std::string &principalId) const
{
    if (m_open.size() <= kMostOfOneAgent)
        return m_open.size();
    return static_cast<std::size_t>(
        std::count_if(m_open.begin(), m_open.end(), [&](const auto &item) {
            return item.second->request.principal.id == principalId;
        }));
}

// Only a call that waits for the person is shared: two equal reads are two reads.
Pipeline::CallPtr Pipeline::openCall(const std::string &key) const
{
    for (const auto &[id, call] : m_open) {
        const CallState state = call->detail.record.state;
        const bool asked = state == CallState::Waiting || state == CallState::Previewing
            || !call->detail.approvalId.empty();
        if (asked && call->key == key && call->tool->description.name != kApprovalWait)
            return call;
    }
    return {};
}

void Pipeline::cancel(CallId id)
{
    const auto it = m_byRequest.find(id);
    if (it == m_byRequest.end())
        return;
    const CallPtr call = it->second;
    m_byRequest.erase(it);
    const auto waiter = std::find_if(call->waiters.begin(), call->waiters.end(),
                                     [id](const Waiter &one) { return one.id == id; });
    if (waiter != call->waiters.end()) {
        const CallPtr pickup = waiter->pickup;
        call->waiters.erase(waiter);
        if (pickup)
            fail(pickup, {ErrorKind::Cancelled, "The agent no longer wants the answer.", {}, {}});
    }
    // Whoever was told to come back may still do so; and a call that others wait for goes on.
    if (call->finished || call->pendingGiven || !call->waiters.empty())
        return;
    call->cancel.cancel();
    if (call->detail.record.state == CallState::Running)
        return; // the engine says how it ended: interrupted and rolled back, or already done
    fail(call, {ErrorKind::Cancelled, "The agent no longer wants the answer.", {}, {}});
}

// The agent hung up without meaning to cancel. It will ask again, and must get this call's answer
// then.
void Pipeline::unheard(CallId id)
{
    const auto it = m_byRequest.find(id);
    if (it == m_byRequest.end())
        return;
    const CallPtr call = it->second;
    m_byRequest.erase(it);
    call->pendingGiven = true;
    const auto waiter = std::find_if(call->waiters.begin(), call->waiters.end(),
                                     [id](const Waiter &one) { return one.id == id; });
    if (waiter == call->waiters.end())
        return;
    const CallPtr pickup = waiter->pickup;
    call->waiters.erase(waiter);
    if (pickup) // its answer stays with the call that it asked for
        fail(pickup, {ErrorKind::Cancelled, "The agent hung up before the answer.", {}, {}});
}

void Pipeline::enter(const CallPtr &call, CallState state)
{
    call->entered = Steady::now();
    call->detail.record.state = state;
    if (state == CallState::Running)
        m_room.tellRunning(call);
    Q_EMIT callChanged(call->detail.record);
}

void Pipeline::fail(const CallPtr &call, const Base::Error &error)
{
    if (call->finished)
        return;
    // A consent stays open: a late yes counts for the agent's next try.
    const auto asked = m_parts.approvals.find(call->detail.approvalId);
    if (asked && asked->kind == "call")
        m_parts.approvals.withdraw(asked->id);
    CallRecord &record = call->detail.record;
    record.state = stateFor(error.kind);
    record.code = Base::wireCode(error.kind);
    if (record.decision.empty())
        record.decision = Base::isRefusal(error.kind) ? "refused" : "allowed";
    finish(call, errorResult(record.id, error));
}

void Pipeline::setReadOnly(bool on)
{
    m_readOnly = on;
    if (!on)
        return;
    const auto open = m_open;
    for (const auto &[id, call] : open) {
        // A consent may go on: what it lets in is judged when it has been given.
        const auto asked = m_parts.approvals.find(call->detail.approvalId);
        const bool isCall = asked && asked->kind == "call";
        if (call->detail.record.state == CallState::Waiting && isCall && call->plan.changes)
            fail(call,
                 {ErrorKind::ReadOnlyMode,
                  "Everything is read-only at the moment, for every agent.",
                  "The person switched this on in Turso Companion and can lift it there.",
                  {}});
    }
}

std::vector<CallRecord> Pipeline::running() const
{
    std::vector<CallRecord> calls;
    for (const auto &[id, call] : m_open)
        calls.push_back(call->detail.record);
    return calls;
}

std::optional<CallDetail> Pipeline::detail(const std::string &callId) const
{
    const auto it = m_open.find(callId);
    if (it == m_open.end())
        return std::nullopt;
    return it->second->detail;
}

} // namespace Gateway
