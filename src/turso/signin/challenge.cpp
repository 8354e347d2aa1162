// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/challenge.h"

#include <algorithm>
#include <cctype>

namespace Turso
{

namespace
{

constexpr std::string_view kBlank = " \t";

std::string lower(std::string_view text)
{
    std::string made(text);
    std::transform(made.begin(), made.end(), made.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return made;
}

void skip(std::string_view &rest, std::string_view what)
{
    rest.remove_prefix(std::min(rest.find_first_not_of(what), rest.size()));
}

std::string_view word(std::string_view &rest)
{
    const std::size_t end = std::min(rest.find_first_of(" \t,=\""), rest.size());
    const std::string_view found = rest.substr(0, end);
    rest.remove_prefix(end);
    return found;
}

std::string value(std::string_view &rest)
{
    if (!rest.starts_with('"'))
        return std::string(word(rest));
    std::string text;
    std::size_t at = 1;
    for (; at < rest.size() && rest[at] != '"'; ++at) {
        if (rest[at] == '\\' && at + 1 < rest.size())
            ++at;
        text += rest[at];
    }
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return text;
}

} // namespace

Challenge bearerChallenge(std::string_view field)
{
    Challenge found;
    bool isBearer = false;
    for (skip(field, " \t,"); !field.empty(); skip(field, " \t,")) {
        const std::string name = lower(word(field));
        skip(field, kBlank);
        if (!field.starts_with('=')) {
            if (name.empty())
                field.remove_prefix(1); // a stray quote
            else
                isBearer = name == "bearer";
            continue;
        }
        skip(field, "="); // also the end of a token68
        skip(field, kBlank);
        const std::string said = value(field);
        std::string *place = name == "resource_metadata" ? &found.resourceMetadata
            : name == "scope"                            ? &found.scope
            : name == "error"                            ? &found.error
                                                         : nullptr;
        if (isBearer && place != nullptr && place->empty())
            *place = said;
    }
    return found;
}

} // namespace Turso
