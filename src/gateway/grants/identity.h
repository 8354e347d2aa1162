// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/grants/grantstore.h"
#include "mcp/server/authenticator.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace Gateway
{

/// Who is speaking and what they were granted. A bearer token is its grant; a local program is its
/// name and the executable that started the bridge. One thread.
class Identity final : public Mcp::Authenticator
{
public:
    explicit Identity(GrantStore &grants)
        : m_grants(grants)
    {
    }

    std::optional<Mcp::Principal> byBearer(std::string_view token) override;
    /// The grant's id behind an access token of the authorization server, or nothing.
    using SignedIn = std::function<std::optional<std::string>(std::string_view token)>;
    void setSignedIn(SignedIn signedIn) { m_signedIn = std::move(signedIn); }
    Mcp::Principal byPeer(const Mcp::PeerProgram &peer) override;

    /// The live grants of a principal, paused ones too, the most specific first; empty if there is
    /// none (any more). An agent may have one on each connection.
    std::vector<Grant> grantsOf(const Mcp::Principal &principal) const;
    /// True where there are grants and the person has paused every one of them.
    bool isPaused(const Mcp::Principal &principal) const;
    /// The grant as it is now, if it still is.
    std::optional<Grant> current(const std::string &grantId) const
    {
        return m_grants.find(grantId);
    }
    void touch(const std::string &grantId) { m_grants.touch(grantId); }

    /// True for local programs: they may be asked about when they have no grant.
    static bool isLocalProgram(const Mcp::Principal &principal);
    /// The id of the principal behind a token's grant.
    static std::string tokenPrincipal(const std::string &grantId);
    /// One line for people on how we know who this is.
    std::string describe(const Mcp::Principal &principal) const;
    /// The same as facts.
    Asker asker(const Mcp::Principal &principal) const;
    /// The executable behind a local program, or empty.
    std::string executable(const Mcp::Principal &principal) const;

    Base::Result<Grant> grantTo(const Mcp::Principal &principal, GrantDraft draft);

private:
    GrantStore &m_grants;
    SignedIn m_signedIn;
    std::map<std::string, Mcp::PeerProgram> m_programs; // by principal id, at most 1,000
};

} // namespace Gateway
