// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/configtext.h"

#include <string>
#include <string_view>

namespace Connect
{

/// How a text is laid out, so that what is added looks like the rest.
struct Layout {
    std::string lineEnd = "\n"; ///< or "\r\n"
    std::string unit = "  "; ///< one step of indentation
    bool isOneLine = false; ///< there is something, and all of it on one line

    /// Measured, with the defaults where the text tells nothing.
    static Layout of(std::string_view text);
};

/// The blanks at the beginning of the line in which `offset` is.
std::string_view indentAt(std::string_view text, std::size_t offset);

} // namespace Connect
