// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/connectionscenes.h"

#include "base/clock.h"
#include "window/playedconnections.h"
#include "window/scenes.h"

#include <QDateTime>

namespace Scenes
{

using Base::Json;
using Played::Connections;

namespace
{

Base::Millis now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

Json fact(const char *name, const char *value)
{
    return {{"name", name}, {"value", value}};
}

} // namespace

Json workspaceConnection()
{
    return Connections::make(
        {{"id", "workspace"},
         {"kind", "workspace"},
         {"name", "Workspace"},
         {"organization", "local"},
         {"checked_at", nullptr},
         {"facts", {fact("Databases", "5"), fact("Point in time", "7 days")}}});
}

Json cloudConnection()
{
    return Connections::make(
        {{"id", "con_cloud"},
         {"kind", "turso-cloud"},
         {"name", "Acme"},
         {"organization", "acme-corp"},
         {"api_url", "https://api.turso.tech"},
         {"facts",
          {fact("Plan", "Scaler"), fact("Databases", "41"), fact("Branches", "3 of 500"),
           fact("Point in time", "30 days"), fact("Reads this month", "1.2 of 100 billion")}},
         {"signed_in_by", "browser"},
         {"token_kept", "keychain"},
         {"checked_at", Base::toRfc3339(now() - 180'000)}});
}

Json serverConnection()
{
    return Connections::make(
        {{"id", "con_server"},
         {"kind", "libsql-server"},
         {"name", "Office server"},
         {"url", "http://db.office.example:8080"},
         {"warnings",
          {"It lets everybody in who can reach it: start it with --auth-jwt-key-file and give the "
           "token here."}},
         {"facts", {fact("Server", "sqld 0.24.32"), fact("Databases", "1")}},
         {"checked_at", Base::toRfc3339(now() - 20'000)}});
}

std::vector<Json> connections()
{
    return {workspaceConnection(), cloudConnection(), serverConnection()};
}

std::vector<Json> brokenConnections()
{
    const auto broken
        = [](Json base, const char *id, const char *name, const char *state, const char *sentence) {
              base.update({{"id", id}, {"name", name}, {"state", state}, {"sentence", sentence}});
              return base;
          };
    Json memory = cloudConnection();
    memory.update({{"id", "con_memory"},
                   {"name", "Without a keyring"},
                   {"signed_in_by", "token"},
                   {"token_kept", "memory"},
                   {"token_note",
                    "No keyring answers on this desktop. Install gnome-keyring or "
                    "KWallet, and paste the token once more."}});
    return {
        workspaceConnection(),
        broken(serverConnection(), "con_away", "Office server", "unreachable",
               "db.office.example:8080 does not answer: connection refused. Start the server, "
               "or check the address."),
        broken(cloudConnection(), "con_out", "Acme", "signed-out",
               "Turso Cloud does not take the token any more: it was revoked or has expired."),
        broken(cloudConnection(), "con_locked", "Side project", "locked",
               "The keyring is locked, and the token in it cannot be read until you unlock it."),
        broken(cloudConnection(), "con_limited", "Analytics", "limited",
               "The token may only read: databases cannot be created, branched or deleted with "
               "it. Sign in again and allow more."),
        broken(cloudConnection(), "con_checking", "Staging", "checking", ""),
        memory};
}

std::vector<Json> manyConnections(int count)
{
    std::vector<Json> all = brokenConnections();
    const char *names[] = {"Acme", "customer-data-warehouse-europe-west-production-replica-0042",
                           "Side project", "Ärzteversorgung Mecklenburg-Vorpommern (Testumgebung)"};
    for (int i = 0; static_cast<int>(all.size()) < count; ++i) {
        Json one = i % 3 == 0 ? serverConnection() : cloudConnection();
        one["id"] = "con_many_" + std::to_string(i);
        one["name"] = names[i % 4];
        if (i % 3 == 0)
            one["url"] = "https://primary.databases.europe-west-1.infrastructure.a-company-with-a-"
                         "long-name.example:8443/namespaces/production";
        else
            one["organization"] = "a-company-of-some-size-and-a-remarkably-long-organization-name";
        all.push_back(std::move(one));
    }
    all[1]["sentence"] = "primary.databases.europe-west-1.infrastructure.a-company-with-a-long-"
                         "name.example:8443 answered with a certificate for somebody else. The "
                         "address may be wrong, or somebody stands in between; nothing was sent. "
                         "Check the address with whoever runs the server before you try again.";
    return all;
}

std::vector<Json> databases(int count)
{
    std::vector<Json> all;
    for (int i = 0; i < count; ++i) {
        const std::string source = "tenant-" + std::to_string(100'000 + i - i % 3);
        const bool isBranch = i % 3 == 2;
        all.push_back(
            {{"name",
              isBranch ? source + "-try-the-new-index" : "tenant-" + std::to_string(100'000 + i)},
             {"group", i % 2 == 0 ? "default" : "europe-production"},
             {"parent", isBranch ? Json(source) : Json()},
             {"size_bytes", i % 5 == 4 ? Json() : Json(4096LL * (i + 1) * 37)},
             {"delete_protection", i % 7 == 0}});
    }
    return all;
}

std::vector<Json> auditEntries(int count)
{
    struct Kind {
        const char *code;
        const char *message;
        const char *origin;
    };
    const Kind kinds[]
        = {{"db-create", "Database shop-prod-branch-0041 created in group prod", "cli"},
           {"db-token-create", "Token created for database shop-prod", "web"},
           {"org-member-add", "grace@acme.example added as admin", "web"},
           {"db-delete", "Database scratch-2 deleted", "cli"},
           {"group-unprotect", "Delete protection of group prod disabled", "web"},
           {"db-aunrchive", "Database reports unarchived", ""},
           {"something-new", "A deed that this app has never heard of", "terraform"},
           {"org-plan-update", "Plan changed from developer to scaler", "web"}};
    std::vector<Json> entries;
    for (int i = 0; i < count; ++i) {
        const Kind &kind = kinds[i % 8];
        entries.push_back({{"at", Base::toRfc3339(now() - i * 5'400'000LL)},
                           {"code", kind.code},
                           {"message", kind.message},
                           {"author", i % 3 == 0 ? "ada@acme.example" : "grace-hopper"},
                           {"origin", kind.origin}});
    }
    return entries;
}

std::vector<Gateway::ConnectionScope> scopesOfThree()
{
    std::vector<Gateway::ConnectionScope> all = manyScopes(12);
    all[1].name = "Acme";
    all[1].organization = "acme-corp";
    Gateway::ConnectionScope server{"con_server", "libsql-server", "Office server", ""};
    server.problem
        = "db.office.example:8080 does not answer: connection refused. Start the server, "
          "or check the address.";
    all.push_back(server);
    return all;
}

} // namespace Scenes
