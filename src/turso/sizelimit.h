// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string_view>

namespace Turso
{

inline constexpr std::int64_t kPageSize = 4096;

/// A size limit as people and agents write it, in bytes: digits alone, or with a unit in any case:
/// b, kb, mb, gb, tb (powers of 1000) or kib, mib, gib, tib (powers of 1024), with an optional
/// space and decimals ("1.5 GiB"). Rounded down to whole pages of 4096 bytes, as libsql-server
/// does; at least one. InvalidArgument with the accepted forms otherwise.
Base::Result<std::int64_t> parseSizeLimit(std::string_view text);

} // namespace Turso
