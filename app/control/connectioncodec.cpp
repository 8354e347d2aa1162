// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "control/fields.h"

#include <utility>

namespace Control
{

using Base::Json;
using Base::Result;
using namespace Gateway;

namespace
{

std::shared_ptr<const Base::Secret> secretOf(std::optional<std::string> text)
{
    if (!text || text->empty())
        return nullptr;
    return std::make_shared<const Base::Secret>(std::move(*text));
}

} // namespace

Json toJson(const ConnectionInfo &connection)
{
    Json facts = Json::array();
    for (const auto &[name, value] : connection.facts)
        facts.push_back({{"name", name}, {"value", value}});
    Json capabilities = Json::object();
    for (const auto &[name, can] : connection.capabilities)
        capabilities[name] = can;
    return {{"id", connection.id},
            {"kind", connection.kind},
            {"name", connection.name},
            {"state", connection.state},
            {"sentence", connection.sentence},
            {"organization", connection.organization},
            {"url", connection.url},
            {"admin_url", connection.adminUrl},
            {"api_url", connection.apiUrl},
            {"warnings", connection.warnings},
            {"facts", std::move(facts)},
            {"capabilities", std::move(capabilities)},
            {"signed_in_by", connection.signedInBy},
            {"token_kept", connection.tokenKept},
            {"token_note", connection.tokenNote},
            {"checked_at",
             connection.checkedAt ? Json(Base::toRfc3339(*connection.checkedAt)) : Json(nullptr)}};
}

Json toJson(const SignInOffer &offer)
{
    return {{"url", offer.url}, {"expires_at", Base::toRfc3339(offer.expiresAt)}};
}

Json toJson(const CliAccountInfo &account)
{
    return {{"found", account.found},
            {"username", account.username},
            {"organization", account.organization},
            {"api_url", account.apiUrl}};
}

Json toJson(const Turso::DatabasePage &page)
{
    Json databases = Json::array();
    for (const Turso::Database &database : page.databases)
        databases.push_back(
            {{"name", database.name},
             {"group", database.group},
             {"parent", database.parent ? Json(database.parent->name) : Json()},
             {"size_bytes", database.sizeBytes ? Json(*database.sizeBytes) : Json()},
             {"delete_protection", database.configuration.deleteProtection}});
    return {{"databases", std::move(databases)},
            {"next_cursor", page.next.empty() ? Json() : Json(page.next)}};
}

Json toJson(const Turso::AuditPage &page)
{
    Json entries = Json::array();
    for (const Turso::AuditEntry &entry : page.entries)
        entries.push_back({{"at", Base::toRfc3339(entry.at)},
                           {"code", entry.code},
                           {"message", entry.message},
                           {"author", entry.author},
                           {"origin", entry.origin}});
    return {{"entries", std::move(entries)}, {"page", page.page}, {"pages", page.pages}};
}

Result<ConnectionInfo> connectionFrom(const Json &json)
{
    Fields fields(json, "a connection");
    ConnectionInfo connection;
    connection.id = fields.text("id");
    connection.kind = fields.text("kind");
    connection.name = fields.text("name");
    connection.state = fields.text("state");
    connection.sentence = fields.text("sentence");
    connection.organization = fields.text("organization");
    connection.url = fields.text("url");
    connection.adminUrl = fields.text("admin_url");
    connection.apiUrl = fields.text("api_url");
    connection.warnings = fields.texts("warnings");
    for (const Json &fact : fields.array("facts")) {
        const auto name = Base::stringMember(fact, "name");
        const auto value = Base::stringMember(fact, "value");
        if (!name || !value)
            fields.reject("A connection's \"facts\" have a name and a value each.");
        else
            connection.facts.emplace_back(*name, *value);
    }
    for (const auto &[name, can] : fields.object("capabilities").items()) {
        if (!can.is_boolean())
            fields.reject("A connection's \"capabilities\" are true or false.");
        else
            connection.capabilities.emplace_back(name, can.get<bool>());
    }
    connection.signedInBy = fields.text("signed_in_by");
    connection.tokenKept = fields.text("token_kept");
    connection.tokenNote = fields.text("token_note");
    connection.checkedAt = fields.optionalTime("checked_at");
    if (!fields.isValid())
        return fields.failure();
    return connection;
}

Result<SignInOffer> signInOfferFrom(const Json &json)
{
    Fields fields(json, "a sign-in");
    SignInOffer offer{fields.text("url"), fields.time("expires_at")};
    if (!fields.isValid())
        return fields.failure();
    return offer;
}

Result<ConnectionDraft> connectionDraftFrom(const Json &json)
{
    Fields fields(json, "the parameters");
    fields.allowOnly({"kind", "name", "url", "admin_url", "api_url", "organization", "token",
                      "admin_key", "from_cli", "unchecked"});
    ConnectionDraft draft;
    draft.kind = fields.text("kind");
    draft.name = fields.optionalText("name").value_or("");
    draft.url = fields.optionalText("url").value_or("");
    draft.adminUrl = fields.optionalText("admin_url").value_or("");
    draft.apiUrl = fields.optionalText("api_url").value_or("");
    draft.organization = fields.optionalText("organization").value_or("");
    draft.token = secretOf(fields.optionalText("token"));
    draft.adminKey = secretOf(fields.optionalText("admin_key"));
    draft.fromCli = fields.has("from_cli") && fields.boolean("from_cli");
    draft.unchecked = fields.has("unchecked") && fields.boolean("unchecked");
    if (!fields.isValid())
        return fields.failure();
    return draft;
}

Result<ConnectionChange> connectionChangeFrom(const Json &json)
{
    Fields fields(json, "the parameters");
    fields.allowOnly({"id", "name", "organization", "token", "admin_key"});
    ConnectionChange change;
    change.name = fields.optionalText("name");
    change.organization = fields.optionalText("organization");
    change.token = secretOf(fields.optionalText("token"));
    change.adminKey = secretOf(fields.optionalText("admin_key"));
    if (fields.isValid() && !change.name && !change.organization && !change.token
        && !change.adminKey)
        fields.reject("Nothing is to be changed.");
    if (!fields.isValid())
        return fields.failure();
    return change;
}

} // namespace Control
