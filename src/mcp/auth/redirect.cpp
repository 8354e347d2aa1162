// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/redirect.h"

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <algorithm>
#include <array>
#include <optional>

namespace Mcp::Auth
{

namespace
{

constexpr std::size_t kMostBytes = 2048;

// Schemes that mean something to the browser itself, or to the system, besides opening a program.
constexpr std::array<std::string_view, 16> kRefusedSchemes{
    "about",      "blob",   "chrome", "data", "file",        "filesystem", "ftp", "intent",
    "javascript", "mailto", "jar",    "res",  "view-source", "vbscript",   "ws",  "wss"};

QUrl parsed(std::string_view uri)
{
    return QUrl(QString::fromUtf8(uri.data(), static_cast<qsizetype>(uri.size())),
                QUrl::StrictMode);
}

bool isPlain(std::string_view uri)
{
    return !uri.empty() && uri.size() <= kMostBytes
        && std::all_of(uri.begin(), uri.end(), [](char c) {
               return c > 0x20 && c < 0x7f
                   && std::string_view("\\\"<>^`{|}").find(c) == std::string_view::npos;
           });
}

/// A loopback address cut at its port, as text: what a parser would take for the same need not be
/// the same to everybody.
struct Loopback {
    std::string_view host;
    std::string_view rest; ///< behind the port

    bool operator==(const Loopback &) const = default;
};

std::optional<Loopback> loopbackOf(std::string_view uri)
{
    constexpr std::string_view kScheme = "http://";
    if (!uri.starts_with(kScheme))
        return std::nullopt;
    uri.remove_prefix(kScheme.size());
    for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"}) {
        if (!uri.starts_with(host))
            continue;
        std::string_view rest = uri.substr(host.size());
        if (rest.starts_with(':')) {
            const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
            if (end < 2 || end > 6)
                return std::nullopt;
            rest.remove_prefix(end);
        }
        if (rest.empty() || rest.front() == '/' || rest.front() == '?')
            return Loopback{host, rest};
    }
    return std::nullopt;
}

} // namespace

RedirectKind redirectKind(std::string_view uri)
{
    if (!isPlain(uri) || uri.find('#') != std::string_view::npos)
        return RedirectKind::None;
    const QUrl url = parsed(uri);
    if (!url.isValid() || url.isRelative() || !url.userInfo().isEmpty())
        return RedirectKind::None;
    const std::string scheme = url.scheme().toStdString();
    if (scheme == "https")
        return url.host().isEmpty() ? RedirectKind::None : RedirectKind::Website;
    if (scheme == "http")
        return loopbackOf(uri) ? RedirectKind::Loopback : RedirectKind::None;
    if (std::find(kRefusedSchemes.begin(), kRefusedSchemes.end(), scheme) != kRefusedSchemes.end())
        return RedirectKind::None;
    return RedirectKind::Application;
}

bool isRegistered(std::string_view asked, const std::vector<std::string> &registered)
{
    if (std::find(registered.begin(), registered.end(), asked) != registered.end())
        return true;
    if (redirectKind(asked) != RedirectKind::Loopback)
        return false;
    const auto wanted = loopbackOf(asked);
    return std::any_of(registered.begin(), registered.end(), [&wanted](const std::string &one) {
        return redirectKind(one) == RedirectKind::Loopback && loopbackOf(one) == wanted;
    });
}

std::string redirectOwner(std::string_view uri)
{
    const QUrl url = parsed(uri);
    switch (redirectKind(uri)) {
    case RedirectKind::Loopback:
        return url.authority().toStdString() + ", a program on this computer";
    case RedirectKind::Website:
        return url.authority().toStdString();
    case RedirectKind::Application:
        return "the application behind " + url.scheme().toStdString() + ":";
    case RedirectKind::None:
        break;
    }
    return "nobody";
}

std::string withQuery(std::string_view uri,
                      const std::vector<std::pair<std::string_view, std::string_view>> &parameters)
{
    std::string result(uri);
    char separator = uri.find('?') == std::string_view::npos ? '?' : '&';
    for (const auto &[name, value] : parameters) {
        if (value.empty())
            continue;
        result += separator;
        result += name;
        result += '=';
        result += QByteArray(value.data(), static_cast<qsizetype>(value.size()))
                      .toPercentEncoding()
                      .toStdString();
        separator = '&';
    }
    return result;
}

} // namespace Mcp::Auth
