// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/exchange.h"

#include "turso/valuetext.h"

#include <QUrl>

#include <algorithm>

namespace Turso::Remote
{

namespace
{

/// A line break in a field would begin a field, or a request, of somebody else's.
bool isOneLine(std::string_view text)
{
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; });
}

std::string unpaddedBase64(std::string_view text)
{
    std::string encoded;
    appendBase64(encoded, text);
    encoded.resize(std::min(encoded.size(), encoded.find('=')));
    return encoded;
}

} // namespace

std::optional<ServerAddress> ServerAddress::of(const std::string &text)
{
    const QUrl url(QString::fromStdString(text), QUrl::StrictMode);
    const bool isTls = url.scheme() == QLatin1String("https");
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() || url.hasQuery()
        || url.hasFragment() || (!isTls && url.scheme() != QLatin1String("http")))
        return std::nullopt;
    return ServerAddress{isTls, url.host(QUrl::FullyEncoded).toStdString(),
                         static_cast<std::uint16_t>(url.port(isTls ? 443 : 80))};
}

std::string ServerAddress::origin() const
{
    return (isTls ? "https://" : "http://") + host + ':' + std::to_string(port);
}

std::string ServerAddress::hostField() const
{
    const std::string name = host.find(':') == std::string::npos ? host : '[' + host + ']';
    return port == (isTls ? 443 : 80) ? name : name + ':' + std::to_string(port);
}

std::optional<std::string> requestText(const ServerAddress &address, const Exchange &exchange)
{
    const SqlDoor &door = *exchange.door;
    if (!isOneLine(exchange.path) || (door.token && !isOneLine(door.token->revealForUse())))
        return std::nullopt;
    std::string text;
    text.reserve(exchange.body.size() + 1024);
    text += "POST " + exchange.path + " HTTP/1.1\r\nHost: " + address.hostField()
        + "\r\nUser-Agent: turso-companion/" COMPANION_VERSION
          "\r\nAccept-Encoding: identity\r\nContent-Type: application/json\r\nContent-Length: "
        + std::to_string(exchange.body.size()) + "\r\n";
    if (!door.nameSpace.empty())
        text += "x-namespace-bin: " + unpaddedBase64(door.nameSpace) + "\r\n";
    if (door.token)
        text += "Authorization: Bearer " + door.token->revealForUse() + "\r\n";
    text += "\r\n";
    text += exchange.body;
    return text;
}

} // namespace Turso::Remote
