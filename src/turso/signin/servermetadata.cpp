// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/servermetadata.h"

#include "base/json.h"
#include "turso/signin/address.h"

#include <algorithm>

namespace Turso
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

constexpr char kTursoResource[] = "https://mcp.turso.ai/mcp";
constexpr char kTursoIssuer[] = "https://api.turso.tech";
constexpr std::size_t kMostWords = 100;

tl::unexpected<Base::Error> refused(std::string message)
{
    return Base::fail(ErrorKind::Unauthorized, std::move(message),
                      "Nothing was sent to it. Paste a token instead, or ask its operator.");
}

std::vector<std::string> words(const Json &object, const char *key)
{
    std::vector<std::string> list;
    for (const Json &entry : Base::member(object, key)) {
        if (entry.is_string() && list.size() < kMostWords)
            list.push_back(entry.get<std::string>());
    }
    return list;
}

bool holds(const std::vector<std::string> &list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// `url` with another path, and no query.
QUrl at(const QUrl &url, const QString &path)
{
    QUrl made(url);
    made.setQuery(QString());
    made.setPath(path, QUrl::StrictMode);
    return made;
}

QString pathOf(const QUrl &url)
{
    QString path = url.path(QUrl::FullyEncoded);
    while (path.endsWith(u'/'))
        path.chop(1);
    return path;
}

/// The same origin, and its path or one above it.
bool covers(const QUrl &named, const QUrl &resource)
{
    const auto port = [](const QUrl &url) {
        return url.port(url.scheme() == u"https" ? 443 : 80);
    };
    const QString above = pathOf(named);
    const QString path = pathOf(resource);
    return named.scheme() == resource.scheme() && named.host() == resource.host()
        && port(named) == port(resource) && !named.hasQuery()
        && (path == above || path.startsWith(above + u'/'));
}

} // namespace

std::vector<QUrl> resourcePlaces(const QUrl &resource, std::string_view named)
{
    std::vector<QUrl> places;
    const auto add = [&](const QUrl &place) {
        if (isFit(place, resource)
            && std::find(places.begin(), places.end(), place) == places.end())
            places.push_back(place);
    };
    if (const auto place = addressOf(named))
        add(*place);
    const QString known = QStringLiteral("/.well-known/oauth-protected-resource");
    add(at(resource, known + pathOf(resource)));
    add(at(resource, known));
    return places;
}

std::vector<QUrl> serverPlaces(const QUrl &issuer)
{
    const QString path = pathOf(issuer);
    const QString oauth = QStringLiteral("/.well-known/oauth-authorization-server");
    const QString openId = QStringLiteral("/.well-known/openid-configuration");
    if (path.isEmpty())
        return {at(issuer, oauth), at(issuer, openId)};
    return {at(issuer, oauth + path), at(issuer, openId + path), at(issuer, path + openId)};
}

Result<ProtectedResource> readResource(std::string_view document, const QUrl &resource)
{
    const auto data = Base::parseJson(document);
    const std::string asked = resource.toString(QUrl::FullyEncoded).toStdString();
    if (!data || !data->is_object())
        return refused("What " + asked + " says of its sign-in cannot be read.");
    ProtectedResource found{Base::stringMember(*data, "resource").value_or(std::string()),
                            {},
                            words(*data, "scopes_supported")};
    const auto named = addressOf(found.resource);
    if (!named || !covers(*named, resource))
        return refused("The server at " + asked + " calls itself "
                       + (found.resource.empty() ? "nothing" : plainWords(found.resource))
                       + ", so a token for it could be meant for another one.");
    const auto issuers = words(*data, "authorization_servers");
    const auto issuer = issuers.empty() ? std::nullopt : addressOf(issuers.front());
    if (!issuer || !isFit(*issuer, resource) || issuer->hasQuery())
        return refused("The server at " + asked + " does not say, or not usably, who signs in to "
                       + "it.");
    found.issuer = issuers.front();
    return found;
}

Result<ServerMetadata> readServer(std::string_view document, std::string_view issuer,
                                  const QUrl &resource)
{
    const std::string name(issuer);
    const auto data = Base::parseJson(document);
    if (!data || !data->is_object())
        return refused("What " + name + " says of itself cannot be read.");
    const auto text = [&data](const char *key) {
        return Base::stringMember(*data, key).value_or(std::string());
    };
    if (text("issuer") != name)
        return refused("The sign-in server at " + name + " says that it is "
                       + plainWords(text("issuer")) + '.');
    ServerMetadata found{
        .issuer = name,
        .authorizationEndpoint = text("authorization_endpoint"),
        .tokenEndpoint = text("token_endpoint"),
        .registrationEndpoint = text("registration_endpoint"),
        .revocationEndpoint = text("revocation_endpoint"),
        .scopes = words(*data, "scopes_supported"),
        .authMethods = words(*data, "token_endpoint_auth_methods_supported"),
        .namesItself
        = Base::boolMember(*data, "authorization_response_iss_parameter_supported").value_or(false),
        .takesDocuments
        = Base::boolMember(*data, "client_id_metadata_document_supported").value_or(false)};
    if (!holds(words(*data, "code_challenge_methods_supported"), "S256"))
        return refused("The sign-in server at " + name
                       + " does not protect sign-ins of apps (PKCE with S256).");
    if (const auto types = words(*data, "response_types_supported");
        !types.empty() && !holds(types, "code"))
        return refused("The sign-in server at " + name + " signs in no apps like this one.");
    for (const std::string &endpoint : {found.authorizationEndpoint, found.tokenEndpoint}) {
        const auto url = addressOf(endpoint);
        if (!url || !isFit(*url, resource))
            return refused("The sign-in server at " + name
                           + " names an address to which no secret may be sent.");
    }
    for (std::string *endpoint : {&found.registrationEndpoint, &found.revocationEndpoint}) {
        const auto url = addressOf(*endpoint);
        if (!url || !isFit(*url, resource))
            endpoint->clear();
    }
    return found;
}

std::optional<ProtectedResource> knownResource(std::string_view resource)
{
    if (resource != kTursoResource)
        return std::nullopt;
    return ProtectedResource{kTursoResource, kTursoIssuer, {}};
}

std::optional<ServerMetadata> knownServer(std::string_view issuer)
{
    if (issuer != kTursoIssuer)
        return std::nullopt;
    return ServerMetadata{.issuer = kTursoIssuer,
                          .authorizationEndpoint = "https://app.turso.tech/oauth/mcp/authorize",
                          .tokenEndpoint = "https://api.turso.tech/v1/oauth/token",
                          .registrationEndpoint = "https://api.turso.tech/v1/oauth/register",
                          .authMethods = {"none"}};
}

} // namespace Turso
