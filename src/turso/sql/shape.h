// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Turso::Sql
{

/// What all statements that differ only in their values have in common.
struct Shape {
    std::string fingerprint; ///< the first 64 bits of the text's SHA-256, as 16 hexadecimal digits
    std::string text; ///< normalized(); its end is left out beyond kMaxShapeBytes
};

inline constexpr std::size_t kMaxShapeBytes = 4096;

/// The shape of one statement. The fingerprint is that of the whole text, whatever its length.
/// Pure; any thread.
Shape shapeOf(std::string_view sql);

} // namespace Turso::Sql
