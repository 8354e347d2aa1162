// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Turso::Remote
{

/// A PRAGMA that only looks, as a query of the table that it also is: a token that may only read
/// may not run some of them, and a server's word on a PRAGMA cannot be asked for, as that can
/// already set something. Nothing where `sql` is no such PRAGMA.
std::optional<std::string> pragmaAsQuery(std::string_view sql);

} // namespace Turso::Remote
