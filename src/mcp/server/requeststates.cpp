// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/requeststates.h"

#include "base/json.h"
#include "base/secret.h"

namespace Mcp
{

namespace
{

constexpr Base::Millis kLifetime = 60 * 60'000;

} // namespace

RequestStates::RequestStates(std::string_view key, const Base::Clock &clock)
    : m_signer(key.empty() ? Base::randomToken() : std::string(key), "request state")
    , m_clock(clock)
{
}

std::string RequestStates::seal(std::string_view binding, std::string_view state) const
{
    const Base::Json json = {{"for", Base::sha256Hex(binding)},
                             {"until", m_clock.now() + kLifetime},
                             {"state", std::string(state)}};
    return m_signer.sealed(Base::dumpJson(json));
}

std::optional<std::string> RequestStates::open(std::string_view binding,
                                               std::string_view text) const
{
    const auto payload = m_signer.opened(text);
    const auto json = payload ? Base::parseJson(*payload) : Base::Json();
    if (!json || Base::stringMember(*json, "for") != Base::sha256Hex(binding)
        || Base::integerMember(*json, "until").value_or(0) < m_clock.now())
        return std::nullopt;
    return Base::stringMember(*json, "state");
}

} // namespace Mcp
