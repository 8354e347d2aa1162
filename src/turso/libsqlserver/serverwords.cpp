// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/serverwords.h"

#include "base/json.h"

#include <QHostAddress>
#include <QString>
#include <QUrl>

#include <string_view>
#include <utility>

namespace Turso::SelfHosted
{

using Base::Error;
using Base::ErrorKind;

namespace
{

constexpr std::size_t kLongestWords = 300;
constexpr char kNotRun[] = R"({"outcome":"not_run"})";
constexpr char kUnknown[] = R"({"outcome":"unknown"})";

/// The server's own words: the member `error` of its JSON, else nothing (a proxy's page says
/// nothing to a person).
std::string wordsIn(const ApiAnswer &answer)
{
    const auto json = Base::parseJson(answer.body);
    if (!json)
        return {};
    auto words = Base::stringMember(*json, "error");
    if (!words)
        words = Base::stringMember(*json, "message");
    return words.value_or("").substr(0, kLongestWords);
}

std::string quoted(const std::string &words)
{
    return words.empty() ? std::string(".") : ": " + words;
}

bool isGrpc(const ApiAnswer &answer)
{
    return answer.contentType.starts_with("application/grpc");
}

Error statusError(const ApiAnswer &answer, const std::string &words)
{
    const std::string status = std::to_string(answer.status);
    if (answer.status >= 300 && answer.status < 400)
        return {ErrorKind::UpstreamError,
                "The server sends requests elsewhere (" + status + "), which is not followed.",
                "Give the server's own address.", kNotRun};
    if (answer.status >= 500)
        return {ErrorKind::UpstreamError, "The server failed (" + status + ")" + quoted(words),
                "See the server's log.", kUnknown};
    return {ErrorKind::UpstreamError,
            "The server refused the request (" + status + ")" + quoted(words),
            "See the server's log.", kNotRun};
}

} // namespace

std::optional<Error> adminError(const ApiAnswer &answer)
{
    const std::string words = wordsIn(answer);
    if (isGrpc(answer))
        return Error{ErrorKind::UpstreamError,
                     "The server does not know this request of the admin API.",
                     "See whether it is sqld 0.24 or newer, and the address that of its admin API.",
                     kNotRun};
    if (answer.status >= 200 && answer.status < 300)
        return std::nullopt;
    if (answer.status == 401 || answer.status == 403)
        return Error{ErrorKind::Unauthorized, "The server does not take the admin key.",
                     "Give the key of --admin-auth-key in the connection's settings."};
    if (answer.status == 404 && words.find("exist") != std::string::npos)
        return Error{ErrorKind::NotFound, words};
    if (answer.status == 404)
        return Error{ErrorKind::UpstreamError, "There is no admin API at the address given.",
                     "Give the address of sqld's --admin-listen-addr.", kNotRun};
    if (answer.status == 409 || words.find("already exists") != std::string::npos)
        return Error{ErrorKind::AlreadyExists, words.empty() ? "The name is taken." : words};
    if (words.find("backup service not configured") != std::string::npos)
        return Error{ErrorKind::Unsupported,
                     "This server keeps no backups, so a database can be branched as it is now, "
                     "not as it was.",
                     "Leave timestamp out, or run sqld with bottomless replication.",
                     R"({"capability":"point_in_time"})"};
    return statusError(answer, words);
}

std::optional<Error> sqlError(const ApiAnswer &answer)
{
    const std::string words = wordsIn(answer);
    if (isGrpc(answer))
        return Error{ErrorKind::UpstreamError, "What answers is not libsql-server's SQL.",
                     "Give the address of sqld's --http-listen-addr.", kNotRun};
    if (answer.status >= 200 && answer.status < 300)
        return std::nullopt;
    if (answer.status == 401)
        return Error{ErrorKind::Unauthorized,
                     "The server does not take the connection's token" + quoted(words),
                     "Give a token that it takes in the connection's settings."};
    if (answer.status == 403)
        return Error{ErrorKind::Unauthorized,
                     "The connection's token is not enough for this" + quoted(words),
                     "Give a token that may write in the connection's settings."};
    if (answer.status == 404 && words.find("exist") != std::string::npos)
        return Error{ErrorKind::NotFound, words};
    return statusError(answer, words);
}

tl::unexpected<Error> malformed(const std::string &what, const char *outcome)
{
    return Base::fail(ErrorKind::UpstreamError,
                      "The server answered with " + what + " that could not be read.",
                      "See whether it is libsql-server that answers at this address.",
                      std::string(R"({"outcome":")") + outcome + "\"}");
}

Error noSuchDatabase(const std::string &name)
{
    return {ErrorKind::NotFound,
            "could not find database with name " + name + ": record not found"};
}

std::string hostOf(const std::string &url)
{
    return QUrl(QString::fromStdString(url)).host().toStdString();
}

bool isLoopback(const std::string &host)
{
    if (host == "localhost" || host.ends_with(".localhost"))
        return true;
    return QHostAddress(QString::fromStdString(host)).isLoopback();
}

} // namespace Turso::SelfHosted
