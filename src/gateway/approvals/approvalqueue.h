// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "gateway/values.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace Gateway
{

/// The kind of approval that is no question of a call: see Offers.
inline constexpr char kOfferKind[] = "widen";

/// How a question ended.
struct Answer {
    ApprovalState state = ApprovalState::Expired;
    std::string message; ///< the person's words with a denial
    std::optional<Remember> remember = {}; ///< with an approval
    std::optional<GrantDraft> grant = {}; ///< with an approved consent
};

/// The questions that wait for a person. Each is answered exactly once: approved, denied, expired
/// by its deadline (which means no) or withdrawn by who asked. Keeps answered ones for an hour so
/// that they can be looked up. One thread; one timer that runs only while a question is open.
class ApprovalQueue : public QObject
{
    Q_OBJECT
public:
    using Answered = std::function<void(const Answer &)>;

    ApprovalQueue(const Base::Clock &clock, Base::Millis deadline, std::size_t mostOpen);

    /// Puts the question; fills id, times and state. LimitExceeded when too many are open;
    /// offers take no place from questions, and who makes them limits them.
    Base::Result<Approval> ask(Approval question, Answered answered);

    std::vector<Approval> open() const;
    std::optional<Approval> find(const std::string &id) const;

    /// NotFound, or Denied with a sentence when it has been answered already.
    Base::Result<Approval> approve(const std::string &id, std::optional<Remember> remember,
                                   std::optional<GrantDraft> grant);
    Base::Result<Approval> deny(const std::string &id, std::string message);
    Base::Result<Approval> extend(const std::string &id);
    /// Whoever asked no longer needs an answer. `answered` does not run.
    void withdraw(const std::string &id);

Q_SIGNALS:
    void changed(const Gateway::Approval &approval);

private:
    struct Entry {
        Approval approval;
        Answered answered;
    };
    Base::Result<Entry *> openEntry(const std::string &id);
    Approval finish(Entry &entry, const Answer &answer);
    void expireDue();
    void schedule();

    const Base::Clock &m_clock;
    Base::Millis m_deadline;
    std::size_t m_mostOpen;
    std::map<std::string, Entry> m_entries; // ids sort by creation
    std::deque<std::string> m_answered; // oldest first
    QTimer m_timer;
};

} // namespace Gateway
