// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/archive/checksum.h"
#include "turso/workspace/archive/segment.h"

namespace Turso::Embedded::Archived
{

std::uint64_t thisBoot()
{
    static const std::uint64_t kBoot = [] {
        const RawFile file("/proc/sys/kernel/random/boot_id", RawFile::Mode::Read);
        char id[36];
        return file.isOpen() && file.readAt(0, id, sizeof id) ? hashOf(id, sizeof id, 1) : 0;
    }();
    return kBoot;
}

} // namespace Turso::Embedded::Archived
