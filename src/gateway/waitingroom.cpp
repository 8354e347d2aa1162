// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/waitingroom.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace Gateway
{

namespace
{

constexpr char kWaiting[] = "Waiting for the person's answer in Turso Companion";
constexpr char kRunning[] = "Running";
constexpr Base::Millis kQuarter = 15 * 60'000;

} // namespace

WaitingRoom::WaitingRoom(const Settings &settings, GiveUp giveUp)
    : m_settings(settings)
    , m_giveUp(std::move(giveUp))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &WaitingRoom::look);
}

void WaitingRoom::enter(const CallPtr &call)
{
    m_calls.insert(call);
    look();
}

void WaitingRoom::leave(const CallPtr &call)
{
    m_calls.erase(call);
    if (m_calls.empty())
        m_timer.stop();
}

void WaitingRoom::defer(Waiter &waiter, const char *status) const
{
    if (waiter.status == status)
        return;
    waiter.status = status;
    // A person who reads may put each question off for a quarter of an hour; a consent and the
    // call's own question can follow each other; and there must be time to fetch the answer.
    const Base::Millis question = std::max(m_settings.approvalDeadline, kQuarter);
    if (waiter.report)
        waiter.report(Mcp::Deferral{status, std::chrono::milliseconds(2 * question + kQuarter)});
}

void WaitingRoom::tellRunning(const CallPtr &call) const
{
    for (Waiter &waiter : call->waiters) {
        if (!waiter.status.empty())
            defer(waiter, kRunning);
    }
}

void WaitingRoom::tell(Waiter &waiter, const CallPtr &call) const
{
    if (waiter.takesTask)
        return defer(waiter, kWaiting);
    if (waiter.isTold || !waiter.reportsProgress)
        return;
    waiter.isTold = true;
    if (waiter.report)
        waiter.report(Mcp::LogMessage{"notice", "approvals",
                                      call->request.tool
                                          + " waits for the person's answer in Turso Companion."});
}

void WaitingRoom::look()
{
    const auto now = Steady::now();
    const std::vector<CallPtr> calls(m_calls.begin(), m_calls.end());
    for (const CallPtr &call : calls)
        lookAt(call, now);
    schedule();
}

void WaitingRoom::lookAt(const CallPtr &call, Steady::time_point now)
{
    std::vector<Waiter> late;
    for (auto it = call->waiters.begin(); it != call->waiters.end();) {
        if (it->until <= now) {
            late.push_back(std::move(*it));
            it = call->waiters.erase(it);
            continue;
        }
        tell(*it, call);
        if (it->reportsProgress && it->nextReport <= now) {
            const auto seconds
                = std::chrono::duration_cast<std::chrono::seconds>(now - it->since).count();
            it->nextReport = now + std::chrono::milliseconds(m_settings.progressEvery);
            ++it->reports;
            if (it->report)
                it->report(
                    Mcp::Progress{static_cast<double>(it->reports),
                                  {},
                                  std::string(kWaiting) + ", " + std::to_string(seconds) + " s"});
        }
        ++it;
    }
    for (Waiter &waiter : late)
        m_giveUp(call, std::move(waiter));
}

void WaitingRoom::schedule()
{
    std::optional<Steady::time_point> next;
    for (const CallPtr &call : m_calls) {
        for (const Waiter &waiter : call->waiters) {
            auto due = waiter.until;
            if (waiter.reportsProgress)
                due = std::min(due, waiter.nextReport);
            if (due != kNever)
                next = next ? std::min(*next, due) : due;
        }
    }
    if (!next) {
        m_timer.stop();
        return;
    }
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(*next - Steady::now());
    m_timer.start(static_cast<int>(std::max<long long>(wait.count() + 1, 1)));
}

} // namespace Gateway
