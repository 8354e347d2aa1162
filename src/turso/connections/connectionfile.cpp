// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/connections/connection.h"

#include "base/json.h"

#include <QFile>
#include <QSaveFile>
#include <QUrl>

namespace Turso
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Result;

namespace
{

constexpr int kVersion = 1;
constexpr qint64 kLongest = 1024 * 1024;

Result<std::vector<ConnectionSpec>> damaged(const std::string &file)
{
    return fail(ErrorKind::InvalidArgument,
                "The list of connections cannot be read: " + file + " is damaged.",
                "Nothing was changed. Mend the file, or move it away and add the connections "
                "again; the workspace works without it.");
}

TokenOrigin originIn(const Json &json)
{
    const auto text = [&json](const char *key) {
        return Base::stringMember(json, key).value_or(std::string());
    };
    return {text("issuer"),    text("token_endpoint"), text("revocation_endpoint"),
            text("client_id"), text("resource"),       Base::member(json, "renews") == Json(true),
            text("slot")};
}

Json jsonOf(const TokenOrigin &origin)
{
    if (origin.clientId.empty())
        return nullptr;
    return {{"issuer", origin.issuer},
            {"token_endpoint", origin.tokenEndpoint},
            {"revocation_endpoint", origin.revocationEndpoint},
            {"client_id", origin.clientId},
            {"resource", origin.resource},
            {"renews", origin.renews},
            {"slot", origin.slot}};
}

} // namespace

Result<std::vector<ConnectionSpec>> readConnections(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    if (!file.exists())
        return std::vector<ConnectionSpec>();
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLongest)
        return damaged(path);
    const auto json = Base::parseJson(file.readAll().toStdString());
    if (!json || Base::integerMember(*json, "version") != kVersion
        || !Base::member(*json, "connections").is_array())
        return damaged(path);
    std::vector<ConnectionSpec> all;
    for (const Json &one : Base::member(*json, "connections")) {
        const auto text = [&one](const char *key) {
            return Base::stringMember(one, key).value_or(std::string());
        };
        ConnectionSpec spec{text("id"),
                            text("kind"),
                            text("name"),
                            text("url"),
                            text("admin_url"),
                            text("api_url"),
                            text("organization"),
                            text("group"),
                            text("signed_in_by"),
                            Base::member(one, "has_admin_key") == Json(true),
                            originIn(Base::member(one, "origin"))};
        const bool isKnown = spec.kind == kLibsqlServer || spec.kind == kTursoCloud;
        // The id names a folder.
        const bool isId = !spec.id.empty()
            && spec.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-")
                == std::string::npos;
        if (!isKnown || !isId || spec.name.empty())
            return damaged(path);
        all.push_back(std::move(spec));
    }
    return all;
}

Result<void> writeConnections(const std::string &path,
                              const std::vector<ConnectionSpec> &connections)
{
    Json list = Json::array();
    for (const ConnectionSpec &spec : connections)
        list.push_back({{"id", spec.id},
                        {"kind", spec.kind},
                        {"name", spec.name},
                        {"url", spec.url},
                        {"admin_url", spec.adminUrl},
                        {"api_url", spec.apiUrl},
                        {"organization", spec.organization},
                        {"group", spec.group},
                        {"signed_in_by", spec.signedInBy},
                        {"has_admin_key", spec.hasAdminKey},
                        {"origin", jsonOf(spec.origin)}});
    const std::string text
        = Base::dumpJson({{"version", kVersion}, {"connections", std::move(list)}}) + '\n';
    QSaveFile file(QString::fromStdString(path));
    const auto size = static_cast<qint64>(text.size());
    if (!file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || file.write(text.data(), size) != size || !file.commit())
        return fail(ErrorKind::Internal, "The list of connections cannot be written: " + path + '.',
                    "See whether the disk is full.");
    return {};
}

Result<std::string> checkedServerUrl(const std::string &url, const char *argument)
{
    const auto wrong = [argument](const std::string &sentence) {
        return fail(ErrorKind::InvalidArgument, sentence,
                    "It looks like http://127.0.0.1:8080 or https://db.example.com.",
                    "{\"argument\":\"" + std::string(argument) + "\"}");
    };
    const QUrl parsed(QString::fromStdString(url), QUrl::StrictMode);
    if (!parsed.isValid() || parsed.host().isEmpty())
        return wrong("\"" + url + "\" is not the URL of a server.");
    if (parsed.scheme() != QLatin1String("http") && parsed.scheme() != QLatin1String("https"))
        return wrong("The URL of a server begins with http:// or https://.");
    if (!parsed.userInfo().isEmpty())
        return wrong("No password goes into the URL; give it as a token.");
    if (parsed.hasQuery() || parsed.hasFragment()
        || (!parsed.path().isEmpty() && parsed.path() != QLatin1String("/")))
        return wrong("The URL of a server ends with its name or port.");
    return parsed.toString(QUrl::RemovePath | QUrl::FullyEncoded).toStdString();
}

} // namespace Turso
