// SPDX-License-Identifier: GPL-3.0-or-later
#include "signin/standin.h"

#include "base/json.h"

#include <QCryptographicHash>
#include <QUrlQuery>

namespace Support
{

using Base::Json;

namespace
{

const char *const kOnce[]
    = {"response_type",         "client_id", "redirect_uri", "state", "code_challenge",
       "code_challenge_method", "resource"};

Http::Response json(int status, const Json &body)
{
    return {.status = status, .contentType = "application/json", .body = body.dump()};
}

Http::Response error(int status, const char *code)
{
    return json(status, {{"error", code}, {"error_description", std::string("because ") + code}});
}

std::map<std::string, std::string> fieldsOf(const Http::Form &form)
{
    std::map<std::string, std::string> fields;
    for (const char *name :
         {"response_type", "client_id", "redirect_uri", "state", "code_challenge", "resource",
          "scope", "code_challenge_method", "grant_type", "code", "code_verifier", "refresh_token",
          "client_secret", "tenant"}) {
        if (!form[name].empty())
            fields[name] = form[name];
    }
    return fields;
}

std::string encoded(const std::string &text)
{
    return QByteArray::fromStdString(text).toPercentEncoding().toStdString();
}

} // namespace

StandIn::StandIn()
    : m_server(Http::ServerOptions{})
{
    m_server.add(*this);
    if (!m_server.listen())
        qFatal("no port");
}

void StandIn::serve(std::shared_ptr<Http::Exchange> exchange)
{
    const std::string path = exchange->request().path;
    paths.push_back(path);
    if (silent.contains(path)) {
        m_held.push_back(std::move(exchange));
        return;
    }
    if (const auto odd = instead.find(path); odd != instead.end())
        return exchange->answer(odd->second);
    exchange->answer(answerTo(exchange->request()));
}

Http::Response StandIn::answerTo(const Http::Request &request)
{
    if (api && request.path.starts_with("/v1/"))
        return api(request);
    if (request.path == "/mcp") {
        Http::Response refused{.status = 401};
        std::string challenge = "Basic realm=\"x, y\", Bearer error=\"invalid_token\"";
        if (challenges)
            challenge += ", resource_metadata=\"" + origin() + "/about.json\", scope=\"a b\"";
        refused.fields.emplace_back("WWW-Authenticate", challenge);
        return refused;
    }
    if (request.path == "/about.json"
        || (!challenges && request.path == "/.well-known/oauth-protected-resource/mcp"))
        return json(200,
                    {{"resource", resourceName.empty() ? resource() : resourceName},
                     {"authorization_servers", {origin()}},
                     {"scopes_supported", {"c", "d"}}});
    if (request.path == "/.well-known/oauth-authorization-server")
        return metadata();
    if (request.path == "/register")
        return registered(request);
    if (request.path == "/authorize")
        return authorize(request);
    if (request.path == "/token")
        return token(request);
    if (request.path == "/revoke") {
        const auto form = Http::Form::parse(request.body);
        ended.insert((*form)["token"]);
        expect(!(*form)["client_id"].empty(), "revoke without client_id");
        return {.status = 200};
    }
    return {.status = 404, .contentType = "text/html", .body = "<h1>Not found</h1>"};
}

Http::Response StandIn::metadata()
{
    Json about{{"issuer", metadataIssuer.empty() ? origin() : metadataIssuer},
               {"authorization_endpoint", origin() + "/authorize" + authorizeQuery},
               {"token_endpoint", origin() + "/token"},
               {"response_types_supported", {"code"}},
               {"token_endpoint_auth_methods_supported", {authMethod}},
               {"authorization_response_iss_parameter_supported", namesItself}};
    if (canRevoke)
        about["revocation_endpoint"] = origin() + "/revoke";
    if (registers)
        about["registration_endpoint"] = origin() + "/register";
    if (hasS256)
        about["code_challenge_methods_supported"] = {"plain", "S256"};
    return json(200, about);
}

Http::Response StandIn::registered(const Http::Request &request)
{
    ++registrations;
    const auto wish = Base::parseJson(request.body);
    expect(wish && Base::stringMember(*wish, "application_type") == "native", "not native");
    expect(wish && Base::stringMember(*wish, "token_endpoint_auth_method") == authMethod, "method");
    const Json &uris = Base::member(*wish, "redirect_uris");
    expect(uris.is_array() && uris.size() == 1, "redirect_uris");
    const std::string id = "client-" + std::to_string(registrations);
    m_clients[id] = uris.at(0).get<std::string>();
    Json made{{"client_id", id}, {"redirect_uris", uris}};
    if (authMethod != "none")
        made["client_secret"] = "s:e c+r/e%t";
    return json(201, made);
}

Http::Response StandIn::authorize(const Http::Request &request)
{
    const auto form = Http::Form::parse(request.query);
    if (!form)
        return Support::error(400, "invalid_request");
    lastAuthorize = fieldsOf(*form);
    for (const char *name : kOnce)
        expect(form->all(name).size() == 1, std::string("authorize: ") + name);
    expect((*form)["response_type"] == "code", "response_type");
    expect((*form)["code_challenge_method"] == "S256", "S256");
    expect((*form)["code_challenge"].size() == 43, "challenge");
    expect((*form)["state"].size() >= 43, "state");
    expect((*form)["resource"] == resource(), "resource");
    const std::string redirect = (*form)["redirect_uri"];
    const std::string client = (*form)["client_id"];
    expect(!m_clients.contains(client) || m_clients[client] == redirect, "redirect_uri");
    std::string location
        = redirect + "?state=" + encoded(callbackState.empty() ? (*form)["state"] : callbackState);
    if (callbackIss != "none")
        location += "&iss=" + encoded(callbackIss == "right" ? origin() : callbackIss);
    if (!error.empty()) {
        location += "&error=" + error + "&error_description=" + encoded(errorWords);
    } else {
        const std::string given = code.empty() ? "code-" + std::to_string(m_next++) : code;
        m_codes[given] = {client, redirect, (*form)["code_challenge"], (*form)["resource"]};
        location += "&code=" + encoded(given);
    }
    return {.status = 302, .fields = {{"Location", location}}};
}

Http::Response StandIn::token(const Http::Request &request)
{
    if (onToken)
        onToken();
    const auto form = Http::Form::parse(request.body);
    if (!form || request.header("content-type") != "application/x-www-form-urlencoded")
        return Support::error(400, "invalid_request");
    ++tokens;
    lastToken = fieldsOf(*form);
    lastToken["authorization"] = request.header("authorization");
    expect((*form)["resource"] == resource(), "token: resource");
    if (!takesClients || (authMethod == "none" && !m_clients.contains((*form)["client_id"]))) {
        auto refused = Support::error(401, "invalid_client");
        refused.fields.emplace_back("WWW-Authenticate", "Basic realm=\"token\"");
        return refused;
    }
    if ((*form)["grant_type"] == "authorization_code")
        return redeem(*form);
    expect((*form)["grant_type"] == "refresh_token", "grant_type");
    expect((*form)["redirect_uri"].empty() && (*form)["client_secret"].empty(), "refresh: more");
    if ((*form)["refresh_token"] != liveRefresh)
        return Support::error(400, "invalid_grant");
    return tokens_("refresh/" + std::to_string(m_next++) + "+=");
}

Http::Response StandIn::redeem(const Http::Form &form)
{
    const auto grant = m_codes.extract(form["code"]);
    if (grant.empty())
        return Support::error(400, "invalid_grant");
    const auto challenge
        = QCryptographicHash::hash(QByteArray::fromStdString(form["code_verifier"]),
                                   QCryptographicHash::Sha256)
              .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
              .toStdString();
    const bool isRight = grant.mapped().challenge == challenge
        && grant.mapped().redirect == form["redirect_uri"]
        && (authMethod == "client_secret_basic" || grant.mapped().client == form["client_id"]);
    expect(form["code_verifier"].size() >= 43, "verifier");
    return isRight ? tokens_(refreshes ? "refresh/" + std::to_string(m_next++) + "+=" : "")
                   : Support::error(400, "invalid_grant");
}

Http::Response StandIn::tokens_(std::string refresh)
{
    const std::string token = makeToken ? makeToken() : "token-" + std::to_string(m_next++);
    Json made{{"access_token", token}, {"token_type", tokenType}};
    if (!expiresIn.empty())
        made["expires_in"] = Json::parse(expiresIn);
    if (!refresh.empty()) {
        liveRefresh = refresh;
        made["refresh_token"] = std::move(refresh);
    }
    return json(200, made);
}

void Browser::open(const QUrl &url)
{
    ++opened;
    if (url.path() == u"/callback")
        lastCallback = url;
    QNetworkReply *reply = m_network.get(QNetworkRequest(url));
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        const QUrl next = reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
        if (!next.isEmpty())
            return open(next);
        status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        page = QString::fromUtf8(reply->readAll());
        ++shown;
    });
}

} // namespace Support
