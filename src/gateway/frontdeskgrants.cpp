// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/frontdesk.h"

#include <algorithm>

// The desk's part about grants: making, changing and ending them, and whom that concerns.

namespace Gateway
{

using Base::ErrorKind;
using Base::Result;

namespace
{

} // namespace

// Whom a change may concern: those who come with a token, and the local programs that are
// connected.
std::vector<Mcp::Principal> FrontDesk::principals() const
{
    std::vector<Mcp::Principal> principals;
    for (const Grant &grant : m_grants.all()) {
        if (grant.kind != "bridge")
            principals.push_back({Identity::tokenPrincipal(grant.id), grant.agent});
    }
    for (const auto &[principal, transport] : m_connected) {
        if (Identity::isLocalProgram(principal)
            && std::find(principals.begin(), principals.end(), principal) == principals.end())
            principals.push_back(principal);
    }
    return principals;
}

void FrontDesk::noteGrant(const Grant &grant)
{
    m_names->forget();
    scheduleExpiry();
    for (const Mcp::Principal &principal : principals()) {
        const bool isIts = grant.kind != "bridge"
            ? principal.id == Identity::tokenPrincipal(grant.id)
            : Identity::isLocalProgram(principal) && principal.agent == grant.agent;
        if (isIts)
            Q_EMIT resourcesChanged(QByteArray::fromStdString(principal.id));
    }
}

std::vector<Grant> FrontDesk::grants() const
{
    return m_grants.all();
}

// Names of things that do not exist here would make a grant that reaches nothing, or one day
// something else.
Result<GrantDraft> FrontDesk::completed(GrantDraft draft) const
{
    if (draft.connection.empty())
        draft.connection = kWorkspace;
    const std::vector<ConnectionInfo> all = m_connections.list();
    const auto connection
        = std::find_if(all.begin(), all.end(),
                       [&draft](const ConnectionInfo &one) { return one.id == draft.connection; });
    if (connection == all.end()) {
        std::string ids;
        for (const ConnectionInfo &one : all)
            ids += (ids.empty() ? "" : ", ") + one.id;
        return Base::fail(ErrorKind::NotFound,
                          "There is no connection \"" + draft.connection + "\".",
                          "The connections are: " + ids + ".");
    }
    const std::string slug = connection->organization;
    if (draft.organization.empty())
        draft.organization = slug;
    if (draft.organization != slug)
        return Base::fail(ErrorKind::NotFound,
                          "There is no organization \"" + draft.organization + "\" in "
                              + (connection->id == kWorkspace ? "the workspace" : connection->name)
                              + ".",
                          "Its organization is " + slug + ".");
    return draft;
}

// Databases of the same name elsewhere are other databases: nothing that stood on it may stand.
void FrontDesk::connectionIsGone(const std::string &id)
{
    for (const Grant &grant : m_grants.all()) {
        if (grant.connection == id)
            static_cast<void>(revokeGrant(grant.id));
    }
    m_names->forget();
    Q_EMIT connectionRemoved(QString::fromStdString(id));
    Q_EMIT statusChanged();
}

Result<Grant> FrontDesk::createGrant(const GrantDraft &draft)
{
    const auto whole = completed(draft);
    if (!whole)
        return tl::unexpected(whole.error());
    auto grant = m_grants.create(*whole, {});
    if (grant)
        noteGrant(*grant);
    Q_EMIT statusChanged();
    return grant;
}

Result<MintedToken> FrontDesk::mintToken(const GrantDraft &draft)
{
    const auto whole = completed(draft);
    if (!whole)
        return tl::unexpected(whole.error());
    auto minted = m_grants.mintToken(*whole);
    if (minted)
        noteGrant(minted->grant);
    Q_EMIT statusChanged();
    return minted;
}

Result<Grant> FrontDesk::changeGrant(const std::string &id, const GrantChange &change)
{
    const auto before = m_grants.find(id);
    auto grant = m_grants.change(id, change);
    // What was taken away holds even where that could not be saved.
    const auto after = m_grants.find(id);
    if (before && after && *before != *after)
        noteChange(*before, *after);
    else if (before && !after)
        scheduleExpiry(); // its new end came while it was saved
    return grant;
}

void FrontDesk::noteChange(const Grant &before, const Grant &after)
{
    const bool isNarrowed = widens(after, before);
    m_offers.review(after.id, isNarrowed);
    if (isNarrowed)
        m_pipeline->grantNarrowed(after.id);
    noteGrant(after);
    Q_EMIT statusChanged();
}

Result<Grant> FrontDesk::revokeGrant(const std::string &id)
{
    const auto grant = m_grants.find(id);
    auto revoked = m_grants.revoke(id);
    if (grant)
        grantIsGone(*grant);
    return revoked;
}

void FrontDesk::grantIsGone(const Grant &grant, Pipeline::Running running)
{
    m_offers.forget(grant.id);
    m_pipeline->grantEnded(grant.id, running);
    noteGrant(grant);
    Q_EMIT principalEnded(QByteArray::fromStdString(Identity::tokenPrincipal(grant.id)));
    Q_EMIT grantEnded(QByteArray::fromStdString(grant.id));
    Q_EMIT statusChanged();
}

// The store never answers a grant whose time is over; this is for the calls that wait under it, and
// for whatever it holds open.
void FrontDesk::endExpired()
{
    for (const Grant &grant : m_grants.takeExpired())
        grantIsGone(grant, Pipeline::Running::Finishes);
    scheduleExpiry();
}

void FrontDesk::scheduleExpiry()
{
    const auto next = m_grants.nextExpiry();
    if (!next)
        return m_expiryTimer.stop();
    // A timer cannot be set for as long as a grant can last: then this is only a stop on the way.
    m_expiryTimer.start(
        static_cast<int>(std::clamp<Base::Millis>(*next - m_clock.now(), 1, 2'000'000'000)));
}

} // namespace Gateway
