// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Base
{

/// "PREFIX_" and 26 characters of Crockford base32: 48 bits of time in milliseconds, 20 of a
/// counter within the millisecond, 60 random ones. Sorts by creation within a process; not
/// guessable. Any thread.
std::string newId(std::string_view prefix);

} // namespace Base
