// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/service.h"

#include "turso/platformapi/routes.h"

#include <algorithm>
#include <utility>

namespace Turso::PlatformApi
{

using Base::Json;
using Base::Result;

namespace
{

constexpr std::size_t kMostBody = 1024 * 1024;
constexpr std::size_t kMostClient = 100;
constexpr std::size_t kMostArguments = 64 * 1024;

std::string printable(const std::string &text)
{
    std::string clean = text.substr(0, kMostClient);
    std::replace_if(
        clean.begin(), clean.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; },
        ' ');
    return clean;
}

std::string argumentsOf(const Call &call)
{
    Json body = call.body;
    if (body.is_object())
        body.erase("remote_encryption"); // holds a key
    std::string text = Base::dumpJson({{"method", call.request().method},
                                       {"path", call.request().target},
                                       {"body", std::move(body)}});
    return text.size() <= kMostArguments ? text : std::string();
}

} // namespace

Service::Service(Platform &platform, Access &access, const Base::Clock &clock)
    : m_parts{platform, access, clock, this, {}}
{
}

bool Service::owns(std::string_view path)
{
    return path.starts_with("/v1/") || path == "/v2/organizations"
        || path.starts_with("/v2/organizations/") || path.starts_with("/v2/auth/");
}

void Service::handle(Request request, Reply reply)
{
    auto target = Target::parse(request.target);
    const auto call = std::make_shared<Call>(
        std::move(request), target ? std::move(*target) : Target(), std::move(reply));
    const auto text = bearerOf(call->request().authorization);
    if (!text)
        return call->refuse(401, "missing or malformed authorization header");
    auto caller = m_parts.access.byText(*text);
    if (!caller)
        return call->refuse(
            401, m_parts.access.isSqlToken(*text) ? "could not parse jwt id" : "invalid token");
    if (call->request().body.size() > kMostBody)
        return call->refuse(413, "request body too large");
    call->caller = std::move(*caller);
    Base::whenDone(m_parts.platform.groups(), this,
                   [this, call](Result<std::vector<Group>> groups) {
                       if (!groups)
                           return call->refuse(groups.error());
                       call->groups = std::move(*groups);
                       authenticated(call);
                   });
}

void Service::authenticated(const CallPointer &call)
{
    // It goes with its group.
    if (call->caller.isGroupScoped() && call->groupName(call->caller.groupId).empty())
        return call->refuse(401, "invalid token");
    const Route *route
        = findRoute(call->request().method, call->target().segments, call->parameters);
    if (!route)
        return call->refuse(404, "not found");
    const std::string &organization = call->parameter("organization");
    if (!organization.empty() && organization != m_parts.platform.organization().slug
        && organization != m_parts.access.organizationId())
        return call->refuse(404, "organization not found");
    const bool hasBody = call->request().method == "POST" || call->request().method == "PATCH";
    if (hasBody && !call->request().body.empty()) {
        auto body = Base::parseJson(call->request().body);
        if (!body)
            return call->refuse(400, "invalid JSON in request body");
        if (!body->is_object() && !body->is_null())
            return call->refuse(400, "the request body must be a JSON object");
        if (body->is_object())
            call->body = std::move(*body);
    }
    if (route->effect != Effect::Look)
        watch(*route, *call);
    if (mayRun(*route, call))
        resolve(*route, call);
}

bool Service::mayRun(const Route &route, const CallPointer &call) const
{
    const bool isScoped = call->caller.isGroupScoped();
    if (isScoped && route.reach == Reach::Organization) {
        call->refuse(403, "group-scoped token cannot access org-level resources");
        return false;
    }
    if (isScoped && route.reach != Reach::Token && !call->caller.scopes.has(route.scope)) {
        call->refuse(403,
                     "token is missing the required scope: " + std::string(scopeName(route.scope)));
        return false;
    }
    if (m_isReadOnly && route.effect == Effect::More) {
        call->refuse(403, "The app is read-only; a person can lift that in the app.");
        return false;
    }
    return true;
}

void Service::resolve(const Route &route, const CallPointer &call)
{
    if (route.reach == Reach::Group) {
        const Group *group = call->groupNamed(call->parameter("group"));
        if (!group)
            return call->refuse(404, "group not found");
        call->group = *group;
    }
    if (route.reach != Reach::Database)
        return route.run(m_parts, call);
    Base::whenDone(m_parts.platform.database(call->parameter("database")), this,
                   [this, call, &route](Result<Database> database) {
                       if (!database)
                           return call->refuse(database.error());
                       // What a token does not reach is not there for it.
                       if (!call->mayReach(database->group))
                           return call->refuse(404,
                                               "could not find database with name " + database->name
                                                   + ": record not found");
                       call->database = std::move(*database);
                       route.run(m_parts, call);
                   });
}

void Service::watch(const Route &route, Call &call)
{
    Change change;
    change.client = printable(call.request().client);
    if (change.client.empty())
        change.client = printable(call.caller.name);
    change.action = route.action;
    change.arguments = argumentsOf(call);
    change.startedAt = m_parts.clock.now();
    // The call holds it: not the other way round as well.
    call.observer = [this, &call, change = std::move(change)](const Answer &answer) mutable {
        change.database = call.database.name;
        if (change.database.empty())
            change.database = call.parameter("database");
        const bool isBranch = change.action == "create_database" && !call.field("seed").is_null();
        if (isBranch)
            change.action = "create_branch";
        change.status = answer.status;
        if (answer.status != 200) {
            const auto body = Base::parseJson(answer.body);
            change.error = body ? Base::stringMember(*body, "error").value_or("") : "";
        }
        Q_EMIT changed(change);
    };
}

} // namespace Turso::PlatformApi
