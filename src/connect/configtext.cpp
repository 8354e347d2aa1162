// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/configtext.h"

#include "connect/jsonedit.h"
#include "connect/jsontext.h"
#include "connect/tomltext.h"

namespace Connect
{

using Base::ErrorKind;
using Base::Json;
using Base::Result;

namespace
{

Result<Json> readJson(std::string_view text, Dialect dialect)
{
    const auto scanned = scanJson(text, dialect);
    if (!scanned)
        return tl::unexpected(scanned.error());
    if (!scanned->root)
        return Json::object();
    // A second opinion: what the scanner takes for the plain text must be strict JSON.
    return Base::parseJson(scanned->plain);
}

Json changed(Json config, const EntryChange &change)
{
    Json &container = config[std::string(change.container)];
    Json &entry = container[std::string(kServerKey)];
    if (!entry.is_object())
        entry = Json::object();
    for (const std::string &key : change.drop)
        entry.erase(key);
    for (const auto &[key, value] : change.set)
        entry[key] = value;
    return config;
}

// In TOML a table that only its sub-tables mention goes with the last of them.
Json withoutEmpty(Json config, std::string_view container, Dialect dialect)
{
    const std::string key(container);
    if (dialect == Dialect::Toml && config.contains(key) && config[key].empty())
        config.erase(key);
    return config;
}

Result<std::string> checked(Result<std::string> text, const Json &meant, Dialect dialect,
                            std::string_view container)
{
    if (!text)
        return text;
    const auto now = readConfig(*text, dialect);
    if (now && withoutEmpty(*now, container, dialect) == withoutEmpty(meant, container, dialect))
        return text;
    return Base::fail(ErrorKind::InvalidArgument,
                      "The file is written in a form that cannot be changed safely.",
                      "Make the change by hand.");
}

} // namespace

Result<Json> readConfig(std::string_view text, Dialect dialect)
{
    return dialect == Dialect::Toml ? readToml(text) : readJson(text, dialect);
}

const Json *findEntry(const Json &config, std::string_view container)
{
    const Json &servers = Base::member(config, std::string(container).c_str());
    if (!servers.is_object())
        return nullptr;
    const auto it = servers.find(std::string(kServerKey));
    return it == servers.end() ? nullptr : &*it;
}

Result<std::string> withEntry(std::string_view text, Dialect dialect, const EntryChange &change)
{
    const auto config = readConfig(text, dialect);
    if (!config)
        return tl::unexpected(config.error());
    auto result = dialect == Dialect::Toml ? withTomlEntry(text, change)
                                           : withJsonEntry(text, dialect, change);
    if (!result)
        return result;
    return checked(std::move(result), changed(*config, change), dialect, change.container);
}

Result<std::string> withoutEntry(std::string_view text, Dialect dialect, std::string_view container,
                                 bool dropEmptyContainer)
{
    auto config = readConfig(text, dialect);
    if (!config)
        return tl::unexpected(config.error());
    if (!findEntry(*config, container))
        return std::string(text);
    const std::string key(container);
    (*config)[key].erase(std::string(kServerKey));
    if (dropEmptyContainer && (*config)[key].empty())
        config->erase(key);
    auto result = dialect == Dialect::Toml
        ? withoutTomlEntry(text, container)
        : withoutJsonEntry(text, dialect, container, dropEmptyContainer);
    return checked(std::move(result), *config, dialect, container);
}

} // namespace Connect
