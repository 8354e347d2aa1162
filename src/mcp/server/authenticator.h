// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Mcp
{

/// Who is speaking, as far as the protocol must know.
struct Principal {
    std::string
        id; ///< opaque and stable; sessions are bound to it. Never empty when authenticated.
    std::string agent; ///< a name for people

    bool operator==(const Principal &) const = default;
};

/// The program at the other end of a local socket. `pid` and `uid` come from the kernel
/// (SO_PEERCRED), the paths from the system, `announced` is what the bridge was told with --agent:
/// a claim.
struct PeerProgram {
    long long pid = 0;
    long long uid = -1;
    std::string executable; ///< the bridge itself; empty if it cannot be known
    std::string parentExecutable; ///< who started the bridge: the agent
    std::string
        parentCommand; ///< its command line, arguments separated by spaces, at most 1,024 bytes
    std::string announced;
};

/// Turns credentials into a Principal. Called on the server's thread for every request, so it must
/// be quick.
class Authenticator
{
public:
    virtual ~Authenticator() = default;
    /// Nothing for unknown, expired and revoked tokens alike. `token` is a secret.
    virtual std::optional<Principal> byBearer(std::string_view token) = 0;
    /// A local peer of the same user always has a Principal; what it may do is the gate's business.
    virtual Principal byPeer(const PeerProgram &peer) = 0;
};

} // namespace Mcp
