// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/json.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Mcp::Auth
{

/// What a person has agreed to. The grant itself, with all that it allows, is somebody else's; here
/// it is a name.
struct Authorization {
    std::string grantId;
    std::string clientId;
    std::string resource; ///< whom the tokens are for
    std::string scope; ///< as the client was told

    bool operator==(const Authorization &) const = default;
};

/// What a code was asked for with; all of it has to fit when it is redeemed.
struct CodeBinding {
    std::string clientId;
    std::string redirectUri;
    std::string challenge; ///< S256
    bool isRedirectImplied = false; ///< it was left out, and is the only one there is
};

struct TokenPair {
    std::string access; ///< secrets
    std::string refresh;
    long long expiresInSeconds = 0;
    std::string scope;
};

/// Authorization codes, access tokens and refresh tokens (OAuth 2.1 sections 4.1 and 4.3). All are
/// opaque and random; only their SHA-256 is kept. A family is what came out of one authorization:
/// its current refresh token, the one before, and its access tokens. One thread.
///
/// - A code lives 60 seconds and works once; a second use ends its family.
/// - A refresh token works once and is followed by another. Its own successor is answered again for
///   60 seconds, as several processes of one agent refresh at the same time; later use, of
///   whichever token there has ever been, ends the family (OAuth 2.1 section 4.3.1). A token names
///   its family for that.
class Tokens
{
public:
    static constexpr Base::Millis kCodeTime = 60'000;
    static constexpr Base::Millis kAccessTime = 3'600'000;
    static constexpr Base::Millis kRefreshTime = 90LL * 24 * 3'600'000; ///< from its last use on
    static constexpr Base::Millis kGrace = 60'000;
    static constexpr std::size_t kMostFamilies = 2000;
    static constexpr std::size_t kMostAccess = 16; ///< of one family; the oldest goes

    /// `key` (32 bytes) is what successors are derived with; it must stay the same.
    Tokens(std::string_view key, const Base::Clock &clock);

    /// A code for `authorization`, to be redeemed as `binding` says.
    std::string code(Authorization authorization, CodeBinding binding);

    enum class Refusal {
        Unknown, ///< or expired, or of another client
        Used, ///< its family has ended
        Mismatch, ///< redirect or verifier
        Audience, ///< another resource
    };
    /// `resource`: empty, or one the tokens are for.
    tl::expected<TokenPair, Refusal> redeem(std::string_view code, const CodeBinding &presented,
                                            std::string_view verifier,
                                            const std::vector<std::string> &resources);
    tl::expected<TokenPair, Refusal> refresh(std::string_view token, std::string_view clientId,
                                             const std::vector<std::string> &resources);

    /// Whose access token it is; nothing for every other text.
    std::optional<Authorization> find(std::string_view access) const;

    /// Ends the family of this access or refresh token of the client. Unknown ones are no error.
    void revoke(std::string_view token, std::string_view clientId);
    /// Ends all that stands on the grant. The clients' ids whose tokens are gone.
    void forgetGrant(std::string_view grantId);

    std::size_t families() const { return m_families.size(); }
    /// Something changed that should be kept, since saved().
    bool isDirty() const { return m_dirty; }
    void saved() { m_dirty = false; }
    Base::Json toJson();
    bool fromJson(const Base::Json &json);

private:
    struct Access {
        std::string hash = {};
        Base::Millis expiresAt = 0;
    };
    struct Family {
        Authorization authorization;
        std::string current = {}; ///< hash of the refresh token
        std::string previous = {}; ///< hash of the one before it, or empty
        Base::Millis rotatedAt = 0;
        Base::Millis expiresAt = 0;
        std::vector<Access> access = {}; ///< oldest first
    };
    struct Code {
        Authorization authorization;
        CodeBinding binding;
        Base::Millis expiresAt = 0;
        std::string family; ///< once it was redeemed
    };
    using Families = std::map<std::string, Family, std::less<>>;

    std::string successorOf(std::string_view refresh, const std::string &family) const;
    Refusal superseded(std::string_view token, std::string_view clientId);
    TokenPair pair(Families::iterator family, std::string refresh);
    void end(Families::iterator family);
    void index(const std::string &id, const Family &family);
    void sweep();
    static bool mayBeFor(const Authorization &authorization,
                         const std::vector<std::string> &resources);

    const std::string m_key;
    const Base::Clock &m_clock;
    std::map<std::string, Code, std::less<>> m_codes; ///< by hash
    Families m_families; ///< by an id of their own
    std::unordered_map<std::string, std::string> m_byAccess; ///< hash -> family
    std::unordered_map<std::string, std::string> m_byRefresh; ///< current and previous
    bool m_dirty = false;
};

/// RFC 7636: the challenge of a verifier, or nothing if that has not 43 to 128 unreserved
/// characters.
std::optional<std::string> s256(std::string_view verifier);
/// 43 characters of base64url.
bool isChallenge(std::string_view text);

} // namespace Mcp::Auth
