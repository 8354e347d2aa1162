// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/sqltokens.h"

#include "turso/cloud/flow.h"
#include "turso/cloud/recorder.h"
#include "turso/cloud/tokencheck.h"

#include <algorithm>

namespace Turso::CloudApi
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Millis;
using Base::Pending;
using Base::readyNow;
using Base::Result;

namespace
{

constexpr Millis kLifetime = 600'000;
constexpr char kExpiration[] = "10m";
constexpr Millis kBefore = 60'000; // a token is not given out in its last minute
constexpr std::size_t kMostEntries = 4'000;

/// Each privilege has what the one below it has. The names are Turso's.
Json actionsOf(Privilege privilege)
{
    Json actions = {"data_read", "data_add", "data_update"};
    if (privilege != Privilege::Write)
        actions.push_back("data_delete");
    if (privilege == Privilege::Schema) {
        for (const char *action : {"schema_add", "schema_update", "schema_delete"})
            actions.push_back(action);
    }
    return actions;
}

bool isHostName(std::string_view host)
{
    constexpr std::size_t kLongest = 260;
    return !host.empty() && host.size() <= kLongest
        && std::all_of(host.begin(), host.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                   || c == '-' || c == '.' || c == ':' || c == '[' || c == ']' || c == '_';
           });
}

/// What sessions hold.
class Access final : public SqlAccess
{
public:
    explicit Access(SqlTokens *tokens)
        : m_tokens(tokens)
    {
    }
    Pending<SqlDoor> door(std::string database, Privilege privilege) override
    {
        if (m_tokens)
            return m_tokens->door(database, privilege);
        return readyNow<SqlDoor>(fail(ErrorKind::Cancelled, "The connection was removed."));
    }
    void refused(const std::string &database, Privilege privilege, const SqlDoor &door) override
    {
        if (m_tokens)
            m_tokens->refused(database, privilege, door);
    }

private:
    QPointer<SqlTokens> m_tokens;
};

} // namespace

Result<SqlDoor> doorOf(const Database &database, bool isApiHere)
{
    const std::string_view host = authorityOf(database.hostname);
    const bool isHere = isLoopback(host);
    if (!isHostName(host) || (isHere && !isApiHere))
        return fail(ErrorKind::UpstreamError,
                    "Turso does not say where the SQL of \"" + database.name
                        + "\" is: its host name is \"" + database.hostname.substr(0, 260) + "\".",
                    {}, R"({"outcome":"not_run"})");
    SqlDoor door;
    if (!isHere) {
        door.url = "https://" + std::string(host);
        return door;
    }
    // Names under localhost are this computer's by their definition, and not every resolver knows.
    const std::size_t suffix = host.find(".localhost");
    if (suffix == std::string_view::npos) {
        door.url = "http://" + std::string(host);
        return door;
    }
    constexpr std::string_view kSuffix = ".localhost";
    door.url = "http://127.0.0.1" + std::string(host.substr(suffix + kSuffix.size()));
    door.nameSpace = database.name;
    return door;
}

SqlTokens::SqlTokens(Api &api, Databases &databases, Facts &facts, const Base::Clock &clock,
                     Recorder *recorder)
    : m_api(api)
    , m_databases(databases)
    , m_facts(facts)
    , m_clock(clock)
    , m_recorder(recorder)
{
    connect(&databases, &Databases::removed, this,
            [this](const QString &name) { forget(name.toStdString()); });
}

std::shared_ptr<SqlAccess> SqlTokens::access()
{
    return std::make_shared<Access>(this);
}

Pending<SqlDoor> SqlTokens::door(const std::string &database, Privilege privilege)
{
    const Key key(database, privilege);
    const auto found = m_entries.find(key);
    if (found != m_entries.end() && found->second.isPending)
        return found->second.pending;
    if (found != m_entries.end() && m_clock.now() < found->second.until
        && found->second.madeWith == m_api.token())
        return readyNow<SqlDoor>(found->second.door);
    if (m_entries.size() >= kMostEntries)
        std::erase_if(m_entries, [this](const auto &entry) {
            return !entry.second.isPending && m_clock.now() >= entry.second.until;
        });
    auto pending = make(key);
    Entry &entry = m_entries[key];
    entry = {.pending = pending, .isPending = true};
    return pending;
}

Pending<SqlDoor> SqlTokens::make(const Key &key)
{
    const auto madeWith = m_api.token();
    const auto described = m_databases.record(key.first);
    const auto made = andThen(described, this, [this, key, madeWith](const Database &database) {
        auto door = doorOf(database, isLoopback(authorityOf(m_api.baseUrl())));
        if (!door)
            return readyNow<SqlDoor>(std::move(door));
        if (m_recorder)
            m_recorder->learn(database.name, database.id);
        return andThen(mint(key, database.id), this,
                       [this, key, madeWith, door = std::move(*door)](std::string jwt) {
                           return readyNow<SqlDoor>(keep(key, door, std::move(jwt), madeWith));
                       });
    });
    return afterwards(made, this, [this, key](Result<SqlDoor> door) {
        if (!door)
            m_entries.erase(key);
        return readyNow<SqlDoor>(std::move(door));
    });
}

Pending<std::string> SqlTokens::post(const Key &key, const Json &body)
{
    const Asked asked{.doing = "make a token for the SQL of \"" + key.first + "\"",
                      .scope = "db:mint-token",
                      .database = key.first};
    const std::string authorization = key.second == Privilege::Read ? "read-only" : "full-access";
    const std::string path
        = m_api.path("/databases/" + percentEncoded(key.first) + "/auth/tokens?expiration="
                     + kExpiration + "&authorization=" + authorization);
    return andThen(m_api.send("POST", path, body, asked), this, [asked](const Json &answer) {
        auto jwt = textField(answer, "jwt");
        return readyNow<std::string>(
            jwt && !jwt->empty() ? Result<std::string>(std::move(*jwt))
                                 : tl::unexpected(strangeAnswer(asked, "there is no token in it")));
    });
}

Pending<std::string> SqlTokens::mint(const Key &key, const std::string &id)
{
    if (key.second == Privilege::Read || !m_facts.takesFinePermissions(id))
        return post(key, Json::object());
    const Json fine = {{"fine_grained_permissions",
                        Json::array({{{"t", nullptr}, {"a", actionsOf(key.second)}}})}};
    return afterwards(post(key, fine), this, [this, key, id](Result<std::string> jwt) {
        const bool isTheirs = !jwt
            && (jwt.error().kind == ErrorKind::InvalidArgument
                || jwt.error().kind == ErrorKind::Unsupported
                || (jwt.error().kind == ErrorKind::Unauthorized && !m_api.isRefused()));
        if (!isTheirs)
            return readyNow<std::string>(std::move(jwt));
        return andThen(post(key, Json::object()), this, [this, id](std::string coarse) {
            m_facts.noteCoarse(id);
            return readyNow<std::string>(std::move(coarse));
        });
    });
}

Result<SqlDoor> SqlTokens::keep(const Key &key, SqlDoor door, std::string jwt,
                                std::shared_ptr<const Base::Secret> madeWith)
{
    const Claims claims = claimsOf(jwt);
    // By the token's own two times: the server's clock may be another.
    const Millis lifetime = claims.issuedAt && claims.expiresAt
        ? std::min(*claims.expiresAt - *claims.issuedAt, kLifetime)
        : kLifetime;
    door.token = std::make_shared<const Base::Secret>(std::move(jwt));
    Entry &entry = m_entries[key];
    entry = {.door = door, .until = m_clock.now() + lifetime - kBefore, .madeWith = madeWith};
    return door;
}

void SqlTokens::refused(const std::string &database, Privilege privilege, const SqlDoor &door)
{
    const auto found = m_entries.find({database, privilege});
    // A newer one is not the one that was refused.
    if (found != m_entries.end() && !found->second.isPending
        && found->second.door.token == door.token)
        m_entries.erase(found);
}

void SqlTokens::forget(const std::string &database)
{
    std::erase_if(m_entries, [&database](const auto &entry) {
        return entry.first.first == database && !entry.second.isPending;
    });
}

} // namespace Turso::CloudApi
