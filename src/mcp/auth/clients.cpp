// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/clients.h"

#include "base/secret.h"
#include "mcp/auth/redirect.h"

#include <algorithm>
#include <utility>

namespace Mcp::Auth
{

using Base::Json;

namespace
{

constexpr std::size_t kMostRedirects = 20;
constexpr std::size_t kMostNameBytes = 100;

auto refused(const char *code, std::string description)
{
    return tl::unexpected(RegistrationError{code, std::move(description)});
}

/// One line that cannot be taken for something else: no control characters, and none that turn the
/// direction of text.
std::string cleanName(const std::string &text)
{
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) {
            name += ' ';
            continue;
        }
        // U+200B to U+200F, U+2028 to U+202E, U+2066 to U+2069: E2 80 8B..8F, E2 80 A8..AE,
        // E2 81 A6..A9.
        if (byte == 0xE2 && i + 2 < text.size()) {
            const auto second = static_cast<unsigned char>(text[i + 1]);
            const auto third = static_cast<unsigned char>(text[i + 2]);
            if ((second == 0x80
                 && ((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE)))
                || (second == 0x81 && third >= 0xA6 && third <= 0xA9)) {
                i += 2;
                continue;
            }
        }
        name += text[i];
    }
    const std::size_t begin = name.find_first_not_of(' ');
    if (begin == std::string::npos)
        return {};
    name = name.substr(begin, name.find_last_not_of(' ') - begin + 1);
    if (name.size() > kMostNameBytes) {
        std::size_t end = kMostNameBytes;
        while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
            --end; // not in the middle of a character
        name.resize(end);
    }
    return name;
}

bool wants(const Json &metadata, const char *key, const char *value)
{
    const Json &list = Base::member(metadata, key);
    if (!list.is_array())
        return true; // left out: the default holds what is needed
    return std::find(list.begin(), list.end(), value) != list.end();
}

} // namespace

tl::expected<Client, RegistrationError> clientFromMetadata(const Json &metadata)
{
    if (!metadata.is_object())
        return refused("invalid_client_metadata", "The metadata must be a JSON object.");
    Client client;
    const Json &redirects = Base::member(metadata, "redirect_uris");
    if (!redirects.is_array() || redirects.empty() || redirects.size() > kMostRedirects)
        return refused("invalid_redirect_uri", "redirect_uris must hold 1 to 20 addresses.");
    for (const Json &item : redirects) {
        const auto *uri = item.get_ptr<const std::string *>();
        if (uri == nullptr || redirectKind(*uri) == RedirectKind::None)
            return refused("invalid_redirect_uri",
                           "Redirects go to https, to http on this computer or to an "
                           "application's own scheme, without a fragment.");
        client.redirectUris.push_back(*uri);
    }
    if (!wants(metadata, "grant_types", "authorization_code")
        || !wants(metadata, "response_types", "code"))
        return refused("invalid_client_metadata",
                       "Only the authorization code flow is offered (grant type "
                       "authorization_code, response type code).");
    client.name = cleanName(Base::stringMember(metadata, "client_name").value_or(std::string()));
    if (client.name.empty())
        client.name = "An agent without a name";
    return client;
}

tl::expected<Client, RegistrationError> Clients::registered(std::string_view metadata)
{
    const auto json = Base::parseJson(metadata);
    if (!json)
        return refused("invalid_client_metadata", "The metadata must be a JSON object.");
    auto client = clientFromMetadata(*json);
    if (!client)
        return client;
    makeRoom();
    client->id = "tcc_" + Base::randomToken(16);
    client->registeredAt = m_clock.now();
    m_clients.emplace(client->id, *client);
    return client;
}

void Clients::makeRoom()
{
    while (m_clients.size() >= kMost) {
        // Those that a person knows go last.
        const auto oldest = std::min_element(
            m_clients.begin(), m_clients.end(), [](const auto &a, const auto &b) {
                return std::pair(a.second.authorizedAt, a.second.registeredAt)
                    < std::pair(b.second.authorizedAt, b.second.registeredAt);
            });
        m_clients.erase(oldest);
    }
}

std::optional<Client> Clients::find(std::string_view id) const
{
    const auto found = m_clients.find(id);
    return found == m_clients.end() ? std::nullopt : std::optional(found->second);
}

void Clients::noteAuthorized(const Client &client)
{
    if (client.isDocument)
        return;
    auto found = m_clients.find(client.id);
    if (found == m_clients.end()) {
        makeRoom();
        found = m_clients.emplace(client.id, client).first;
    }
    found->second.authorizedAt = m_clock.now();
}

Json Clients::toJson() const
{
    Json list = Json::array();
    for (const auto &[id, client] : m_clients) {
        list.push_back({{"client_id", id},
                        {"client_name", client.name},
                        {"redirect_uris", client.redirectUris},
                        {"registered_at", client.registeredAt},
                        {"authorized_at", client.authorizedAt}});
    }
    return list;
}

bool Clients::fromJson(const Json &json)
{
    std::map<std::string, Client, std::less<>> clients;
    if (!json.is_array() || json.size() > kMost)
        return false;
    for (const Json &item : json) {
        auto client = clientFromMetadata(item);
        if (!client)
            return false;
        client->id = Base::stringMember(item, "client_id").value_or(std::string());
        client->registeredAt = Base::integerMember(item, "registered_at").value_or(0);
        client->authorizedAt = Base::integerMember(item, "authorized_at").value_or(0);
        if (client->id.empty())
            return false;
        clients.emplace(client->id, *client);
    }
    m_clients = std::move(clients);
    return true;
}

} // namespace Mcp::Auth
