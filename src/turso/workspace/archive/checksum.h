// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

/// How the archive tells what it wrote from what it finds. Against damage, not against malice.
namespace Turso::Embedded::Archived
{

/// XXH64 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
std::uint64_t hashOf(const void *bytes, std::size_t count, std::uint64_t seed);

/// The hash of a database's state is the sum of its pages' hashes: it follows the pages that change
/// without looking at the others.
inline std::uint64_t pageHash(std::uint32_t page, const void *bytes, std::size_t count)
{
    return hashOf(bytes, count, page);
}

} // namespace Turso::Embedded::Archived
