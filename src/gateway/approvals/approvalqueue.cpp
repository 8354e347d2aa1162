// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/approvals/approvalqueue.h"

#include "base/ids.h"

#include <algorithm>

namespace Gateway
{

namespace
{

using Base::ErrorKind;

constexpr Base::Millis kKeepAnswered = 3'600'000;
constexpr std::size_t kMostAnswered = 1'000;
constexpr Base::Millis kExtension = 60'000;
constexpr Base::Millis kLongest = 15 * 60'000;

} // namespace

ApprovalQueue::ApprovalQueue(const Base::Clock &clock, Base::Millis deadline, std::size_t mostOpen)
    : m_clock(clock)
    , m_deadline(deadline)
    , m_mostOpen(mostOpen)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ApprovalQueue::expireDue);
}

Base::Result<Approval> ApprovalQueue::ask(Approval question, Answered answered)
{
    const bool isOffer = question.kind == kOfferKind;
    const auto isOpen = [](const auto &item) {
        const Approval &approval = item.second.approval;
        return approval.state == ApprovalState::Open && approval.kind != kOfferKind;
    };
    const auto waiting = std::count_if(m_entries.begin(), m_entries.end(), isOpen);
    if (!isOffer && static_cast<std::size_t>(waiting) >= m_mostOpen)
        return Base::fail(ErrorKind::LimitExceeded,
                          "Too many questions are waiting for the person already.",
                          "Wait until some are answered.");
    question.id = Base::newId("approval");
    question.createdAt = m_clock.now();
    question.expiresAt = question.createdAt + m_deadline;
    question.state = ApprovalState::Open;
    m_entries.emplace(question.id, Entry{question, std::move(answered)});
    schedule();
    Q_EMIT changed(question);
    return question;
}

std::vector<Approval> ApprovalQueue::open() const
{
    std::vector<Approval> approvals;
    for (const auto &[id, entry] : m_entries) {
        if (entry.approval.state == ApprovalState::Open)
            approvals.push_back(entry.approval);
    }
    return approvals;
}

std::optional<Approval> ApprovalQueue::find(const std::string &id) const
{
    const auto it = m_entries.find(id);
    if (it == m_entries.end())
        return std::nullopt;
    return it->second.approval;
}

Base::Result<ApprovalQueue::Entry *> ApprovalQueue::openEntry(const std::string &id)
{
    const auto it = m_entries.find(id);
    if (it == m_entries.end())
        return Base::fail(ErrorKind::NotFound, "There is no approval " + id + ".");
    Entry &entry = it->second;
    // The deadline holds even where the timer is late, as after a sleep of the machine.
    if (entry.approval.state == ApprovalState::Open && entry.approval.expiresAt <= m_clock.now())
        finish(entry, Answer{ApprovalState::Expired, {}});
    if (entry.approval.state != ApprovalState::Open)
        return Base::fail(ErrorKind::Denied,
                          "This was answered already: "
                              + std::string(approvalStateName(entry.approval.state)) + ".");
    return &entry;
}

Base::Result<Approval> ApprovalQueue::approve(const std::string &id,
                                              std::optional<Remember> remember,
                                              std::optional<GrantDraft> grant)
{
    const auto entry = openEntry(id);
    if (!entry)
        return tl::unexpected(entry.error());
    const Approval &approval = (*entry)->approval;
    if (remember && !approval.mayRemember)
        return Base::fail(ErrorKind::InvalidArgument, "This answer cannot be remembered.",
                          "Approve it without remembering.");
    if ((approval.kind == "consent") != grant.has_value())
        return Base::fail(ErrorKind::InvalidArgument,
                          grant ? "Only a consent takes permissions."
                                : "A consent needs the permissions to grant.");
    Answer answer{ApprovalState::Approved, {}};
    answer.remember = remember;
    answer.grant = std::move(grant);
    return finish(**entry, std::move(answer));
}

Base::Result<Approval> ApprovalQueue::deny(const std::string &id, std::string message)
{
    const auto entry = openEntry(id);
    if (!entry)
        return tl::unexpected(entry.error());
    return finish(**entry, Answer{ApprovalState::Denied, std::move(message)});
}

Base::Result<Approval> ApprovalQueue::extend(const std::string &id)
{
    const auto entry = openEntry(id);
    if (!entry)
        return tl::unexpected(entry.error());
    Approval &approval = (*entry)->approval;
    const Base::Millis wanted = std::min(m_clock.now() + kExtension, approval.createdAt + kLongest);
    if (wanted > approval.expiresAt) {
        approval.expiresAt = wanted;
        schedule();
        Q_EMIT changed(approval);
    }
    return approval;
}

void ApprovalQueue::withdraw(const std::string &id)
{
    const auto it = m_entries.find(id);
    if (it == m_entries.end() || it->second.approval.state != ApprovalState::Open)
        return;
    it->second.answered = {};
    finish(it->second, Answer{ApprovalState::Withdrawn, {}});
}

Approval ApprovalQueue::finish(Entry &entry, const Answer &answer)
{
    entry.approval.state = answer.state;
    const Answered answered = std::exchange(entry.answered, {});
    const Approval approval = entry.approval;
    m_answered.push_back(approval.id);
    const Base::Millis old = m_clock.now() - kKeepAnswered;
    while (!m_answered.empty()) {
        const auto it = m_entries.find(m_answered.front());
        const bool drop = it == m_entries.end() || m_answered.size() > kMostAnswered
            || it->second.approval.createdAt < old;
        if (!drop || it->first == approval.id)
            break;
        if (it != m_entries.end())
            m_entries.erase(it);
        m_answered.pop_front();
    }
    // What was shown is no longer needed, and may be large; the history has the call.
    entry.approval.sql = entry.approval.impact = entry.approval.reason = std::string();
    schedule();
    Q_EMIT changed(approval);
    if (answered)
        answered(answer);
    return approval;
}

void ApprovalQueue::expireDue()
{
    const Base::Millis now = m_clock.now();
    std::vector<std::string> due;
    for (const auto &[id, entry] : m_entries) {
        if (entry.approval.state == ApprovalState::Open && entry.approval.expiresAt <= now)
            due.push_back(id);
    }
    for (const std::string &id : due) {
        const auto it = m_entries.find(id);
        if (it != m_entries.end() && it->second.approval.state == ApprovalState::Open)
            finish(it->second, Answer{ApprovalState::Expired, {}});
    }
    schedule();
}

void ApprovalQueue::schedule()
{
    std::optional<Base::Millis> next;
    for (const auto &[id, entry] : m_entries) {
        if (entry.approval.state == ApprovalState::Open)
            next = std::min(next.value_or(entry.approval.expiresAt), entry.approval.expiresAt);
    }
    if (!next)
        m_timer.stop();
    else
        m_timer.start(static_cast<int>(std::clamp<Base::Millis>(*next - m_clock.now(), 0, 60'000)));
}

} // namespace Gateway
