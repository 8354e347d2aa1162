// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "connect/agents.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Connect
{

/// Members of an entry, in the order in which they are written. Values are scalars, arrays and
/// objects of these.
using Members = std::vector<std::pair<std::string, Base::Json>>;

/// A change of the one entry of ours: container -> kServerKey.
struct EntryChange {
    std::string_view container;
    Members set; ///< members that have to be so
    std::vector<std::string> drop; ///< members that may not be there
};

/// The configuration as a value, an empty text as an empty object. TOML's dates become strings.
/// InvalidArgument with line and column where it is broken.
Base::Result<Base::Json> readConfig(std::string_view text, Dialect dialect);

/// Our entry in a configuration, or null if there is none.
const Base::Json *findEntry(const Base::Json &config, std::string_view container);

/// `text` with our entry in it, or with that entry changed, and every other byte as it was. The
/// result is parsed and compared with what was meant. InvalidArgument: the text is broken, or is
/// written in a form that cannot be edited safely; the message says where.
Base::Result<std::string> withEntry(std::string_view text, Dialect dialect,
                                    const EntryChange &change);

/// `text` without our entry, and without its container if that is empty then and
/// `dropEmptyContainer` is set. Unchanged where there is none. Errors as above.
Base::Result<std::string> withoutEntry(std::string_view text, Dialect dialect,
                                       std::string_view container, bool dropEmptyContainer);

} // namespace Connect
