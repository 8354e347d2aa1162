// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "mcp/server/signer.h"

#include <optional>
#include <string>
#include <string_view>

namespace Mcp
{

/// The `requestState` of input_required results (MCP 2026-07-28, multi round-trip requests): what a
/// handler wants back, signed, good for an hour, and for the same principal and request only.
/// Nothing is remembered here.
class RequestStates
{
public:
    RequestStates(std::string_view key, const Base::Clock &clock);

    /// `binding` says who asks what.
    std::string seal(std::string_view binding, std::string_view state) const;
    /// What was sealed; nothing if it was changed, is for another request, or too old.
    std::optional<std::string> open(std::string_view binding, std::string_view text) const;

private:
    Signer m_signer;
    const Base::Clock &m_clock;
};

} // namespace Mcp
