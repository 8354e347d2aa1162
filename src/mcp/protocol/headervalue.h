// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Mcp
{

/// The text that an Mcp-Method or Mcp-Name header carries (MCP 2026-07-28, standard headers):
/// literal, or between =?base64? and ?= as standard base64 of UTF-8. A value with only one of the
/// markers is literal. Nothing for wrong base64, for base64 of anything but UTF-8, and for bytes
/// outside of printable ASCII and tab.
std::optional<std::string> decodeHeaderValue(std::string_view value);

} // namespace Mcp
