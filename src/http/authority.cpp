// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/authority.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace Http
{

namespace
{

constexpr std::string_view kHttp = "http://";

bool isOwnPort(std::string_view rest, std::uint16_t port)
{
    return rest.empty() ? port == 80 : rest == ':' + std::to_string(port);
}

bool isLabelCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
}

} // namespace

bool isLoopbackAuthority(std::string_view authority, std::uint16_t port)
{
    constexpr std::array<std::string_view, 3> kNames{"localhost", "127.0.0.1", "[::1]"};
    for (const std::string_view name : kNames) {
        if (authority.size() >= name.size()
            && equalIgnoringCase(authority.substr(0, name.size()), name))
            return isOwnPort(authority.substr(name.size()), port);
    }
    return false;
}

bool isLabelledAuthority(std::string_view authority, std::string_view suffix, std::uint16_t port)
{
    const std::size_t dot = authority.find('.');
    if (suffix.empty() || dot == 0 || dot == std::string_view::npos)
        return false;
    const std::string_view label = authority.substr(0, dot);
    const std::string_view rest = authority.substr(dot + 1);
    return std::all_of(label.begin(), label.end(), isLabelCharacter)
        && equalIgnoringCase(rest.substr(0, suffix.size()), suffix)
        && isOwnPort(rest.substr(suffix.size()), port);
}

bool isNamedOrigin(const HeaderField &origin, const std::vector<std::string> &allowed)
{
    return origin.count == 1
        && std::find(allowed.begin(), allowed.end(), origin.text) != allowed.end();
}

bool isAllowedOrigin(const HeaderField &origin, std::uint16_t port,
                     const std::vector<std::string> &allowed)
{
    const std::string_view text = origin.text;
    const bool isOwn = origin.count == 1 && text.size() > kHttp.size()
        && equalIgnoringCase(text.substr(0, kHttp.size()), kHttp)
        && isLoopbackAuthority(text.substr(kHttp.size()), port);
    return isOwn || isNamedOrigin(origin, allowed);
}

} // namespace Http
