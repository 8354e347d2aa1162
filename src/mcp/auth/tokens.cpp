// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/tokens.h"

#include "base/secret.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>

#include <algorithm>
#include <cctype>
#include <utility>

namespace Mcp::Auth
{

using Base::Json;

namespace
{

constexpr char kAccessPrefix[] = "tca_";
constexpr char kRefreshPrefix[] = "tcr_";
constexpr std::size_t kMostCodes = 1000;
constexpr auto kBase64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

QByteArray bytes(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

std::optional<std::string> s256(std::string_view verifier)
{
    const bool isValid = verifier.size() >= 43 && verifier.size() <= 128
        && std::all_of(verifier.begin(), verifier.end(), [](char c) {
                             return std::isalnum(static_cast<unsigned char>(c)) != 0
                                 || std::string_view("-._~").find(c) != std::string_view::npos;
                         });
    if (!isValid)
        return std::nullopt;
    return QCryptographicHash::hash(bytes(verifier), QCryptographicHash::Sha256)
        .toBase64(kBase64)
        .toStdString();
}

bool isChallenge(std::string_view text)
{
    return text.size() == 43 && std::all_of(text.begin(), text.end(), [](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
           });
}

Tokens::Tokens(std::string_view key, const Base::Clock &clock)
    : m_key(key)
    , m_clock(clock)
{
}

// The same predecessor always has the same successor, so that none has to be kept as it is.
std::string Tokens::successorOf(std::string_view refresh, const std::string &family) const
{
    const QByteArray code
        = QMessageAuthenticationCode::hash(bytes("refresh token successor:" + std::string(refresh)),
                                           bytes(m_key), QCryptographicHash::Sha256);
    return kRefreshPrefix + family + '.' + code.toBase64(kBase64).toStdString();
}

// Not a family's current token nor the one before. Who names a family has seen a token of it, so it
// is one from long ago, and somebody else goes on with it.
Tokens::Refusal Tokens::superseded(std::string_view token, std::string_view clientId)
{
    if (!token.starts_with(kRefreshPrefix))
        return Refusal::Unknown;
    token.remove_prefix(std::string_view(kRefreshPrefix).size());
    const auto found = m_families.find(token.substr(0, token.find('.')));
    if (found == m_families.end() || found->second.authorization.clientId != clientId
        || m_clock.now() - found->second.rotatedAt <= kGrace)
        return Refusal::Unknown;
    end(found);
    return Refusal::Used;
}

bool Tokens::mayBeFor(const Authorization &authorization, const std::vector<std::string> &resources)
{
    return std::all_of(resources.begin(), resources.end(), [&authorization](const auto &resource) {
        return resource == authorization.resource;
    });
}

std::string Tokens::code(Authorization authorization, CodeBinding binding)
{
    sweep();
    if (m_codes.size() >= kMostCodes) {
        m_codes.erase(
            std::min_element(m_codes.begin(), m_codes.end(), [](const auto &a, const auto &b) {
                return a.second.expiresAt < b.second.expiresAt;
            }));
    }
    std::string code = Base::randomToken();
    m_codes.emplace(
        Base::sha256Hex(code),
        Code{std::move(authorization), std::move(binding), m_clock.now() + kCodeTime, {}});
    return code;
}

tl::expected<TokenPair, Tokens::Refusal> Tokens::redeem(std::string_view code,
                                                        const CodeBinding &presented,
                                                        std::string_view verifier,
                                                        const std::vector<std::string> &resources)
{
    sweep();
    const auto found = m_codes.find(Base::sha256Hex(code));
    if (found == m_codes.end() || found->second.expiresAt <= m_clock.now()
        || found->second.binding.clientId != presented.clientId)
        return tl::unexpected(Refusal::Unknown);
    Code &known = found->second;
    if (!known.family.empty()) {
        // Somebody else has it too: nothing that came from it can be trusted.
        if (const auto family = m_families.find(known.family); family != m_families.end())
            end(family);
        return tl::unexpected(Refusal::Used);
    }
    const auto challenge = s256(verifier);
    if (!challenge || !Base::constantTimeEquals(*challenge, known.binding.challenge)
        || (presented.redirectUri != known.binding.redirectUri
            && !(known.binding.isRedirectImplied && presented.redirectUri.empty()))) {
        known.expiresAt = 0; // one guess
        return tl::unexpected(Refusal::Mismatch);
    }
    if (!mayBeFor(known.authorization, resources))
        return tl::unexpected(Refusal::Audience);
    if (m_families.size() >= kMostFamilies) {
        end(std::min_element(
            m_families.begin(), m_families.end(),
            [](const auto &a, const auto &b) { return a.second.expiresAt < b.second.expiresAt; }));
    }
    known.family = Base::randomToken(16);
    known.expiresAt = m_clock.now() + kAccessTime; // to notice a second use
    const auto [family, isNew]
        = m_families.emplace(known.family, Family{.authorization = known.authorization});
    std::string refresh = kRefreshPrefix + family->first + '.' + Base::randomToken();
    family->second.current = Base::sha256Hex(refresh);
    m_byRefresh.emplace(family->second.current, family->first);
    return pair(family, std::move(refresh));
}

tl::expected<TokenPair, Tokens::Refusal> Tokens::refresh(std::string_view token,
                                                         std::string_view clientId,
                                                         const std::vector<std::string> &resources)
{
    const std::string hash = Base::sha256Hex(token);
    const auto known = m_byRefresh.find(hash);
    if (known == m_byRefresh.end())
        return tl::unexpected(superseded(token, clientId));
    const auto found = m_families.find(known->second);
    Family &family = found->second;
    if (family.authorization.clientId != clientId || family.expiresAt <= m_clock.now())
        return tl::unexpected(Refusal::Unknown);
    if (!mayBeFor(family.authorization, resources))
        return tl::unexpected(Refusal::Audience);
    std::string next = successorOf(token, found->first);
    if (hash == family.current) {
        m_byRefresh.erase(family.previous);
        family.previous = std::exchange(family.current, Base::sha256Hex(next));
        family.rotatedAt = m_clock.now();
        m_byRefresh.emplace(family.current, found->first);
    } else if (m_clock.now() - family.rotatedAt > kGrace) {
        end(found);
        return tl::unexpected(Refusal::Used);
    }
    return pair(found, std::move(next));
}

TokenPair Tokens::pair(Families::iterator found, std::string refresh)
{
    Family &family = found->second;
    const Base::Millis now = m_clock.now();
    family.expiresAt = now + kRefreshTime;
    const auto isOver = [now](const Access &access) {
        return access.expiresAt <= now;
    };
    for (const Access &access : family.access) {
        if (isOver(access))
            m_byAccess.erase(access.hash);
    }
    std::erase_if(family.access, isOver);
    if (family.access.size() >= kMostAccess) {
        m_byAccess.erase(family.access.front().hash);
        family.access.erase(family.access.begin());
    }
    TokenPair made;
    made.access = kAccessPrefix + Base::randomToken();
    made.refresh = std::move(refresh);
    made.expiresInSeconds = kAccessTime / 1000;
    made.scope = family.authorization.scope;
    family.access.push_back({Base::sha256Hex(made.access), now + kAccessTime});
    m_byAccess.emplace(family.access.back().hash, found->first);
    m_dirty = true;
    return made;
}

std::optional<Authorization> Tokens::find(std::string_view access) const
{
    const std::string hash = Base::sha256Hex(access);
    const auto known = m_byAccess.find(hash);
    if (known == m_byAccess.end())
        return std::nullopt;
    const Family &family = m_families.find(known->second)->second;
    const Base::Millis now = m_clock.now();
    const bool lives
        = std::any_of(family.access.begin(), family.access.end(),
                      [&](const Access &one) { return one.hash == hash && one.expiresAt > now; });
    return lives ? std::optional(family.authorization) : std::nullopt;
}

void Tokens::end(Families::iterator found)
{
    const Family &family = found->second;
    for (const Access &access : family.access)
        m_byAccess.erase(access.hash);
    m_byRefresh.erase(family.current);
    m_byRefresh.erase(family.previous);
    m_families.erase(found);
    m_dirty = true;
}

void Tokens::revoke(std::string_view token, std::string_view clientId)
{
    const std::string hash = Base::sha256Hex(token);
    auto known = m_byRefresh.find(hash);
    if (known == m_byRefresh.end()) {
        known = m_byAccess.find(hash);
        if (known == m_byAccess.end())
            return;
    }
    const auto family = m_families.find(known->second);
    if (family->second.authorization.clientId == clientId)
        end(family);
}

void Tokens::forgetGrant(std::string_view grantId)
{
    for (auto it = m_families.begin(); it != m_families.end();) {
        const auto family = it++;
        if (family->second.authorization.grantId == grantId)
            end(family);
    }
    std::erase_if(m_codes, [grantId](const auto &item) {
        return item.second.authorization.grantId == grantId;
    });
}

void Tokens::sweep()
{
    const Base::Millis now = m_clock.now();
    std::erase_if(m_codes, [now](const auto &item) { return item.second.expiresAt <= now; });
    for (auto it = m_families.begin(); it != m_families.end();) {
        const auto family = it++;
        if (family->second.expiresAt <= now)
            end(family);
    }
}

Json Tokens::toJson()
{
    sweep();
    Json list = Json::array();
    for (const auto &[id, family] : m_families) {
        Json access = Json::array();
        for (const Access &one : family.access)
            access.push_back({{"sha256", one.hash}, {"expires_at", one.expiresAt}});
        list.push_back({{"id", id},
                        {"grant", family.authorization.grantId},
                        {"client", family.authorization.clientId},
                        {"resource", family.authorization.resource},
                        {"scope", family.authorization.scope},
                        {"refresh_sha256", family.current},
                        {"previous_sha256", family.previous},
                        {"rotated_at", family.rotatedAt},
                        {"expires_at", family.expiresAt},
                        {"access", std::move(access)}});
    }
    return list;
}

void Tokens::index(const std::string &id, const Family &family)
{
    for (const Access &access : family.access)
        m_byAccess.emplace(access.hash, id);
    m_byRefresh.emplace(family.current, id);
    if (!family.previous.empty())
        m_byRefresh.emplace(family.previous, id);
}

bool Tokens::fromJson(const Json &json)
{
    if (!json.is_array())
        return false;
    Families families;
    const auto text = [](const Json &object, const char *key) {
        return Base::stringMember(object, key).value_or(std::string());
    };
    for (const Json &item : json) {
        Family family;
        family.authorization = {text(item, "grant"), text(item, "client"), text(item, "resource"),
                                text(item, "scope")};
        family.current = text(item, "refresh_sha256");
        family.previous = text(item, "previous_sha256");
        family.rotatedAt = Base::integerMember(item, "rotated_at").value_or(0);
        family.expiresAt = Base::integerMember(item, "expires_at").value_or(0);
        const Json &access = Base::member(item, "access");
        if (!access.is_array() || family.current.empty() || family.authorization.grantId.empty())
            return false;
        for (const Json &one : access)
            family.access.push_back(
                {text(one, "sha256"), Base::integerMember(one, "expires_at").value_or(0)});
        families.emplace(text(item, "id"), std::move(family));
    }
    m_families = std::move(families);
    m_byAccess.clear();
    m_byRefresh.clear();
    for (const auto &[id, family] : m_families)
        index(id, family);
    return true;
}

} // namespace Mcp::Auth
