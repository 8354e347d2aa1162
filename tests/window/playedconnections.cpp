// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/playedconnections.h"

#include "base/clock.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace Played
{

using Base::Json;

namespace
{

constexpr Base::Millis kTenMinutes = 600'000;

Json capabilities(const std::string &kind)
{
    const bool all = kind != "libsql-server";
    return {{"groups", all},
            {"create_databases", all},
            {"branches", all},
            {"point_in_time", all},
            {"configuration", all},
            {"analytics", true},
            {"rolled_back_dry_run", true},
            {"audit_list", kind == "turso-cloud"}};
}

std::string textOf(const Json &json, const char *key)
{
    return Base::stringMember(json, key).value_or("");
}

} // namespace

Connections::Connections(Tell tell)
    : m_tell(std::move(tell))
{
    all = {make({{"id", "workspace"},
                 {"kind", "workspace"},
                 {"name", "Workspace"},
                 {"organization", "local"}})};
}

Json Connections::make(const Json &members)
{
    const std::string kind = textOf(members, "kind");
    Json connection = {{"id", "con_0"},
                       {"kind", kind},
                       {"name", ""},
                       {"organization", ""},
                       {"url", ""},
                       {"admin_url", ""},
                       {"api_url", ""},
                       {"state", "ready"},
                       {"sentence", ""},
                       {"warnings", Json::array()},
                       {"facts", Json::array()},
                       {"capabilities", capabilities(kind)},
                       {"signed_in_by", ""},
                       {"token_kept", ""},
                       {"token_note", ""},
                       {"checked_at", Base::toRfc3339(QDateTime::currentMSecsSinceEpoch())}};
    connection.update(members);
    return connection;
}

bool Connections::knows(const std::string &method) const
{
    return method.starts_with("connections.");
}

Json *Connections::find(const std::string &id)
{
    const auto found
        = std::find_if(all.begin(), all.end(), [&id](const Json &one) { return one["id"] == id; });
    return found == all.end() ? nullptr : &*found;
}

void Connections::become(const std::string &id, const Json &members)
{
    if (Json *connection = find(id)) {
        connection->update(members);
        m_tell("connections.changed", {{"connection", *connection}});
    }
}

Base::Result<Json> Connections::changed(const std::string &id, const Json &members)
{
    if (!find(id))
        return Base::fail(Base::ErrorKind::NotFound, "There is no such connection.");
    become(id, members);
    return *find(id);
}

Base::Result<Json> Connections::reply(const std::string &method, const Json &params)
{
    const std::string id = textOf(params, "id");
    if (method == "connections.list")
        return Json(all);
    if (method == "connections.cli_account")
        return cli;
    if (method == "connections.add")
        return reached(params)
            ? Base::Result<Json>(add(params))
            : Base::fail(Base::ErrorKind::UpstreamError, textOf(added, "sentence"));
    if (method == "connections.audit")
        return auditList(static_cast<int>(Base::integerMember(params, "page").value_or(1)));
    if (method == "connections.databases")
        return databaseList(params);
    if (method == "connections.change") {
        Json members = {{"state", "ready"}, {"sentence", ""}};
        for (const char *key : {"name", "organization"}) {
            if (const auto text = Base::stringMember(params, key))
                members[key] = *text;
        }
        if (params.contains("token"))
            members.update({{"signed_in_by", "token"}, {"token_kept", "keychain"}});
        return changed(id, members);
    }
    if (method == "connections.check")
        return changed(id, {{"state", "ready"}, {"sentence", ""}});
    if (method == "connections.sign_in")
        return signIn(id);
    if (method == "connections.sign_in_cancel") {
        become(id, {{"state", "signed-out"}, {"sentence", "You are not signed in."}});
        return Json::object();
    }
    if (method == "connections.sign_out")
        return changed(
            id,
            {{"state", "signed-out"}, {"sentence", "You have signed out."}, {"token_kept", ""}});
    if (method == "connections.remove") {
        std::erase_if(all, [&id](const Json &one) { return one["id"] == id; });
        m_tell("connections.removed", {{"id", id}});
        return Json::object();
    }
    return Base::fail(Base::ErrorKind::Unsupported, "Not played: " + method);
}

/// Nobody answers where what is added next cannot be reached.
bool Connections::reached(const Json &params) const
{
    return textOf(added, "state") != "unreachable"
        || Base::boolMember(params, "unchecked").value_or(false);
}

Json Connections::add(const Json &params)
{
    const bool fromCli = Base::boolMember(params, "from_cli").value_or(false);
    const bool token = params.contains("token");
    Json members = {{"id", "con_" + std::to_string(++m_made)}};
    for (const char *key : {"kind", "name", "organization", "url", "admin_url", "api_url"}) {
        if (const auto text = Base::stringMember(params, key))
            members[key] = *text;
    }
    if (fromCli || token) {
        members["signed_in_by"] = fromCli ? "cli" : "token";
        members["token_kept"] = "keychain";
    } else if (textOf(params, "kind") == "turso-cloud") {
        members["state"] = "signed-out";
        members["sentence"] = "Sign in to use it.";
    }
    members.update(std::exchange(added, Json::object()));
    all.push_back(make(members));
    m_tell("connections.changed", {{"connection", all.back()}});
    return all.back();
}

Json Connections::signIn(const std::string &id)
{
    become(id, {{"state", "checking"}, {"sentence", ""}});
    return {{"url",
             "https://app.turso.tech/oauth/mcp/authorize?response_type=code&client_id="
             "turso-mcp&state=7f2a9c"},
            {"expires_at", Base::toRfc3339(QDateTime::currentMSecsSinceEpoch() + kTenMinutes)}};
}

Json Connections::databaseList(const Json &params) const
{
    const std::size_t limit
        = static_cast<std::size_t>(Base::integerMember(params, "limit").value_or(100));
    const std::string cursor = Base::stringMember(params, "cursor").value_or("0");
    const std::size_t from = std::min(databases.size(), std::size_t(std::stoul(cursor)));
    const std::size_t to = std::min(databases.size(), from + limit);
    Json page = Json::array();
    for (std::size_t i = from; i < to; ++i)
        page.push_back(databases[i]);
    return {{"databases", page},
            {"next_cursor", to < databases.size() ? Json(std::to_string(to)) : Json()}};
}

Json Connections::auditList(int page) const
{
    const auto size = static_cast<std::size_t>(auditPage);
    const std::size_t from = std::min(audit.size(), static_cast<std::size_t>(page - 1) * size);
    const std::size_t to = std::min(audit.size(), from + size);
    Json entries = Json::array();
    for (std::size_t i = from; i < to; ++i)
        entries.push_back(audit[i]);
    return {{"entries", entries},
            {"page", page},
            {"pages", std::max<std::size_t>(1, (audit.size() + size - 1) / size)}};
}

} // namespace Played
