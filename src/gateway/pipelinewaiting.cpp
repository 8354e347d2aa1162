// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/pipeline.h"

#include <algorithm>

// Whoever waits for a call: agents that come back for an answer, and those that are not let in yet.

namespace Gateway
{

using Base::ErrorKind;

namespace
{

constexpr std::size_t kMostConsents = 8; // open at once
constexpr std::size_t kMostUnderConsent = 32; // calls that wait for one of them
constexpr Base::Millis kConsentPause = 600'000;

} // namespace

Waiter Pipeline::newWaiter(CallId id, const Mcp::ToolCall &request, Reply reply,
                           Report report) const
{
    Waiter waiter;
    waiter.id = id;
    waiter.reply = std::move(reply);
    waiter.report = std::move(report);
    waiter.takesTask = request.capabilities.tasks;
    waiter.reportsProgress = request.reportsProgress && !waiter.takesTask;
    waiter.since = Steady::now();
    waiter.nextReport = waiter.since;
    const Settings &settings = m_parts.settings;
    if (waiter.takesTask) // the question's own deadline ends it
        waiter.until = kNever;
    else
        waiter.until = waiter.since
            + std::chrono::milliseconds(waiter.reportsProgress ? settings.progressHold
                                                               : settings.approvalHold);
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

void Pipeline::waitForApproval(const CallPtr &call)
{
    const std::string wanted
        = Base::stringMember(call->request.arguments, "approval_id").value_or(std::string());
    call->detail.record.decision = "allowed";
    if (auto kept = m_kept.byApproval(wanted, call->request.principal.id, objections()))
        return *kept ? finish(call, **kept) : fail(call, kept->error());
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
            if (!waiter.takesTask)
                waiter.until
                    = waiter.since + std::chrono::milliseconds(m_parts.settings.approvalHold);
            waiter.reply = [this, call, reply = waiter.reply](Mcp::Outcome outcome) {
                const auto *result = std::get_if<Mcp::ToolResult>(&outcome);
                if (result && !call->finished)
                    finish(call, *result);
                reply(std::move(outcome));
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
        question.asker = m_parts.identity.asker(principal);
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
