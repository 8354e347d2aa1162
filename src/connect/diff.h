// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Connect
{

/// The change as a unified diff with three lines of context: one hunk from the first line that
/// differs to the last one, which is exact for an entry that was put in or taken out. An empty name
/// stands for a file that does not exist. Empty if there is no change. A line's "\r" is not shown.
std::string unifiedDiff(std::string_view before, std::string_view after,
                        std::string_view nameBefore, std::string_view nameAfter);

} // namespace Connect
