// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/registration.h"

#include "base/json.h"
#include "turso/signin/address.h"

#include <QFile>
#include <QSaveFile>

#include <algorithm>

namespace Turso
{

using Base::Json;

namespace
{

constexpr qint64 kMostBytes = 256 * 1024;
constexpr std::size_t kMostId = 2048;

bool holds(const std::vector<std::string> &list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

Json readFile(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    if (path.empty() || !file.open(QIODevice::ReadOnly))
        return Json::object();
    auto data = Base::parseJson(file.read(kMostBytes).toStdString());
    return data && data->is_object() ? *data : Json::object();
}

void writeFile(const std::string &path, const Json &data)
{
    QSaveFile file(QString::fromStdString(path));
    if (path.empty() || !file.open(QIODevice::WriteOnly))
        return;
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    file.write(QByteArray::fromStdString(Base::dumpJson(data) + '\n'));
    file.commit();
}

std::string methodFor(const ServerMetadata &server)
{
    if (server.authMethods.empty() || holds(server.authMethods, "none"))
        return "none";
    return wantsSecretInBody(server) ? "client_secret_post" : "client_secret_basic";
}

} // namespace

std::optional<Registrations::Kept> Registrations::find(const std::string &issuer) const
{
    const Json data = readFile(m_file);
    const Json &entry = Base::member(data, issuer.c_str());
    const auto id = Base::stringMember(entry, "client_id");
    const auto port = Base::integerMember(entry, "port").value_or(0);
    if (!id || !isTokenText(*id) || port < 1024 || port > 65'535)
        return std::nullopt;
    return Kept{*id, static_cast<std::uint16_t>(port)};
}

void Registrations::keep(const std::string &issuer, const Kept &registration) const
{
    Json data = readFile(m_file);
    data[issuer] = {{"client_id", registration.clientId}, {"port", registration.port}};
    writeFile(m_file, data);
}

void Registrations::forget(const std::string &issuer) const
{
    Json data = readFile(m_file);
    if (data.erase(issuer) > 0)
        writeFile(m_file, data);
}

bool wantsSecretInBody(const ServerMetadata &server)
{
    return !holds(server.authMethods, "client_secret_basic")
        && holds(server.authMethods, "client_secret_post");
}

std::string registrationText(const ServerMetadata &server, const std::string &clientName,
                             const std::string &redirectUri, const std::string &scope)
{
    Json wish{
        {"client_name", clientName},      {"application_type", "native"},
        {"redirect_uris", {redirectUri}}, {"grant_types", {"authorization_code", "refresh_token"}},
        {"response_types", {"code"}},     {"token_endpoint_auth_method", methodFor(server)}};
    if (!scope.empty())
        wish["scope"] = scope;
    return Base::dumpJson(wish);
}

Base::Result<Registered> readRegistration(const SignInAnswer &answer, const ServerMetadata &server)
{
    const auto body = Base::parseJson(answer.body);
    const Json data = body ? *body : Json();
    const auto id = Base::stringMember(data, "client_id");
    const bool isGood = answer.status == 200 || answer.status == 201;
    if (!isGood || !id || id->size() > kMostId || !isTokenText(*id)) {
        const std::string said
            = plainWords(Base::stringMember(data, "error_description").value_or(std::string()));
        return Base::fail(Base::ErrorKind::UpstreamError,
                          server.issuer + " does not take this app (HTTP "
                              + std::to_string(answer.status) + ")."
                              + (said.empty() ? "" : " It said: " + said),
                          "Paste a token instead.");
    }
    Registered made{.clientId = *id};
    const auto method = Base::stringMember(data, "token_endpoint_auth_method");
    auto secret = Base::stringMember(data, "client_secret");
    if (secret && isTokenText(*secret) && method != "none"
        && (method || methodFor(server) != "none")) {
        made.secret = std::make_shared<const Base::Secret>(std::move(*secret));
        made.secretInBody = method ? *method == "client_secret_post" : wantsSecretInBody(server);
    }
    return made;
}

} // namespace Turso
