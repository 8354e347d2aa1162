// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace Turso::Sql
{

/// How many bytes at the start of `text` are whole characters of UTF-8; see isUtf8().
std::size_t validUtf8(std::string_view text);

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool isUtf8(std::string_view text);

/// At most `bytes` bytes of `text`, never ending within a character.
std::string_view cutUtf8(std::string_view text, std::size_t bytes);

} // namespace Turso::Sql
