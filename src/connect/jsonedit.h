// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connect/configtext.h"

namespace Connect
{

/// withEntry() and withoutEntry() for JSON, before their result is checked.
Base::Result<std::string> withJsonEntry(std::string_view text, Dialect dialect,
                                        const EntryChange &change);
Base::Result<std::string> withoutJsonEntry(std::string_view text, Dialect dialect,
                                           std::string_view container, bool dropEmptyContainer);

} // namespace Connect
