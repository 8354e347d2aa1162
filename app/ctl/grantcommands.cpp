// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "ctl/commands.h"
#include "ctl/text.h"

#include <utility>

namespace Ctl
{

using Base::Json;

namespace
{

std::string scopeText(const Gateway::Grant &grant)
{
    std::string text = grant.connection;
    if (!grant.organization.empty())
        text += "/" + grant.organization;
    if (!grant.group.empty())
        text += "/" + grant.group;
    if (grant.databases.empty())
        return text + ": all databases";
    std::string names;
    for (const std::string &database : grant.databases)
        names += (names.empty() ? "" : ", ") + database;
    return text + ": " + names;
}

void printGrants(Session &session, const Json &result, const char *nothing)
{
    if (session.printsJson()) {
        session.printJson(result);
    } else if (const auto grants = session.decoded(Control::listFrom(result, Control::grantFrom))) {
        const Base::Millis now = Base::SystemClock().now();
        Table table({"ID", "KIND", "AGENT", "PERMISSIONS", "EXPIRES", "LAST USED", "WHERE"});
        const auto permissions = [](const Gateway::Grant &grant) {
            return (grant.paused ? "paused: " : "") + grant.permissions.text();
        };
        for (const auto &grant : *grants)
            table.add({grant.id, grant.kind, grant.agent, permissions(grant),
                       grant.expiresAt ? relativeTime(grant.expiresAt, now) : "never",
                       grant.lastUsedAt ? relativeTime(grant.lastUsedAt, now) : "never",
                       scopeText(grant)});
        session.print(table.isEmpty() ? nothing : table.text());
    }
    session.finish();
}

void printGrant(Session &session, const Json &result, const std::string &sentence)
{
    if (session.printsJson()) {
        session.printJson(result);
    } else if (const auto grant = session.decoded(Control::grantFrom(result))) {
        session.print(shown(grant->agent) + sentence + " (" + shown(grant->id) + ", "
                      + grant->permissions.text() + ", " + shown(scopeText(*grant)) + ").");
    }
    session.finish();
}

// The options that a new grant cannot do without.
bool isComplete(Session &session)
{
    for (const char *option : {"--agent", "--permissions"}) {
        if (!session.arguments().has(option)) {
            session.fail({Base::ErrorKind::InvalidArgument, std::string(option) + " is missing.",
                          "See: turso-companionctl tokens create --help"});
            return false;
        }
    }
    return true;
}

} // namespace

Json draftFromOptions(const Arguments &arguments)
{
    constexpr std::pair<const char *, const char *> kTexts[] = {
        {"--agent", "agent"}, {"--connection", "connection"},   {"--organization", "organization"},
        {"--group", "group"}, {"--permissions", "permissions"}, {"--expires", "expires"}};
    Json draft = Json::object();
    for (const auto &[option, key] : kTexts) {
        if (auto value = arguments.value(option))
            draft[key] = std::move(*value);
    }
    if (auto databases = arguments.values("--database"); !databases.empty())
        draft["databases"] = std::move(databases);
    return draft;
}

void listGrants(Session &session)
{
    session.ask("grants.list", Json::object(), [&session](const Json &result) {
        printGrants(session, result, "No agent may do anything.");
    });
}

void listTokens(Session &session)
{
    session.ask("tokens.list", Json::object(),
                [&session](const Json &result) { printGrants(session, result, "No tokens."); });
}

void createGrant(Session &session)
{
    if (!isComplete(session))
        return;
    session.ask("grants.create", draftFromOptions(session.arguments()),
                [&session](const Json &result) { printGrant(session, result, " may now work"); });
}

void createToken(Session &session)
{
    if (!isComplete(session))
        return;
    session.ask(
        "tokens.create", draftFromOptions(session.arguments()), [&session](const Json &result) {
            if (session.printsJson()) {
                session.printJson(result);
            } else if (const auto minted = session.decoded(Control::mintedTokenFrom(result))) {
                session.print("Token for " + shown(minted->grant.agent) + " ("
                              + shown(minted->grant.id) + ", " + minted->grant.permissions.text()
                              + ", " + shown(scopeText(minted->grant)) + "):\n\n  "
                              + shown(minted->token)
                              + "\n\nIt is shown this once. Keep it like a password.");
            }
            session.finish();
        });
}

void changeGrant(Session &session)
{
    const Arguments &given = session.arguments();
    for (const auto &[one, all] :
         {std::pair{"--group", "--all-groups"}, std::pair{"--database", "--all-databases"}}) {
        if (given.has(one) && given.has(all))
            return session.fail({Base::ErrorKind::InvalidArgument,
                                 std::string(one) + " and " + all + " exclude each other.",
                                 {},
                                 {}});
    }
    Json change = draftFromOptions(given);
    if (given.has("--all-groups"))
        change["group"] = "";
    if (given.has("--all-databases"))
        change["databases"] = Json::array();
    if (change.empty())
        return session.fail({Base::ErrorKind::InvalidArgument,
                             "Say what to change.",
                             "See: turso-companionctl grants change --help",
                             {}});
    change["id"] = session.operand();
    session.ask("grants.change", change,
                [&session](const Json &result) { printGrant(session, result, ": grant changed"); });
}

void pauseGrant(Session &session)
{
    session.ask("grants.change", {{"id", session.operand()}, {"paused", true}},
                [&session](const Json &result) { printGrant(session, result, ": grant paused"); });
}

void resumeGrant(Session &session)
{
    session.ask("grants.change", {{"id", session.operand()}, {"paused", false}},
                [&session](const Json &result) { printGrant(session, result, ": grant resumed"); });
}

void revokeGrant(Session &session)
{
    session.ask("grants.revoke", {{"id", session.operand()}},
                [&session](const Json &result) { printGrant(session, result, ": grant revoked"); });
}

void revokeToken(Session &session)
{
    session.ask("tokens.revoke", {{"id", session.operand()}},
                [&session](const Json &result) { printGrant(session, result, ": token revoked"); });
}

} // namespace Ctl
