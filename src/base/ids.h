// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Base
{

/// "PREFIX_" and 26 characters of Crockford base32: 48 bits of time, then 80 random bits (the ULID
/// layout). Sorts by creation time to the millisecond; not guessable.
std::string newId(std::string_view prefix);

} // namespace Base
