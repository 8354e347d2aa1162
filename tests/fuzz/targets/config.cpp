// SPDX-License-Identifier: GPL-3.0-or-later
// Agents' configuration files: the first byte says which dialect, the rest is the file.
#include "check.h"

#include "connect/configtext.h"

#include <cstddef>
#include <cstdint>

using namespace Connect;
using Base::Json;

namespace
{

const EntryChange kChange{
    "servers", {{"command", "/b"}, {"args", {"--agent", "x"}}}, {"url", "env"}};

// Every byte of `before` that is no blank is in `after`, in that order.
bool onlyAdds(std::string_view before, std::string_view after)
{
    std::size_t at = before.find_first_not_of(" \t\r\n");
    for (const char c : after) {
        if (at != std::string_view::npos && before[at] == c)
            at = before.find_first_not_of(" \t\r\n", at + 1);
    }
    return at == std::string_view::npos;
}

Json withoutServers(Json config)
{
    if (config.contains("servers") && config["servers"].empty())
        config.erase("servers");
    return config;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const auto dialect = static_cast<Dialect>(data[0] % 4);
    const std::string text(reinterpret_cast<const char *>(data) + 1, size - 1);
    const auto config = readConfig(text, dialect);
    const auto after = withEntry(text, dialect, kChange);
    if (!config) {
        CHECK(!after);
        return 0;
    }
    const Json &servers = Base::member(*config, "servers");
    const bool fits = config->is_object()
        && (servers.is_object() || (servers.is_null() && !config->contains("servers")));
    if (!after) {
        // TOML has forms that cannot be added to; JSON has none.
        CHECK(!fits || dialect == Dialect::Toml);
        return 0;
    }
    CHECK(fits);
    const bool had = findEntry(*config, "servers") != nullptr;
    CHECK(had || onlyAdds(text, *after));
    const auto now = readConfig(*after, dialect);
    CHECK(now && (*findEntry(*now, "servers"))["command"] == Json("/b"));
    const auto again = withEntry(*after, dialect, kChange);
    CHECK(again && *again == *after);
    const auto back = withoutEntry(*after, dialect, "servers", !config->contains("servers"));
    CHECK(back);
    const auto before = readConfig(*back, dialect);
    CHECK(before && (had || withoutServers(*before) == withoutServers(*config)));
    return 0;
}
