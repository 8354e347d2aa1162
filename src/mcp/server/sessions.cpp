// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/sessions.h"

#include "base/json.h"
#include "base/secret.h"

namespace Mcp
{

using Base::Json;

namespace
{

constexpr std::size_t kKnownSessions = 1024;
constexpr std::size_t kTerminatedSessions = 4096;
constexpr std::size_t kClientText = 64;
constexpr std::size_t kLongestId = 4096;

std::string ownerMark(std::string_view principalId)
{
    return Base::sha256Hex(principalId).substr(0, 32);
}

// Cuts without leaving half a character, which would make the JSON unreadable.
std::string shortened(std::string text)
{
    if (text.size() <= kClientText)
        return text;
    std::size_t end = kClientText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    text.resize(end);
    return text;
}

} // namespace

Sessions::Sessions(std::string_view key)
    : m_signer(key.empty() ? Base::randomToken() : std::string(key), "session")
{
}

std::string Sessions::open(Session session, std::string_view principalId) const
{
    const Json json = {{"v", revisionName(session.revision)},
                       {"caps", session.capabilities.names()},
                       {"nonce", Base::randomToken(16)},
                       {"owner", ownerMark(principalId)},
                       {"client", shortened(std::move(session.clientName))},
                       {"release", shortened(std::move(session.clientVersion))}};
    return m_signer.sealed(Base::dumpJson(json));
}

bool Sessions::read(std::string_view id, Known &known) const
{
    if (id.size() > kLongestId)
        return false;
    const auto payload = m_signer.opened(id);
    if (!payload)
        return false;
    const auto json = Base::parseJson(*payload);
    if (!json)
        return false;
    Session session;
    const auto revision = revisionNamed(Base::stringMember(*json, "v").value_or(""));
    if (!revision || *revision > kNewestLegacy)
        return false;
    session.revision = *revision;
    session.nonce = Base::stringMember(*json, "nonce").value_or("");
    session.clientName = Base::stringMember(*json, "client").value_or("");
    session.clientVersion = Base::stringMember(*json, "release").value_or("");
    std::vector<std::string> names;
    for (const Json &name : Base::member(*json, "caps")) {
        if (name.is_string())
            names.push_back(name.get<std::string>());
    }
    session.capabilities = ClientCapabilities::fromNames(names);
    known.owner = Base::stringMember(*json, "owner").value_or("");
    known.session = std::make_shared<const Session>(std::move(session));
    return true;
}

std::shared_ptr<const Session> Sessions::find(std::string_view id, std::string_view principalId)
{
    auto it = m_known.find(id);
    if (it == m_known.end()) {
        Known known;
        if (!read(id, known) || known.owner != ownerMark(principalId)
            || m_terminated.contains(known.session->nonce))
            return nullptr;
        if (m_known.size() >= kKnownSessions)
            m_known.clear();
        // From here on the owner is compared in plain: that is quicker than hashing at each
        // request.
        known.owner = principalId;
        it = m_known.emplace(std::string(id), std::move(known)).first;
    }
    return it->second.owner == principalId ? it->second.session : nullptr;
}

void Sessions::terminate(const Session &session)
{
    std::string nonce = session.nonce; // `session` may be one of those that go now
    std::erase_if(m_known,
                  [&nonce](const auto &item) { return item.second.session->nonce == nonce; });
    if (!m_terminated.insert(nonce).second)
        return;
    m_terminationOrder.push_back(std::move(nonce));
    if (m_terminationOrder.size() > kTerminatedSessions) {
        m_terminated.erase(m_terminationOrder.front());
        m_terminationOrder.pop_front();
    }
}

} // namespace Mcp
