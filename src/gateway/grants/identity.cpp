// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/identity.h"

#include <algorithm>

namespace Gateway
{

namespace
{

constexpr char kGrantPrefix[] = "grant:";
constexpr char kBridgePrefix[] = "bridge:";
constexpr std::size_t kMostPrograms = 1'000;

std::string fileName(const std::string &path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string printable(std::string_view text, std::size_t most)
{
    std::string clean;
    for (const char c : text.substr(0, most))
        clean += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return clean;
}

} // namespace

std::optional<Mcp::Principal> Identity::byBearer(std::string_view token)
{
    auto grant = m_grants.byToken(token);
    if (!grant && m_signedIn) {
        if (const auto id = m_signedIn(token))
            grant = m_grants.find(*id);
    }
    if (!grant)
        return std::nullopt;
    return Mcp::Principal{tokenPrincipal(grant->id), grant->agent};
}

Mcp::Principal Identity::byPeer(const Mcp::PeerProgram &peer)
{
    std::string agent = printable(peer.announced, 100);
    if (agent.empty())
        agent = printable(fileName(peer.parentExecutable), 100);
    if (agent.empty())
        agent = "unknown program";
    Mcp::Principal principal{kBridgePrefix + agent + "|" + peer.parentExecutable, agent};
    if (m_programs.size() < kMostPrograms || m_programs.contains(principal.id))
        m_programs[principal.id] = peer;
    return principal;
}

std::vector<Grant> Identity::grantsOf(const Mcp::Principal &principal) const
{
    if (principal.id.starts_with(kGrantPrefix)) {
        const auto grant = m_grants.find(principal.id.substr(sizeof kGrantPrefix - 1));
        return grant ? std::vector<Grant>{*grant} : std::vector<Grant>{};
    }
    return m_grants.byAgent(principal.agent, executable(principal));
}

bool Identity::isPaused(const Mcp::Principal &principal) const
{
    const std::vector<Grant> grants = grantsOf(principal);
    return !grants.empty() && std::all_of(grants.begin(), grants.end(), [](const Grant &grant) {
        return grant.paused;
    });
}

bool Identity::isLocalProgram(const Mcp::Principal &principal)
{
    return principal.id.starts_with(kBridgePrefix);
}

std::string Identity::tokenPrincipal(const std::string &grantId)
{
    return kGrantPrefix + grantId;
}

std::string Identity::executable(const Mcp::Principal &principal) const
{
    // Part of the id, so that it cannot be forgotten: "bridge:AGENT|EXECUTABLE".
    if (!isLocalProgram(principal))
        return {};
    const std::size_t begin = sizeof kBridgePrefix - 1 + principal.agent.size() + 1;
    return begin <= principal.id.size() ? principal.id.substr(begin) : std::string();
}

std::string Identity::describe(const Mcp::Principal &principal) const
{
    const auto it = m_programs.find(principal.id);
    if (it == m_programs.end())
        return isLocalProgram(principal) ? executable(principal) : "signed in with a token";
    const Mcp::PeerProgram &peer = it->second;
    std::string line = peer.parentExecutable.empty() ? std::string("a program that has ended")
                                                     : peer.parentExecutable;
    if (!peer.parentCommand.empty() && peer.parentCommand != peer.parentExecutable)
        line += " (" + printable(peer.parentCommand, 200) + ")";
    return line + ", bridge process " + std::to_string(peer.pid);
}

Asker Identity::asker(const Mcp::Principal &principal) const
{
    Asker asker;
    asker.proof = Asker::Proof::LocalProgram;
    asker.executable = executable(principal);
    const auto it = m_programs.find(principal.id);
    asker.announced
        = it == m_programs.end() ? principal.agent : printable(it->second.announced, 100);
    return asker;
}

Base::Result<Grant> Identity::grantTo(const Mcp::Principal &principal, GrantDraft draft)
{
    draft.agent = principal.agent;
    const std::string program = executable(principal);
    if (program.empty()) // it would be a grant for any program of that name
        return Base::fail(
            Base::ErrorKind::NotGranted,
            "The program behind this agent cannot be told, so it cannot be let in from here.",
            "Make a grant for it with turso-companionctl grants create.");
    return m_grants.create(draft, program);
}

} // namespace Gateway
