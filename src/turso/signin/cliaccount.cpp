// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/cliaccount.h"

#include "base/json.h"
#include "turso/apiclient/apiclient.h"
#include "turso/signin/address.h"

#include <QFile>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace Turso
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

constexpr char kApiUrl[] = "https://api.turso.tech";
constexpr qint64 kMostBytes = 256 * 1024;

std::string defaultFolder()
{
    if (const QByteArray named = qgetenv("TURSO_CONFIG_FOLDER"); !named.isEmpty())
        return named.toStdString();
    return (QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
            + QStringLiteral("/turso"))
        .toStdString();
}

/// The file's text; empty if there is none.
Result<std::string> readOwn(const std::string &path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return errno == ENOENT || errno == ENOTDIR
            ? Result<std::string>(std::string())
            : Base::fail(ErrorKind::Unauthorized, "The file " + path + " cannot be read.");
    QFile file;
    struct stat about = {};
    const bool isKnown = ::fstat(descriptor, &about) == 0;
    if (!file.open(descriptor, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle))
        ::close(descriptor);
    if (!isKnown || !S_ISREG(about.st_mode) || about.st_uid != ::geteuid())
        return Base::fail(ErrorKind::Unauthorized, "The file " + path + " is not yours.",
                          "Sign in to Turso's command line again (turso auth login), or here.");
    if ((about.st_mode & 077U) != 0)
        return Base::fail(ErrorKind::Unauthorized,
                          "Others on this computer may read or change " + path + '.',
                          "Make it yours alone (chmod 600) and sign in to Turso's command line "
                          "again, as others may have its token.");
    std::string text = file.read(kMostBytes).toStdString();
    if (!file.atEnd())
        return Base::fail(ErrorKind::InvalidArgument, "The file " + path + " is too long.");
    return text;
}

/// The member by its name in any case, as the command line itself takes it.
std::string textMember(const Json &object, std::string_view name)
{
    for (const auto &[key, value] : object.items()) {
        const bool isIt = std::equal(
            key.begin(), key.end(), name.begin(), name.end(),
            [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
        if (isIt && value.is_string())
            return value.get<std::string>();
    }
    return {};
}

Result<Json> readSettings(const std::string &path)
{
    auto text = readOwn(path);
    if (!text)
        return tl::unexpected(text.error());
    if (text->empty())
        return Json::object();
    auto settings = Base::parseJson(*text);
    std::fill(text->begin(), text->end(), '\0');
    if (!settings || !settings->is_object())
        return Base::fail(ErrorKind::InvalidArgument,
                          "The settings of Turso's command line in " + path + " are not JSON.",
                          "Sign in to it again (turso auth login).");
    return settings;
}

Base::Error refusalOf(const ApiAnswer &answer, const ApiTokenWish &wish)
{
    std::string said;
    if (const auto body = Base::parseJson(answer.body))
        said = plainWords(Base::stringMember(*body, "error").value_or(std::string()));
    const std::string quoted = said.empty() ? "" : " It said: " + said;
    switch (answer.status) {
    case 401:
        return {ErrorKind::Unauthorized, "The session of Turso's command line has ended." + quoted,
                "Sign in to it again (turso auth login), or sign in here."};
    case 402:
    case 403:
        return {ErrorKind::NotGranted,
                "Turso lets you make no token for " + wish.organization + '.' + quoted,
                "Ask an owner of the organization for one, or sign in with the browser."};
    case 404:
        return {ErrorKind::NotFound,
                "Turso knows no organization named " + wish.organization + '.' + quoted,
                "Check its name with: turso org list"};
    case 409:
        return {ErrorKind::AlreadyExists,
                "You have a token named " + wish.name + " already." + quoted,
                "Remove it (turso auth api-tokens revoke), or choose another name."};
    default:
        return {ErrorKind::UpstreamError,
                "Turso made no token (HTTP " + std::to_string(answer.status) + ")." + quoted};
    }
}

/// Both shapes: {"name","id","token":"..."} and {"token":{"name","id","value":"..."}}.
Result<ApiToken> tokenIn(const ApiAnswer &answer, const ApiTokenWish &wish)
{
    if (answer.status != 200 && answer.status != 201)
        return tl::unexpected(refusalOf(answer, wish));
    const auto body = Base::parseJson(answer.body);
    const Json &nested = body ? Base::member(*body, "token") : Base::member(Json(), "token");
    const Json flat = body ? *body : Json();
    const bool isNested = nested.is_object();
    const Json &facts = isNested ? nested : flat;
    auto value = Base::stringMember(facts, isNested ? "value" : "token");
    if (!value || !isTokenText(*value))
        return Base::fail(ErrorKind::UpstreamError,
                          "Turso's answer holds no token, though it may have made one named "
                              + wish.name + '.',
                          "Look for it with: turso auth api-tokens list");
    return ApiToken{Base::stringMember(facts, "name").value_or(wish.name),
                    Base::stringMember(facts, "id").value_or(std::string()),
                    std::make_shared<const Base::Secret>(std::move(*value))};
}

struct Minting {
    ApiClient &client;
    std::shared_ptr<const Base::Secret> authorization;
    ApiTokenWish wish;
    Base::CancelToken cancel;
    QPromise<Result<ApiToken>> promise = {};
};

void mintAt(const std::shared_ptr<Minting> &minting, const std::string &version)
{
    const ApiTokenWish &wish = minting->wish;
    Json body{{"organization", wish.organization}};
    if (!wish.group.empty()) {
        body["group"] = wish.group;
        body["scopes"] = wish.scopes;
    }
    ApiRequest request;
    request.method = "POST";
    request.path = "/" + version + "/auth/api-tokens/"
        + QUrl::toPercentEncoding(QString::fromStdString(wish.name)).toStdString();
    request.body = Base::dumpJson(body);
    request.authorization = minting->authorization;
    request.maxBytes = kMostBytes;
    Base::whenDone(
        minting->client.send(std::move(request), minting->cancel), &minting->client,
        [minting, version](const Result<ApiAnswer> &answer) {
            if (answer && version == "v1" && (answer->status == 404 || answer->status == 405)
                && !Base::parseJson(answer->body))
                return mintAt(minting, "v2"); // no such route, rather than no such thing
            minting->promise.addResult(answer ? tokenIn(*answer, minting->wish)
                                              : Result<ApiToken>(tl::unexpected(answer.error())));
            minting->promise.finish();
        });
}

} // namespace

CliSettings::CliSettings(std::string folder)
    : m_file((folder.empty() ? defaultFolder() : std::move(folder)) + "/settings.json")
{
}

Result<CliAccount> CliSettings::account() const
{
    const auto settings = readSettings(m_file);
    if (!settings)
        return tl::unexpected(settings.error());
    CliAccount account{.found = !textMember(*settings, "token").empty(),
                       .username = textMember(*settings, "username"),
                       .organization = textMember(*settings, "organization"),
                       .apiUrl = textMember(*settings, "baseURL")};
    while (account.apiUrl.ends_with('/'))
        account.apiUrl.pop_back();
    if (account.apiUrl.empty())
        account.apiUrl = kApiUrl;
    const auto url = addressOf(account.apiUrl);
    if (!url || (url->scheme() != u"https" && !isLoopback(*url)))
        return Base::fail(ErrorKind::InvalidArgument,
                          "The settings of Turso's command line name " + plainWords(account.apiUrl)
                              + " as Turso's address, to which no token is sent.",
                          "Mend baseURL in " + m_file + '.');
    return account;
}

Result<std::shared_ptr<const Base::Secret>> CliSettings::token() const
{
    if (const auto checked = account(); !checked)
        return tl::unexpected(checked.error());
    const auto settings = readSettings(m_file);
    if (!settings)
        return tl::unexpected(settings.error());
    std::string text = textMember(*settings, "token");
    if (!isTokenText(text))
        return Base::fail(ErrorKind::NotFound, "Turso's command line is not signed in here.",
                          "Sign in with the browser, or run: turso auth login");
    return std::make_shared<const Base::Secret>(std::move(text));
}

Base::Pending<ApiToken> mintApiToken(ApiClient &client, std::shared_ptr<const Base::Secret> session,
                                     ApiTokenWish wish, Base::CancelToken cancel)
{
    const bool isWhole = !wish.name.empty() && !wish.organization.empty()
        && wish.group.empty() == wish.scopes.empty();
    if (!isWhole || !session || !isTokenText(session->revealForUse()))
        return Base::readyNow<ApiToken>(
            Base::fail(ErrorKind::InvalidArgument,
                       "A token needs a session, a name and an organization, and a group needs "
                       "scopes.",
                       "Choose an organization."));
    const auto minting = std::make_shared<Minting>(
        Minting{client, std::make_shared<const Base::Secret>("Bearer " + session->revealForUse()),
                std::move(wish), std::move(cancel)});
    minting->promise.start();
    mintAt(minting, "v1");
    return minting->promise.future();
}

} // namespace Turso
