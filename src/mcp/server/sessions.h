// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/protocol/clientcapabilities.h"
#include "mcp/protocol/revision.h"
#include "mcp/server/signer.h"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace Mcp
{

/// What a legacy session id says.
struct Session {
    Revision revision = kNewestLegacy;
    std::string nonce = {}; ///< unique per session; unlike the whole id it opens nothing
    std::string clientName = {};
    std::string clientVersion = {};
    ClientCapabilities capabilities = {};
};

/// Legacy session ids that carry their session, signed. A restart of the app with the same key does
/// not invalidate them, because the common clients never open a new session by themselves. An id is
/// bound to its Principal and is no authentication.
class Sessions
{
public:
    /// `key`: at least 16 bytes, kept over restarts. An empty one is replaced by a random one.
    explicit Sessions(std::string_view key);

    /// A new id for `session`, whose nonce is filled in. Client texts are cut to 64 bytes.
    std::string open(Session session, std::string_view principalId) const;

    /// The session behind `id`; null if the id was forged, terminated, or belongs to somebody else.
    std::shared_ptr<const Session> find(std::string_view id, std::string_view principalId);

    /// Ends a session. The last 4,096 ended ones are remembered, until the app ends.
    void terminate(const Session &session);

private:
    struct Known {
        std::shared_ptr<const Session> session;
        std::string owner;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>{}(text);
        }
    };

    bool read(std::string_view id, Known &known) const;

    Signer m_signer;
    std::unordered_map<std::string, Known, Hash, std::equal_to<>>
        m_known; // saves checking each time
    std::unordered_set<std::string> m_terminated; // nonces
    std::deque<std::string> m_terminationOrder;
};

} // namespace Mcp
