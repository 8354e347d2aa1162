// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/documents.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace Mcp::Auth
{

using Base::ErrorKind;
using Base::Result;

namespace
{

constexpr Base::Millis kMinute = 60'000;
constexpr Base::Millis kLeast = 5 * kMinute;
constexpr Base::Millis kDay = 24 * 60 * kMinute;
constexpr std::size_t kMostUrlBytes = 512;

Result<Client> refused(std::string sentence)
{
    return Base::fail(ErrorKind::InvalidArgument, std::move(sentence));
}

bool isIn(const QHostAddress &address, const char *subnet)
{
    return address.isInSubnet(QHostAddress::parseSubnet(QString::fromLatin1(subnet)));
}

std::string lower(std::string_view text)
{
    std::string lowered(text);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    });
    return lowered;
}

Result<Client> clientFrom(const std::string &url, const FetchedDocument &document)
{
    if (document.status != 200)
        return refused("Its document at " + url + " answered with status "
                       + std::to_string(document.status) + " instead of 200.");
    const std::string type = lower(document.contentType.substr(0, document.contentType.find(';')));
    if (type != "application/json"
        && !(type.starts_with("application/") && type.ends_with("+json")))
        return refused("Its document at " + url + " is not JSON.");
    const auto metadata = Base::parseJson(document.body);
    if (!metadata)
        return refused("Its document at " + url + " is not JSON.");
    if (Base::stringMember(*metadata, "client_id") != url)
        return refused("The document at " + url + " is about another client.");
    if (metadata->contains("client_secret"))
        return refused("Its document at " + url + " holds a secret for everybody to read.");
    if (const auto method = Base::stringMember(*metadata, "token_endpoint_auth_method");
        method && *method != "none")
        return refused("Its document at " + url
                       + " wants a way of authentication that is not "
                         "offered here (only none is).");
    auto client = clientFromMetadata(*metadata);
    if (!client)
        return refused("Its document at " + url + " cannot be used: " + client.error().description);
    client->id = url;
    client->isDocument = true;
    return *client;
}

} // namespace

std::optional<QUrl> documentUrl(std::string_view id)
{
    if (id.size() > kMostUrlBytes || !id.starts_with("https://")
        || std::any_of(id.begin(), id.end(), [](unsigned char c) {
               return c <= 0x20 || c >= 0x7f || c == '\\' || c == '#' || c == '@';
           }))
        return std::nullopt;
    const QUrl url(QString::fromLatin1(id.data(), static_cast<qsizetype>(id.size())),
                   QUrl::StrictMode);
    const QString host = url.host();
    if (!url.isValid() || url.port() != -1 || !url.userInfo().isEmpty() || url.hasFragment()
        || !host.contains(u'.') || host.endsWith(u'.') || !QHostAddress(host).isNull())
        return std::nullopt;
    // The last label of a name is never a number; inet_aton would read such as an address.
    const QString last = host.section(u'.', -1);
    if (last.isEmpty() || last.at(0).isDigit())
        return std::nullopt;
    const QString path = url.path(QUrl::FullyEncoded);
    if (path.size() < 2)
        return std::nullopt;
    for (const QString &segment : path.split(u'/')) {
        const QString plain = QUrl::fromPercentEncoding(segment.toLatin1());
        if (plain == u"." || plain == u"..")
            return std::nullopt;
    }
    // Written in one way only: what is compared byte for byte must not have twins.
    if (url.toEncoded() != QByteArray(id.data(), static_cast<qsizetype>(id.size())))
        return std::nullopt;
    return url;
}

bool isPublicAddress(const QHostAddress &address)
{
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4);
    if (address.protocol() == QAbstractSocket::IPv4Protocol || isV4) {
        // Also of an IPv6 address that holds one of these.
        constexpr std::array kSetAside{"0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10",
                                       "127.0.0.0/8",     "169.254.0.0/16", "172.16.0.0/12",
                                       "192.0.0.0/24",    "192.0.2.0/24",   "192.31.196.0/24",
                                       "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
                                       "192.175.48.0/24", "198.18.0.0/15",  "198.51.100.0/24",
                                       "203.0.113.0/24",  "224.0.0.0/4",    "240.0.0.0/4"};
        const QHostAddress plain(v4);
        return std::none_of(kSetAside.begin(), kSetAside.end(),
                            [&plain](const char *subnet) { return isIn(plain, subnet); });
    }
    if (address.protocol() != QAbstractSocket::IPv6Protocol || !address.scopeId().isEmpty())
        return false;
    // Only 2000::/3 is in use; of it these hold other addresses or are no addresses of anybody.
    constexpr std::array kOdd{"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
                              "2620:4f:8000::/48"};
    return isIn(address, "2000::/3")
        && std::none_of(kOdd.begin(), kOdd.end(),
                        [&address](const char *subnet) { return isIn(address, subnet); });
}

Base::Millis freshFor(std::string_view cacheControl)
{
    const std::string text = lower(cacheControl);
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        std::string_view directive = std::string_view(text).substr(at, end - at);
        while (!directive.empty() && (directive.front() == ' ' || directive.front() == '\t'))
            directive.remove_prefix(1);
        constexpr std::string_view kMaxAge = "max-age=";
        if (directive.starts_with(kMaxAge)) {
            Base::Millis seconds = 0;
            const auto digits = directive.substr(kMaxAge.size());
            const auto read
                = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
            if (read.ec == std::errc::result_out_of_range)
                return kDay;
            if (read.ec == std::errc() && seconds >= 0)
                return std::clamp(std::min(seconds, kDay) * 1000, kLeast, kDay);
        }
        at = end + 1;
    }
    return kLeast;
}

void Documents::find(const std::string &url, Found found)
{
    const Base::Millis now = m_clock.now();
    if (const auto kept = m_kept.find(url); kept != m_kept.end() && now < kept->second.freshUntil)
        return found(kept->second.client);
    if (const auto waiting = m_waiting.find(url); waiting != m_waiting.end()) {
        if (waiting->second.size() >= kMostWaiting)
            return found(refused("Too many sign-ins of this agent wait already."));
        waiting->second.push_back(std::move(found));
        return;
    }
    if (!documentUrl(url))
        return found(refused("Its id is no https address that a program could have."));
    if (m_waiting.size() >= kMostAtOnce)
        return found(refused("Too many agents are being verified. Try again in a moment."));
    m_waiting[url].push_back(std::move(found));
    ask(url);
}

void Documents::ask(const std::string &url)
{
    const QUrl parsed = *documentUrl(url);
    m_network.resolve(parsed.host(),
                      [this, alive = std::weak_ptr<int>(m_alive), url, parsed](auto addresses) {
                          if (!alive.expired())
                              read(url, parsed, addresses);
                      });
}

void Documents::read(const std::string &url, const QUrl &parsed,
                     const Result<std::vector<QHostAddress>> &addresses)
{
    const std::string host = parsed.host().toStdString();
    if (!addresses || addresses->empty())
        return finish(url,
                      refused("The name " + host
                              + " leads nowhere at the moment. Is this computer "
                                "connected to the internet?"),
                      kMinute);
    // One that is not public is enough: the name is not what it pretends to be.
    if (!std::all_of(addresses->begin(), addresses->end(), isPublicAddress))
        return finish(url, refused("The name " + host + " leads into a private network."), kMinute);
    m_network.fetch(parsed, addresses->front(),
                    [this, alive = std::weak_ptr<int>(m_alive), url](auto document) {
                        if (alive.expired())
                            return;
                        if (!document)
                            return finish(url, refused(document.error().message), kMinute);
                        auto client = clientFrom(url, *document);
                        const bool isGood = client.has_value();
                        finish(url, std::move(client),
                               isGood ? freshFor(document->cacheControl) : kMinute);
                    });
}

void Documents::finish(const std::string &url, Result<Client> client, Base::Millis fresh)
{
    const Base::Millis now = m_clock.now();
    const auto before = m_kept.find(url);
    if (!client && before != m_kept.end() && before->second.client
        && now < before->second.staleUntil) {
        // What was true a while ago, rather than nobody: asked for again in a minute.
        before->second.freshUntil = now + fresh;
        client = before->second.client;
    } else {
        m_kept.erase(url);
        makeRoom();
        m_kept.emplace(url, Kept{client, now + fresh, now + fresh + kDay});
    }
    const auto waiting = std::move(m_waiting.extract(url).mapped());
    for (const Found &found : waiting)
        found(client);
}

void Documents::makeRoom()
{
    while (m_kept.size() >= kMostKept)
        m_kept.erase(
            std::min_element(m_kept.begin(), m_kept.end(), [](const auto &a, const auto &b) {
                return std::pair(a.second.client.has_value(), a.second.freshUntil)
                    < std::pair(b.second.client.has_value(), b.second.freshUntil);
            }));
}

} // namespace Mcp::Auth
