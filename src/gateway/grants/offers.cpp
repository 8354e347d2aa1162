// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/offers.h"

#include <algorithm>
#include <utility>

namespace Gateway
{

namespace
{

// "to write to demo-shop", of a call that lacked the permission.
std::string deed(Permission permission, const std::string &database)
{
    const std::string of = database.empty() ? "your databases" : database;
    switch (permission) {
    case Permission::Read:
        return "read " + of;
    case Permission::Write:
        return "write to " + of;
    case Permission::Delete:
        return "delete rows from " + of;
    case Permission::Schema:
        return "change the schema of " + of;
    case Permission::Create:
        return "create databases";
    case Permission::Branch:
        return "make a branch of " + of;
    case Permission::Configure:
        return "configure " + of;
    case Permission::DeleteDatabase:
        return "delete the database " + of;
    case Permission::Analytics:
        break;
    }
    return "see the query statistics of " + of;
}

std::string reachOf(const Grant &grant)
{
    if (grant.databases.size() == 1)
        return grant.databases.front();
    if (!grant.databases.empty())
        return "its " + std::to_string(grant.databases.size()) + " databases";
    return grant.group.empty() ? "all databases" : "all databases of the group " + grant.group;
}

std::string contextOf(const Offer &offer, const Grant &grant)
{
    if (!offer.permission)
        return "Its grant is for " + reachOf(grant) + ". Adding " + offer.database
            + " lets it do there what it may do with those.";
    const std::string now = grant.permissions == Permissions::readOnly()
        ? "Its grant is read-only."
        : "Its grant does not have \"" + std::string(permissionName(*offer.permission)) + "\".";
    return now + " Allowing it holds for " + reachOf(grant) + '.';
}

// What a yes comes to, beside the offer itself: where it holds, or what may be done there.
std::string meaningOf(const Offer &offer, const Grant &grant)
{
    return offer.permission ? reachOf(grant) : grant.permissions.text();
}

} // namespace

std::optional<GrantChange> changeOf(const Offer &offer, const Grant &grant)
{
    GrantChange change;
    if (offer.permission) {
        if (grant.permissions.access(*offer.permission) != Access::Off)
            return std::nullopt;
        change.permissions = grant.permissions;
        change.permissions->set(*offer.permission, Access::On);
        return change;
    }
    const auto &had = grant.databases;
    if (had.empty() || std::find(had.begin(), had.end(), offer.database) != had.end())
        return std::nullopt;
    change.databases = had;
    change.databases->push_back(offer.database);
    return change;
}

bool Offers::mayOffer(const Want &want)
{
    const auto grant = m_grants.find(want.offer.grantId);
    if (!grant || grant->paused || !changeOf(want.offer, *grant))
        return false;
    Tally &tally = m_tallies[grant->id];
    if (tally.restsUntil > m_clock.now() || tally.open.size() >= kMostOfOneGrant)
        return false;
    std::size_t open = 0;
    for (const auto &[id, other] : m_tallies)
        open += other.open.size();
    const bool isOpen = std::any_of(tally.open.begin(), tally.open.end(),
                                    [&want](const Open &item) { return item.offer == want.offer; });
    return open < kMostOpen && !isOpen;
}

void Offers::consider(const Want &want)
{
    if (!mayOffer(want))
        return;
    if (want.database.empty())
        return put(want, *m_grants.find(want.offer.grantId));
    const auto grantNow = m_grants.find(want.offer.grantId);
    const auto platform = grantNow ? m_connections.find(grantNow->connection) : nullptr;
    Tally &tally = m_tallies[want.offer.grantId];
    if (!platform || std::exchange(tally.isLooking, true))
        return;
    Base::whenDone(platform->database(want.database), this,
                   [this, want, platform](const Base::Result<Turso::Database> &found) {
                       if (const auto it = m_tallies.find(want.offer.grantId);
                           it != m_tallies.end())
                           it->second.isLooking = false;
                       if (!found || !mayOffer(want))
                           return;
                       // With the change, and with nothing else, the database must be covered.
                       const auto grant = m_grants.find(want.offer.grantId);
                       const Grant after = changed(*grant, *changeOf(want.offer, *grant));
                       if (covers(after, found->name, found->group))
                           put(want, *grant);
                   });
}

void Offers::put(const Want &want, const Grant &grant)
{
    const Offer &offer = want.offer;
    Approval question;
    question.kind = kOfferKind;
    question.callId = want.callId;
    question.agent = want.agent;
    question.program = want.program;
    question.tool = want.tool;
    question.connection = grant.connection;
    question.database = want.database;
    question.sentence = want.agent + " wants to "
        + (offer.permission ? deed(*offer.permission, want.database) : "use " + offer.database);
    question.context = contextOf(offer, grant);
    question.risk = Risk::Change;
    question.reason = want.reason;
    question.undo = "You can take it back at any time.";
    question.offer = offer;
    auto id = std::make_shared<std::string>();
    const auto asked
        = m_approvals.ask(std::move(question), [this, id, offer](const Answer &answer) {
              answered(*id, offer, answer);
          });
    if (!asked)
        return;
    *id = asked->id;
    m_tallies[offer.grantId].open.push_back({asked->id, offer, meaningOf(offer, grant)});
}

void Offers::answered(const std::string &approvalId, const Offer &offer, const Answer &answer)
{
    Tally &tally = m_tallies[offer.grantId];
    std::erase_if(tally.open, [&](const Open &item) { return item.approvalId == approvalId; });
    if (answer.state == ApprovalState::Approved) {
        tally.unheeded = 0;
        const auto grant = m_grants.find(offer.grantId);
        const auto change = grant ? changeOf(offer, *grant) : std::nullopt;
        if (change)
            Q_EMIT accepted(offer.grantId, *change);
        return;
    }
    if (++tally.unheeded < kMostUnheeded)
        return;
    tally.unheeded = 0;
    tally.restsUntil = m_clock.now() + kRest;
    for (const Open &other : std::exchange(tally.open, {}))
        m_approvals.withdraw(other.approvalId);
}

void Offers::review(const std::string &grantId, bool isNarrowed)
{
    const auto tally = m_tallies.find(grantId);
    const auto grant = m_grants.find(grantId);
    if (tally == m_tallies.end() || !grant)
        return;
    std::vector<std::string> senseless;
    std::erase_if(tally->second.open, [&](const Open &item) {
        const bool drop = isNarrowed || !changeOf(item.offer, *grant)
            || meaningOf(item.offer, *grant) != item.meaning;
        if (drop)
            senseless.push_back(item.approvalId);
        return drop;
    });
    for (const std::string &id : senseless)
        m_approvals.withdraw(id);
}

void Offers::forget(const std::string &grantId)
{
    const auto tally = m_tallies.extract(grantId);
    if (tally.empty())
        return;
    for (const Open &open : tally.mapped().open)
        m_approvals.withdraw(open.approvalId);
}

} // namespace Gateway
