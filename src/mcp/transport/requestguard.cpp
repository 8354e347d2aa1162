// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/requestguard.h"

#include "mcp/auth/authorizationserver.h"
#include "mcp/auth/metadata.h"

#include "http/authority.h"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace Mcp
{

namespace
{

constexpr std::string_view kPageHeaders
    = "authorization, content-type, last-event-id, mcp-session-id, mcp-protocol-version, "
      "mcp-method, mcp-name";

char lower(char c)
{
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

using Http::equalIgnoringCase;

GuardVerdict refuse(int status, std::string reason)
{
    return {.status = status, .reason = std::move(reason)};
}

GuardVerdict checkAddress(const HttpRequest &request, const GuardRules &rules)
{
    if (request.host.count != 1)
        return refuse(400, "Exactly one Host header is needed.");
    if (!Http::isLoopbackAuthority(request.host.text, rules.port))
        return refuse(403, "This host is not served here.");
    if (request.origin.present()
        && !Http::isAllowedOrigin(request.origin, rules.port, rules.allowedOrigins))
        return refuse(403, "This origin is not allowed.");
    const std::string_view path
        = std::string_view(request.target).substr(0, request.target.find('?'));
    if (path == kMcpPath)
        return {};
    if (!rules.hasSignIn || !Auth::AuthorizationServer::servesPath(path))
        return refuse(404, {});
    return {.isSignIn = true};
}

bool isBearerCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0
        || std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

// A "token" of RFC 9110, 5.6.2: what a header's name is made of.
bool isNameCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0
        || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// What a page may send: MCP's headers, and of those that carry a tool's parameters the ones it
// names, since a list cannot say "all that begin so".
std::string headersAPageMaySend(std::string_view requested)
{
    std::string list(kPageHeaders);
    while (!requested.empty()) {
        const std::size_t comma = std::min(requested.find(','), requested.size());
        const std::string_view name = trimmed(requested.substr(0, comma));
        requested.remove_prefix(std::min(comma + 1, requested.size()));
        if (name.size() <= kMcpParamPrefix.size()
            || !equalIgnoringCase(name.substr(0, kMcpParamPrefix.size()), kMcpParamPrefix)
            || !std::all_of(name.begin(), name.end(), isNameCharacter))
            continue;
        list += ", ";
        std::transform(name.begin(), name.end(), std::back_inserter(list), lower);
    }
    return list;
}

std::string challenge(const HttpRequest &request, const GuardRules &rules, std::string_view error)
{
    if (rules.hasSignIn)
        return Auth::challengeFor(request.host.text, error);
    return error.empty() ? "Bearer" : "Bearer error=\"" + std::string(error) + '"';
}

GuardVerdict authenticate(const HttpRequest &request, const GuardRules &rules)
{
    if (!rules.authenticator)
        return {.principal = {"anonymous", "anonymous"}};
    if (!request.authorization.present())
        return {.status = 401, .challenge = challenge(request, rules, {})};
    const std::string_view text = request.authorization.text;
    constexpr std::string_view kScheme = "bearer ";
    std::string_view token;
    if (text.size() > kScheme.size() && equalIgnoringCase(text.substr(0, kScheme.size()), kScheme))
        token = text.substr(std::min(text.find_first_not_of(' ', kScheme.size()), text.size()));
    if (token.empty() || request.authorization.count > 1
        || !std::all_of(token.begin(), token.end(), isBearerCharacter))
        return {.status = 400, .challenge = challenge(request, rules, "invalid_request")};
    auto principal = rules.authenticator->byBearer(token);
    if (!principal)
        return {.status = 401, .challenge = challenge(request, rules, "invalid_token")};
    return {.principal = std::move(*principal)};
}

bool isJson(const HeaderField &type)
{
    if (type.count != 1)
        return false;
    std::string_view name = std::string_view(type.text).substr(0, type.text.find(';'));
    while (!name.empty() && (name.back() == ' ' || name.back() == '\t'))
        name.remove_suffix(1);
    return equalIgnoringCase(name, "application/json");
}

} // namespace

bool isNamedOrigin(const HeaderField &origin, const GuardRules &rules)
{
    return Http::isNamedOrigin(origin, rules.allowedOrigins);
}

GuardVerdict guardRequest(const HttpRequest &request, const GuardRules &rules)
{
    GuardVerdict verdict = checkAddress(request, rules);
    if (!verdict.passes())
        return verdict;
    // Browsers ask without the token whether they may ask with it.
    if (request.method == "OPTIONS" && request.preflightMethod.present()
        && isNamedOrigin(request.origin, rules))
        return {.status = 204, .mayAskWith = headersAPageMaySend(request.preflightHeaders.text)};
    if (verdict.isSignIn)
        return verdict;
    verdict = authenticate(request, rules);
    if (!verdict.passes())
        return verdict;
    if (request.method != "POST" && request.method != "GET" && request.method != "DELETE")
        return {.status = 405, .allow = "GET, POST, DELETE"};
    if (request.method == "POST" && !isJson(request.contentType))
        return refuse(415, "The content type must be application/json.");
    return verdict;
}

} // namespace Mcp
