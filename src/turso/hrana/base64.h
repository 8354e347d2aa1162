// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace Turso::Hrana
{

/// RFC 4648 section 4, with or without its padding; or what is wrong, in the words of Turso's
/// server.
tl::expected<std::string, std::string> fromBase64(std::string_view text);

} // namespace Turso::Hrana
