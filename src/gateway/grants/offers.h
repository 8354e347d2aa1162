// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "gateway/approvals/approvalqueue.h"
#include "gateway/connections.h"
#include "gateway/grants/grantstore.h"
#include "turso/platform.h"

#include <QObject>

#include <map>
#include <string>
#include <vector>

namespace Gateway
{

/// What a refused call lacked, and whose call it was.
struct Want {
    Offer offer;
    std::string callId;
    std::string agent;
    std::string program; ///< one line: how we know who asks
    std::string tool;
    std::string database; ///< that the call was about, or empty
    std::string reason; ///< the agent's own claim
};

/// Offers to add to a grant what a call was refused for: questions for the person that no call
/// waits for. One at most for each grant and thing, a few for each grant, and none for a while once
/// the person has left two of them unanswered or said no. Never for what does not exist: the agent
/// cannot tell, and the person is not asked in vain. One thread.
class Offers final : public QObject
{
    Q_OBJECT
public:
    static constexpr std::size_t kMostOpen = 8;
    static constexpr std::size_t kMostOfOneGrant = 2;
    /// Denied or unanswered offers of one grant in a row, after which it rests for kRest.
    static constexpr int kMostUnheeded = 2;
    static constexpr Base::Millis kRest = 3'600'000;

    /// All must outlive this.
    Offers(const GrantStore &grants, ApprovalQueue &approvals, const Connections &connections,
           const Base::Clock &clock)
        : m_grants(grants)
        , m_approvals(approvals)
        , m_connections(connections)
        , m_clock(clock)
    {
    }

    /// Looks whether the offer makes sense, and puts it; later, if it has to look first.
    void consider(const Want &want);
    /// The grant has changed: what it has now is no longer offered, nor what would now mean
    /// something else than the person reads; nothing is, where something was taken away.
    void review(const std::string &grantId, bool isNarrowed);
    /// The grant is gone.
    void forget(const std::string &grantId);

Q_SIGNALS:
    /// The person said yes: the change is exactly this one.
    void accepted(const std::string &grantId, const Gateway::GrantChange &change);

private:
    struct Open {
        std::string approvalId;
        Offer offer;
        std::string meaning; ///< what the person was told that a yes comes to
    };
    struct Tally {
        std::vector<Open> open;
        int unheeded = 0;
        Base::Millis restsUntil = 0;
        bool isLooking = false; ///< one at a time: an agent may guess many names
    };
    bool mayOffer(const Want &want);
    void put(const Want &want, const Grant &grant);
    void answered(const std::string &approvalId, const Offer &offer, const Answer &answer);

    const GrantStore &m_grants;
    ApprovalQueue &m_approvals;
    const Connections &m_connections;
    const Base::Clock &m_clock;
    std::map<std::string, Tally> m_tallies; // by grant
};

/// The change that an offer is about, for the grant as it is now; nothing if it has that already.
std::optional<GrantChange> changeOf(const Offer &offer, const Grant &grant);

} // namespace Gateway
