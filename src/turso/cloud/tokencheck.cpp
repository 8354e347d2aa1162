// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/tokencheck.h"

#include "turso/cloud/answers.h"
#include "turso/cloud/api.h"
#include "turso/cloud/flow.h"

#include <QUrl>

#include <algorithm>

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Pending;
using Base::readyNow;
using Base::Result;

namespace CloudApi
{

namespace
{

using Organizations = std::vector<OrganizationRecord>;

std::string organizationPath(const std::string &slug, const std::string &rest)
{
    return "/v1/organizations/" + percentEncoded(slug) + rest;
}

Base::Error unscoped(const std::string &what)
{
    return {ErrorKind::Unauthorized,
            what
                + " Agents would act with all of that: Turso Companion takes only tokens that are "
                  "for one organization or one group, as Turso's own MCP server does.",
            "Sign in with the browser and choose an organization or a group there, or make such a "
            "token on app.turso.tech.",
            R"({"reason":"unscoped"})"};
}

Base::Error unknownOrganization(const std::string &message)
{
    return {ErrorKind::InvalidArgument, message,
            "It is the name in the address of its page: app.turso.tech/NAME.",
            R"({"argument":"organization"})"};
}

/// "acme" of "shop-acme.aws-us-east-1.turso.io" for the database "shop".
std::string slugIn(const Database &database)
{
    const std::string label = database.hostname.substr(0, database.hostname.find('.'));
    const std::string start = database.name + "-";
    return label.starts_with(start) ? label.substr(start.size()) : std::string();
}

/// One token being looked at.
struct Check {
    Api &api;
    Claims claims;
    std::string typed;
    bool isMadeForIt = false;
    TokenReach reach = {};

    bool isForGroup() const { return !claims.groupId.empty(); }
};

using CheckPointer = std::shared_ptr<Check>;

Pending<TokenReach> done(const CheckPointer &check)
{
    return readyNow<TokenReach>(check->reach);
}

Pending<TokenReach> refusedWith(Base::Error error)
{
    return readyNow<TokenReach>(tl::unexpected(std::move(error)));
}

/// The organization is named: does the token reach it, and which group of it?
Pending<TokenReach> inside(const CheckPointer &check, const std::string &slug)
{
    const auto asked = check->api.get(organizationPath(slug, "/groups"),
                                      {.doing = "list the groups of \"" + slug + "\""});
    return afterwards(asked, &check->api, [check, slug](Result<Json> body) {
        const auto groups = body ? groupsFrom(*body) : std::nullopt;
        if (!body) {
            const bool isMissing = body.error().kind == ErrorKind::NotFound
                || body.error().message.find("organization") != std::string::npos;
            return refusedWith(
                isMissing && body.error().kind != ErrorKind::UpstreamError
                    ? unknownOrganization("The token reaches no organization \"" + slug + "\".")
                    : std::move(body).error());
        }
        check->reach.organization = slug;
        if (check->reach.organizationName.empty())
            check->reach.organizationName = slug;
        for (const Group &group : groups.value_or(std::vector<Group>())) {
            const bool isIt = check->claims.groupId.empty() ? groups->size() == 1
                                                            : group.id == check->claims.groupId;
            if (check->reach.isForGroup && isIt)
                check->reach.group = group.name;
        }
        return done(check);
    });
}

/// A group's token cannot list organizations, and does not say whose it is.
Pending<TokenReach> derived(const CheckPointer &check)
{
    const auto asked = check->api.get("/v1/databases?limit=1", {.doing = "list the databases"});
    return afterwards(asked, &check->api, [check](const Result<Json> &body) {
        const auto list = body ? databasesFrom(*body) : std::nullopt;
        std::string slug;
        if (list && !list->databases.empty())
            slug = slugIn(list->databases.front());
        if (slug.empty())
            return refusedWith(unknownOrganization(
                "This token does not say which organization it is for: type the organization."));
        return inside(check, slug);
    });
}

/// One organization is listed, and the token does not say that it is only for that.
Pending<TokenReach> proven(const CheckPointer &check, const OrganizationRecord &only)
{
    const auto asked = check->api.get("/v1/auth/api-tokens", {.doing = "list the own tokens"});
    return afterwards(asked, &check->api, [check, only](const Result<Json> &body) {
        const Json &list = body ? field(*body, "tokens") : Json();
        bool isScoped = false;
        for (const Json &token : list.is_array() ? list : Json::array()) {
            const bool isThis = !check->claims.id.empty()
                && textField(token, "id").value_or("") == check->claims.id;
            isScoped
                = isScoped || (isThis && !textField(token, "organization").value_or("").empty());
        }
        if (!isScoped)
            return refusedWith(
                unscoped("This token does not show that it is for the organization \"" + only.slug
                         + "\" alone: it may reach whatever its owner does."));
        return inside(check, only.slug);
    });
}

Pending<TokenReach> listed(const CheckPointer &check, const Organizations &organizations)
{
    if (organizations.size() > 1)
        return refusedWith(unscoped("This token reaches all " + std::to_string(organizations.size())
                                    + " organizations of its owner."));
    if (organizations.empty())
        return refusedWith(unknownOrganization("This token reaches no organization."));
    const OrganizationRecord &only = organizations.front();
    if (!check->typed.empty() && check->typed != only.slug)
        return refusedWith(unknownOrganization("This token is for the organization \"" + only.slug
                                               + "\", not for \"" + check->typed + "\"."));
    check->reach.organizationName = only.name;
    if (check->isForGroup() || !check->claims.organization.empty() || check->isMadeForIt)
        return inside(check, only.slug);
    // Turso's sessions end; its tokens do not.
    if (check->reach.expiresAt)
        return refusedWith(unscoped("This is the session of somebody's sign-in."));
    return proven(check, only);
}

} // namespace

std::string_view authorityOf(std::string_view url)
{
    const std::size_t start = url.find("://");
    if (start != std::string_view::npos)
        url.remove_prefix(start + 3);
    return url.substr(0, url.find_first_of("/?#"));
}

bool isLoopback(std::string_view host)
{
    if (host == "[::1]" || host.starts_with("[::1]:"))
        return true;
    host = host.substr(0, host.find(':'));
    if (host == "localhost" || host.ends_with(".localhost"))
        return true;
    return host.starts_with("127.")
        && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

Pending<TokenReach> reachOf(Api &api, std::string organization, bool isMadeForIt)
{
    auto check
        = std::make_shared<Check>(Check{api, api.claims(), std::move(organization), isMadeForIt});
    if (check->claims.isForSql)
        return refusedWith({ErrorKind::Unauthorized,
                            "This is a token for a database's SQL, not for the Platform API.",
                            "Make a token for the organization or the group on app.turso.tech."});
    const auto asked
        = both(api.get("/v1/auth/validate", {.doing = "check the token"}),
               api.get("/v1/organizations", {.doing = "list the organizations"}), &api);
    using Seen = std::pair<Result<Json>, Result<Json>>;
    return andThen(asked, &api, [check](Seen seen) {
        auto &[validity, list] = seen;
        const bool isMissing = !validity && validity.error().kind == ErrorKind::NotFound;
        if (!validity && !isMissing)
            return refusedWith(std::move(validity).error());
        const auto expires = validity ? integerField(*validity, "exp") : std::nullopt;
        if (expires && *expires > 0)
            check->reach.expiresAt = *expires * 1000;
        else if (!expires)
            check->reach.expiresAt = check->claims.expiresAt;
        check->reach.scopes = check->claims.scopes;
        check->reach.isForGroup = check->isForGroup();
        if (list) {
            const auto organizations = organizationsFrom(*list);
            return organizations
                ? listed(check, *organizations)
                : refusedWith(strangeAnswer({.doing = "list the organizations"}, "it is no list"));
        }
        const bool isForbidden
            = list.error().kind == ErrorKind::Unauthorized && !check->api.isRefused();
        if (!isForbidden)
            return refusedWith(std::move(list).error());
        if (list.error().message.find("group-scoped") != std::string::npos)
            check->reach.isForGroup = true;
        return check->typed.empty() ? derived(check) : inside(check, check->typed);
    });
}

} // namespace CloudApi

std::string TokenReach::sentence() const
{
    std::string text = isForGroup
        ? "group " + (group.empty() ? std::string("(one)") : group) + " of " + organization
        : "organization " + organization;
    for (std::size_t i = 0; i < scopes.size(); ++i)
        text += (i == 0 ? ": " : ", ") + scopes[i];
    return text;
}

Result<void> checkApiUrl(const std::string &url)
{
    const QUrl parsed(QString::fromStdString(url), QUrl::StrictMode);
    const bool isPlain = parsed.isValid() && !parsed.host().isEmpty() && parsed.userInfo().isEmpty()
        && parsed.path().isEmpty() && !parsed.hasQuery() && !parsed.hasFragment();
    const bool isSafe = parsed.scheme() == QLatin1String("https")
        || (parsed.scheme() == QLatin1String("http")
            && CloudApi::isLoopback(CloudApi::authorityOf(url)));
    if (isPlain && isSafe)
        return {};
    return fail(
        ErrorKind::InvalidArgument,
        "The Platform API's address is like https://api.turso.tech: https (http only on this "
        "computer), and nothing behind the host.",
        {}, R"({"argument":"api_url"})");
}

Pending<TokenReach> checkToken(TokenQuestion question)
{
    if (auto checked = checkApiUrl(question.apiUrl); !checked)
        return readyNow<TokenReach>(tl::unexpected(checked.error()));
    const auto api = std::make_shared<CloudApi::Api>(question.apiUrl, std::string(),
                                                     [token = question.token] { return token; });
    // The api lives as long as somebody waits for its answer.
    return Base::mapped(
        CloudApi::reachOf(*api, std::move(question.organization), question.isMadeForIt),
        [api](const Result<TokenReach> &reach) { return reach; });
}

} // namespace Turso
