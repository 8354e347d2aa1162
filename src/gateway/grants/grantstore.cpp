// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/grants/grantstore.h"

#include "base/ids.h"
#include "base/json.h"
#include "base/secret.h"

#include <QFile>
#include <QSaveFile>
#include <QString>

#include <algorithm>
#include <utility>

namespace Gateway
{

namespace
{

using Base::ErrorKind;
using Base::Json;

constexpr char kTokenPrefix[] = "tc_";
constexpr std::size_t kMostGrants = 10'000;

Json optionalTime(const std::optional<Base::Millis> &time)
{
    return time ? Json(*time) : Json();
}

Json toJson(const Grant &grant, const std::string &tokenHash)
{
    return {{"id", grant.id},
            {"agent", grant.agent},
            {"connection", grant.connection},
            {"organization", grant.organization},
            {"group", grant.group},
            {"databases", grant.databases},
            {"permissions", grant.permissions.text()},
            {"kind", grant.kind},
            {"program", grant.program},
            {"created_at", grant.createdAt},
            {"expires_at", optionalTime(grant.expiresAt)},
            {"last_used_at", optionalTime(grant.lastUsedAt)},
            {"paused", grant.paused},
            {"token_sha256", tokenHash}};
}

// A member that is damaged may not read as "all groups" or "never": each must be there, as it was
// written. Only what an earlier version did not write may be missing.
class StoredGrant
{
public:
    explicit StoredGrant(const Json &object)
        : m_object(object)
    {
    }

    std::string text(const char *key) { return taken(Base::stringMember(m_object, key)); }
    Base::Millis time(const char *key) { return taken(Base::integerMember(m_object, key)); }
    std::optional<Base::Millis> timeOrNull(const char *key)
    {
        if (m_object.contains(key) && m_object[key].is_null())
            return std::nullopt;
        return time(key);
    }
    std::vector<std::string> texts(const char *key)
    {
        const Json &list = Base::member(m_object, key);
        m_isWhole = m_isWhole && list.is_array();
        std::vector<std::string> texts;
        for (const Json &item : list) {
            m_isWhole = m_isWhole && item.is_string();
            if (item.is_string())
                texts.push_back(item.get<std::string>());
        }
        return texts;
    }
    bool flagOrFalse(const char *key)
    {
        return m_object.contains(key) && taken(Base::boolMember(m_object, key));
    }
    bool isWhole() const { return m_isWhole; }

private:
    template <typename T>
    T taken(std::optional<T> value)
    {
        m_isWhole = m_isWhole && value;
        return value.value_or(T());
    }

    const Json &m_object;
    bool m_isWhole = true;
};

std::optional<Grant> fromJson(const Json &object)
{
    if (!object.is_object())
        return std::nullopt;
    StoredGrant stored(object);
    Grant grant;
    const auto permissions = Permissions::parse(stored.text("permissions"));
    if (!permissions)
        return std::nullopt;
    grant.permissions = *permissions;
    grant.id = stored.text("id");
    grant.agent = stored.text("agent");
    grant.connection = stored.text("connection");
    grant.organization = stored.text("organization");
    grant.group = stored.text("group");
    grant.databases = stored.texts("databases");
    grant.kind = stored.text("kind");
    grant.program = stored.text("program");
    grant.createdAt = stored.time("created_at");
    grant.expiresAt = stored.timeOrNull("expires_at");
    grant.lastUsedAt = stored.timeOrNull("last_used_at");
    grant.paused = stored.flagOrFalse("paused");
    stored.text("token_sha256");
    if (!stored.isWhole() || grant.id.empty() || grant.agent.empty() || grant.connection.empty())
        return std::nullopt;
    return grant;
}

Base::Result<void> check(const GrantDraft &draft)
{
    if (draft.agent.empty() || draft.agent.size() > 100)
        return Base::fail(ErrorKind::InvalidArgument, "An agent's name has 1 to 100 characters.");
    for (const char c : draft.agent) {
        if (static_cast<unsigned char>(c) < 0x20)
            return Base::fail(ErrorKind::InvalidArgument,
                              "An agent's name may not hold control characters.");
    }
    if (draft.permissions == Permissions())
        return Base::fail(ErrorKind::InvalidArgument, "A grant needs at least one permission.");
    return {};
}

Base::Result<void> check(const GrantChange &change, Base::Millis now)
{
    if (change.permissions && *change.permissions == Permissions())
        return Base::fail(ErrorKind::InvalidArgument, "A grant needs at least one permission.",
                          "Pause it to let nothing through for now, or revoke it.");
    if (change.expiry && change.expiry->at && *change.expiry->at <= now)
        return Base::fail(ErrorKind::InvalidArgument, "This end of the grant has passed already.",
                          "Revoke the grant to end it now.");
    return {};
}

} // namespace

Base::Result<GrantStore> GrantStore::open(std::string file, const Base::Clock &clock)
{
    GrantStore store(std::move(file), clock);
    QFile source(QString::fromStdString(store.m_file));
    if (!source.exists())
        return store;
    const auto unusable = [&store] {
        return Base::fail(ErrorKind::Internal,
                          "The grants in " + store.m_file + " could not be read.",
                          "Move the file away to start without any grant.");
    };
    if (!source.open(QIODevice::ReadOnly))
        return unusable();
    const auto parsed = Base::parseJson(source.readAll().toStdString());
    if (!parsed || !Base::member(*parsed, "grants").is_array())
        return unusable();
    for (const Json &item : Base::member(*parsed, "grants")) {
        const auto grant = fromJson(item);
        if (!grant)
            return unusable();
        Entry entry{*grant, Base::stringMember(item, "token_sha256").value_or(std::string())};
        if (!entry.tokenHash.empty())
            store.m_idByHash.emplace(entry.tokenHash, grant->id);
        store.m_entries.emplace(grant->id, std::move(entry));
    }
    return store;
}

bool GrantStore::isLive(const Grant &grant) const
{
    return !grant.expiresAt || *grant.expiresAt > m_clock->now();
}

std::vector<Grant> GrantStore::all() const
{
    std::vector<Grant> grants;
    for (const auto &[id, entry] : m_entries) {
        if (isLive(entry.grant))
            grants.push_back(entry.grant);
    }
    return grants;
}

std::optional<Grant> GrantStore::find(const std::string &id) const
{
    const auto it = m_entries.find(id);
    if (it == m_entries.end() || !isLive(it->second.grant))
        return std::nullopt;
    return it->second.grant;
}

std::optional<Grant> GrantStore::byToken(std::string_view token) const
{
    // The table is keyed by the hash, so a lookup's time says nothing about the token itself.
    const auto it = m_idByHash.find(Base::sha256Hex(token));
    return it == m_idByHash.end() ? std::nullopt : find(it->second);
}

std::vector<Grant> GrantStore::byAgent(const std::string &agent, const std::string &program) const
{
    std::vector<Grant> bound;
    std::vector<Grant> open;
    for (const auto &[id, entry] : m_entries) {
        const Grant &grant = entry.grant;
        if (grant.kind != "bridge" || grant.agent != agent || !isLive(grant))
            continue;
        if (grant.program.empty())
            open.push_back(grant);
        else if (grant.program == program)
            bound.push_back(grant);
    }
    bound.insert(bound.end(), open.begin(), open.end());
    return bound;
}

Base::Result<Grant> GrantStore::insert(const GrantDraft &draft, std::string kind,
                                       std::string program, std::string tokenHash)
{
    if (const auto valid = check(draft); !valid)
        return tl::unexpected(valid.error());
    if (m_entries.size() >= kMostGrants)
        return Base::fail(ErrorKind::LimitExceeded, "There are 10,000 grants already.",
                          "Revoke those that are no longer needed.");
    Grant grant;
    grant.id = Base::newId("grant");
    grant.agent = draft.agent;
    grant.connection = draft.connection;
    grant.organization = draft.organization;
    grant.group = draft.group;
    grant.databases = draft.databases;
    grant.permissions = draft.permissions;
    grant.kind = std::move(kind);
    grant.program = std::move(program);
    grant.createdAt = m_clock->now();
    if (draft.expiresIn)
        grant.expiresAt = grant.createdAt + *draft.expiresIn;
    if (!tokenHash.empty())
        m_idByHash.emplace(tokenHash, grant.id);
    m_entries.emplace(grant.id, Entry{grant, tokenHash});
    if (const auto saved = save(); !saved) {
        m_idByHash.erase(tokenHash);
        m_entries.erase(grant.id);
        return tl::unexpected(saved.error());
    }
    return grant;
}

Base::Result<MintedToken> GrantStore::mintToken(const GrantDraft &draft)
{
    std::string token = kTokenPrefix + Base::randomToken();
    auto grant = insert(draft, "token", {}, Base::sha256Hex(token));
    if (!grant)
        return tl::unexpected(grant.error());
    return MintedToken{std::move(token), std::move(*grant)};
}

Base::Result<Grant> GrantStore::create(const GrantDraft &draft, std::string program)
{
    return insert(draft, "bridge", std::move(program), {});
}

Base::Result<Grant> GrantStore::createSignedIn(const GrantDraft &draft, const std::string &client)
{
    return insert(draft, "oauth", client, {});
}

Base::Result<Grant> GrantStore::change(const std::string &id, const GrantChange &change)
{
    const auto it = m_entries.find(id);
    if (it == m_entries.end() || !isLive(it->second.grant))
        return Base::fail(ErrorKind::NotFound, "There is no grant " + id + ".");
    if (const auto valid = check(change, m_clock->now()); !valid)
        return tl::unexpected(valid.error());
    const Grant before = std::exchange(it->second.grant, changed(it->second.grant, change));
    const Grant after = it->second.grant;
    const auto saved = save();
    if (saved)
        return after;
    if (widens(before, after)) {
        it->second.grant = before;
        return tl::unexpected(saved.error());
    }
    return Base::fail(saved.error().kind,
                      "The grant is changed until the app ends, but that could not be saved: "
                          + saved.error().message);
}

Base::Result<Grant> GrantStore::regrant(const std::string &id, const GrantDraft &draft)
{
    Expiry expiry;
    if (draft.expiresIn)
        expiry.at = m_clock->now() + *draft.expiresIn;
    return change(id,
                  {.group = draft.group,
                   .databases = draft.databases,
                   .permissions = draft.permissions,
                   .expiry = expiry,
                   .paused = false});
}

Base::Result<Grant> GrantStore::revoke(const std::string &id)
{
    const auto it = m_entries.find(id);
    if (it == m_entries.end())
        return Base::fail(ErrorKind::NotFound, "There is no grant " + id + ".");
    Grant grant = it->second.grant;
    m_idByHash.erase(it->second.tokenHash);
    m_entries.erase(it);
    // Revoked in memory even if the disk is full: less is always accepted.
    if (const auto saved = save(); !saved)
        return Base::fail(saved.error().kind,
                          "The grant is revoked until the app ends, but that could not be saved: "
                              + saved.error().message);
    return grant;
}

std::optional<Base::Millis> GrantStore::nextExpiry() const
{
    std::optional<Base::Millis> next;
    for (const auto &[id, entry] : m_entries) {
        const auto &at = entry.grant.expiresAt;
        if (at)
            next = std::min(next.value_or(*at), *at);
    }
    return next;
}

std::vector<Grant> GrantStore::takeExpired()
{
    std::vector<Grant> expired;
    for (auto it = m_entries.begin(); it != m_entries.end();) {
        if (isLive(it->second.grant)) {
            ++it;
            continue;
        }
        m_idByHash.erase(it->second.tokenHash);
        expired.push_back(std::move(it->second.grant));
        it = m_entries.erase(it);
    }
    return expired;
}

void GrantStore::touch(const std::string &id)
{
    if (const auto it = m_entries.find(id); it != m_entries.end())
        it->second.grant.lastUsedAt = m_clock->now();
}

Base::Result<void> GrantStore::save() const
{
    Json list = Json::array();
    for (const auto &[id, entry] : m_entries) {
        if (isLive(entry.grant))
            list.push_back(toJson(entry.grant, entry.tokenHash));
    }
    const std::string text = Json{{"version", 1}, {"grants", list}}.dump(
        2, ' ', false, Json::error_handler_t::replace);
    QSaveFile file(QString::fromStdString(m_file));
    if (!file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || file.write(text.data(), static_cast<qint64>(text.size()))
            != static_cast<qint64>(text.size())
        || !file.commit())
        return Base::fail(ErrorKind::Internal,
                          "Could not write " + m_file + ": " + file.errorString().toStdString()
                              + ".");
    return {};
}

bool covers(const Grant &grant, const std::string &database, const std::string &group)
{
    if (!grant.group.empty() && grant.group != group)
        return false;
    return grant.databases.empty()
        || std::find(grant.databases.begin(), grant.databases.end(), database)
        != grant.databases.end();
}

} // namespace Gateway
