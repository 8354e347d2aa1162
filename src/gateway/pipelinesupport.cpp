// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/pipeline.h"

#include "base/ids.h"
#include "base/secret.h"

#include <algorithm>

// What stands beside the path of a call: arriving, leaving, waiting, consent, repeated calls.

namespace Gateway
{

using Base::ErrorKind;

namespace
{

constexpr std::size_t kMostConsents = 8; // open at once
constexpr std::size_t kMostUnderConsent = 32; // calls that wait for one of them
constexpr std::size_t kMostOfOneAgent = 256; // open calls, so that one cannot use up all
constexpr Base::Millis kConsentPause = 600'000;

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
    const CallId id = m_next++;
    const bool progress = request.reportsProgress;
    std::string key = request.principal.id + '\n' + request.tool + '\n'
        + Base::sha256Hex(Base::dumpJson(request.arguments));
    if (const CallPtr same = openCall(key)) {
        addWaiter(same, newWaiter(id, progress, std::move(reply), std::move(report)));
        if (same->detail.record.state == CallState::Waiting)
            m_room.enter(same);
        return id;
    }
    if (request.tool != kApprovalWait) {
        const auto granted = [this](const std::string &grantId) {
            return m_parts.identity.current(grantId).has_value();
        };
        if (auto kept = m_kept.byKey(key, granted)) {
            reply(std::move(*kept));
            return id;
        }
    }
    const CallPtr call = newCall(std::move(request), std::move(key));
    addWaiter(call, newWaiter(id, progress, std::move(reply), std::move(report)));
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

Pipeline::CallPtr Pipeline::newCall(Mcp::ToolCall request, std::string key)
{
    auto call = std::make_shared<ActiveCall>();
    call->arrived = call->entered = Steady::now();
    call->key = std::move(key);
    call->tool = find(request.tool);
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

Waiter Pipeline::newWaiter(CallId id, bool progress, Reply reply, Report report) const
{
    Waiter waiter;
    waiter.id = id;
    waiter.reply = std::move(reply);
    waiter.report = std::move(report);
    waiter.reportsProgress = progress;
    waiter.since = Steady::now();
    waiter.nextReport = waiter.since;
    const Settings &settings = m_parts.settings;
    waiter.until = waiter.since
        + std::chrono::milliseconds(progress ? settings.progressHold : settings.approvalHold);
    return waiter;
}

void Pipeline::addWaiter(const CallPtr &call, Waiter waiter)
{
    m_byRequest.emplace(waiter.id, call);
    call->waiters.push_back(std::move(waiter));
}

void Pipeline::givePending(const CallPtr &call, const Waiter &waiter)
{
    m_byRequest.erase(waiter.id);
    const auto approval = m_parts.approvals.find(call->detail.approvalId);
    if (!approval)
        return;
    call->pendingGiven = true;
    // Several calls may wait under one consent: each is fetched by its own id.
    const bool shared = approval->kind == "consent";
    waiter.reply(pendingResult(call->detail.record.id,
                               shared ? call->detail.record.id : approval->id,
                               approval->expiresAt));
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
    std::erase_if(call->waiters, [id](const Waiter &waiter) { return waiter.id == id; });
    call->pendingGiven = true;
}

void Pipeline::enter(const CallPtr &call, CallState state)
{
    call->entered = Steady::now();
    call->detail.record.state = state;
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

// The world may have changed while a person thought: the grant, its permissions, the panic switch.
bool Pipeline::mayStillRun(const CallPtr &call)
{
    const auto grant = m_parts.identity.current(call->grant.id);
    if (!grant) {
        fail(call,
             {ErrorKind::NotGranted,
              "This agent's grant has ended.",
              "The person can make a new one in Turso Companion.",
              {}});
        return false;
    }
    if (m_readOnly && call->plan.changes) {
        fail(call,
             {ErrorKind::ReadOnlyMode,
              "Everything is read-only at the moment, for every agent.",
              "The person switched this on in Turso Companion and can lift it there.",
              {}});
        return false;
    }
    if (call->cancel.isCancelled()) {
        fail(call, {ErrorKind::Cancelled, "The agent no longer wants the answer.", {}, {}});
        return false;
    }
    call->grant = *grant;
    return true;
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

void Pipeline::grantRevoked(const std::string &grantId)
{
    m_parts.rules.dropGrant(grantId);
    m_kept.dropGrant(grantId);
    const auto open = m_open;
    for (const auto &[id, call] : open) {
        if (call->grant.id != grantId || call->finished)
            continue;
        call->cancel.cancel();
        if (call->detail.record.state == CallState::Waiting)
            fail(call,
                 {ErrorKind::NotGranted,
                  "This agent's grant has ended.",
                  "The person can make a new one in Turso Companion.",
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

void Pipeline::waitForApproval(const CallPtr &call)
{
    const std::string wanted
        = Base::stringMember(call->request.arguments, "approval_id").value_or(std::string());
    call->detail.record.decision = "allowed";
    if (auto kept = m_kept.byApproval(wanted, call->request.principal.id))
        return finish(call, *kept);
    for (const auto &[id, other] : m_open) {
        const auto &asked = other->approvalIds;
        if (std::find(asked.begin(), asked.end(), wanted) == asked.end()
            || other->request.principal.id != call->request.principal.id)
            continue;
        // Its waiter moves over; its own record ends when the answer does.
        enter(call, CallState::Running);
        const CallPtr original = other;
        for (Waiter &waiter : std::exchange(call->waiters, {})) {
            m_byRequest.erase(waiter.id);
            waiter.pickup = call;
            waiter.until = waiter.since + std::chrono::milliseconds(m_parts.settings.approvalHold);
            waiter.reply = [this, call, reply = waiter.reply](const Mcp::ToolResult &result) {
                if (!call->finished)
                    finish(call, result);
                reply(result);
            };
            addWaiter(original, std::move(waiter));
        }
        original->pendingGiven = true;
        if (original->detail.record.state == CallState::Waiting)
            m_room.enter(original);
        return;
    }
    fail(call,
         {ErrorKind::NotFound,
          "There is no approval \"" + wanted + "\" of yours that is waiting.",
          "If it ended more than an hour ago, look at the data before you try again.",
          {}});
}

void Pipeline::askConsent(const CallPtr &call)
{
    const Mcp::Principal &principal = call->request.principal;
    const Base::Error notLetIn{ErrorKind::NotGranted,
                               "This agent has not been let in by the person.",
                               "The person can let it in from Turso Companion.",
                               {}};
    const auto refused = m_consentRefused.find(principal.id);
    if (refused != m_consentRefused.end() && refused->second > m_parts.clock.now())
        return fail(call, notLetIn);
    if (!m_consents.contains(principal.id) && m_consents.size() >= kMostConsents)
        return fail(call, notLetIn);
    Consent &consent = m_consents[principal.id];
    std::erase_if(consent.calls, [](const CallPtr &other) { return other->finished; });
    if (consent.calls.size() >= kMostUnderConsent)
        return fail(call,
                    {ErrorKind::LimitExceeded,
                     "Too many calls wait for the person to let this agent in.",
                     "Wait for the answer.",
                     {}});
    if (consent.approvalId.empty()) {
        Approval question;
        question.kind = "consent";
        question.callId = call->detail.record.id;
        question.agent = principal.agent;
        question.program = call->detail.program;
        question.tool = call->request.tool;
        question.connection = "workspace";
        question.sentence = principal.agent + " wants to work with your databases";
        question.context = "It has not been let in yet.";
        question.risk = Risk::Change;
        question.undo = "You can take it back at any time.";
        const auto asked
            = m_parts.approvals.ask(std::move(question), [this, principal](const Answer &answer) {
                  consentAnswered(principal, answer);
              });
        if (!asked) {
            m_consents.erase(principal.id);
            return fail(call, asked.error());
        }
        consent.approvalId = asked->id;
    }
    consent.calls.push_back(call);
    call->approvalIds.push_back(consent.approvalId);
    call->detail.approvalId = consent.approvalId;
    call->detail.record.rule = "The agent has no grant yet.";
    enter(call, CallState::Waiting);
    m_room.enter(call);
}

void Pipeline::consentAnswered(const Mcp::Principal &principal, const Answer &answer)
{
    const Consent consent = std::exchange(m_consents[principal.id], {});
    m_consents.erase(principal.id);
    Base::Error refusal{
        answer.state == ApprovalState::Expired ? ErrorKind::ApprovalExpired : ErrorKind::NotGranted,
        answer.message.empty() ? "The person did not let this agent in." : answer.message,
        "Ask the person.",
        {}};
    bool granted = false;
    if (answer.state == ApprovalState::Approved && answer.grant) {
        const auto grant = m_parts.identity.grantTo(principal, *answer.grant);
        granted = grant.has_value();
        if (granted)
            Q_EMIT grantCreated(*grant);
        else
            refusal = grant.error();
    } else if (answer.state == ApprovalState::Denied) {
        m_consentRefused[principal.id] = m_parts.clock.now() + kConsentPause;
    }
    for (const CallPtr &call : consent.calls) {
        if (call->finished)
            continue;
        m_room.leave(call);
        call->detail.record.waitMs += elapsedMs(call->entered);
        call->detail.record.decision = answer.state == ApprovalState::Expired ? "expired"
            : granted                                                         ? ""
                                                                              : "denied";
        if (!granted) {
            fail(call, refusal);
            continue;
        }
        enter(call, CallState::Judging);
        findGrant(call);
    }
}

} // namespace Gateway
