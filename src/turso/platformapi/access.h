// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "turso/platformapi/message.h"
#include "turso/platformapi/scopes.h"
#include "turso/platformapi/signingkey.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::PlatformApi
{

/// A token for the Platform API. Without a group it reaches everything here; with one, only what is
/// in that group, as far as its scopes go.
struct ApiToken {
    std::string id = {};
    std::string name = {};
    std::string organization = {}; ///< slug, or empty: not scoped at all
    std::string groupId = {};
    Scopes scopes = {};
    Base::Millis createdAt = 0;
    std::string hash = {}; ///< SHA-256 of the token's text, the only thing kept of it

    bool isGroupScoped() const { return !groupId.empty(); }
};

struct MintedApiToken {
    ApiToken token;
    std::string secret; ///< shown this once
};

enum class SqlRight { ReadOnly, FullAccess };

/// What a SQL token is for: one database, or all of a group.
struct SqlSubject {
    std::string databaseId; ///< or empty
    std::string groupId;
};

/// What a token opens; if nothing, why, in the words of Turso's server. No reason: it is another
/// database's, and its bearer is told that there is no such database.
struct SqlVerdict {
    std::optional<SqlRight> right = {};
    std::string reason = {};
};

/// Who may do what over the workspace's HTTP face: platform tokens (hashed), SQL tokens (signed),
/// and whether the face is on. Kept in `access.json` and `signing.key` (both 0600) in the
/// workspace's folder. One thread.
class Access
{
public:
    /// The token that switching the face on mints.
    static constexpr char kOwnTokenName[] = "turso-companion";
    static constexpr std::size_t kMostTokens = 1000;

    /// Internal or NotGranted, with the file, if what is kept cannot be used.
    static Base::Result<std::unique_ptr<Access>> open(std::string folder, const Base::Clock &clock);
    /// The port that the face was last served on and whether it is on, without making any file.
    struct Switch {
        bool on = false;
        std::uint16_t port = 0;
    };
    static Switch savedSwitch(const std::string &folder);
    Switch current() const { return m_switch; }
    Base::Result<void> setSwitch(Switch wanted);

    /// A UUID that stays the same.
    const std::string &organizationId() const { return m_organizationId; }

    const std::vector<ApiToken> &tokens() const { return m_tokens; }
    /// The token behind this text, compared in constant time.
    std::optional<ApiToken> byText(std::string_view text) const;
    /// AlreadyExists for a name that is taken, LimitExceeded beyond kMostTokens.
    Base::Result<MintedApiToken> mint(ApiToken draft);
    /// Ends the token with this id. NotFound "token not found".
    Base::Result<void> revoke(const std::string &id);
    /// Ends every token of a group that is no more.
    void forgetGroup(const std::string &groupId);
    void forgetDatabase(const std::string &databaseId);

    /// A JWT with the claims that Turso's have: `id` or `gid`, `a`, `iat`, and `exp` if it expires.
    std::string mintSql(const SqlSubject &subject, SqlRight right,
                        std::optional<Base::Millis> expiresIn) const;
    /// From now on, tokens minted so far for this database (or any of this group) do not count.
    Base::Result<void> rotate(const std::string &databaseOrGroupId);
    /// True for a JWT that mintSql made, whether it still counts or not.
    bool isSqlToken(std::string_view text) const;
    /// What a bearer token (or none: empty) allows on a database. Who holds a platform token that
    /// is not group-scoped could mint any SQL token: it counts as full access.
    SqlVerdict authorizeSql(std::string_view bearer, std::string_view databaseId,
                            std::string_view groupId);

private:
    Access(std::string folder, const Base::Clock &clock, SigningKey key);
    Base::Result<void> read();
    Base::Result<void> save() const;
    Base::Millis validFrom(std::string_view id) const;
    /// What a SQL token says, if its signature is right.
    struct SqlClaims {
        std::string databaseId;
        std::string groupId;
        SqlRight right = SqlRight::ReadOnly;
        Base::Millis issued = 0; ///< seconds
        std::optional<Base::Millis> expires = {};
    };
    std::optional<SqlClaims> sqlClaims(std::string_view token) const;
    const SqlClaims *remembered(std::string_view token);

    const std::string m_folder;
    const Base::Clock &m_clock;
    const SigningKey m_key;
    Switch m_switch;
    std::string m_organizationId;
    std::vector<ApiToken> m_tokens;
    /// By database's or group's id, in seconds.
    std::map<std::string, Base::Millis, std::less<>> m_validFrom;
    /// Tokens whose signature was right, by their hash, so that it is checked once.
    std::map<std::string, SqlClaims> m_seen;
    Base::Millis m_newest = 0; ///< of those, ever
};

/// The token of "Bearer TOKEN", the scheme in any case.
std::optional<std::string_view> bearerOf(std::string_view authorization);

/// A random UUID.
std::string newUuid();

} // namespace Turso::PlatformApi
