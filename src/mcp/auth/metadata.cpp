// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/metadata.h"

#include "base/json.h"

#include <array>

namespace Mcp::Auth
{

using Base::Json;

namespace
{

Json words(std::string_view text)
{
    Json list = Json::array();
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        list.push_back(std::string(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return list;
}

} // namespace

std::string issuerOf(std::uint16_t port)
{
    return "http://127.0.0.1:" + std::to_string(port);
}

std::string resourceOf(std::string_view host)
{
    return "http://" + std::string(host) + "/mcp";
}

bool isOwnResource(std::string_view resource, std::uint16_t port)
{
    constexpr std::array<std::string_view, 3> kNames{"127.0.0.1", "localhost", "[::1]"};
    for (const std::string_view name : kNames) {
        const std::string host = std::string(name) + ':' + std::to_string(port);
        // With a slash at its end, or as the bare origin, it is what URL parsers make of it.
        if (resource == resourceOf(host) || resource == resourceOf(host) + '/'
            || resource == "http://" + host || resource == "http://" + host + '/')
            return true;
    }
    return false;
}

std::string resourceMetadata(std::string_view host, std::uint16_t port)
{
    return Base::dumpJson({{"resource", resourceOf(host)},
                           {"authorization_servers", {issuerOf(port)}},
                           {"scopes_supported", words(kBasicScope)},
                           {"bearer_methods_supported", {"header"}},
                           {"resource_name", "Turso Companion"}});
}

std::string serverMetadata(std::uint16_t port)
{
    const std::string issuer = issuerOf(port);
    return Base::dumpJson({{"issuer", issuer},
                           {"authorization_endpoint", issuer + "/authorize"},
                           {"token_endpoint", issuer + "/token"},
                           {"registration_endpoint", issuer + "/register"},
                           {"revocation_endpoint", issuer + "/revoke"},
                           {"response_types_supported", {"code"}},
                           {"response_modes_supported", {"query"}},
                           {"grant_types_supported", {"authorization_code", "refresh_token"}},
                           {"code_challenge_methods_supported", {"S256"}},
                           {"token_endpoint_auth_methods_supported", {"none"}},
                           {"revocation_endpoint_auth_methods_supported", {"none"}},
                           {"scopes_supported", words(kScopes)},
                           {"authorization_response_iss_parameter_supported", true},
                           {"client_id_metadata_document_supported", true}});
}

std::string challengeFor(std::string_view host, std::string_view error)
{
    std::string value = "Bearer ";
    if (!error.empty())
        value += "error=\"" + std::string(error) + "\", ";
    return value + "resource_metadata=\"http://" + std::string(host)
        + "/.well-known/oauth-protected-resource/mcp\", scope=\"" + std::string(kBasicScope) + '"';
}

} // namespace Mcp::Auth
