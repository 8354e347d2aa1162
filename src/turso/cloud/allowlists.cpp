// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/cloud/allowlists.h"

#include "turso/workspace/configuration.h"

namespace Turso::CloudApi
{

// One rule for all connections: the workspace's is Turso's.

Base::Result<std::vector<std::string>> cleanedAddresses(const std::vector<std::string> &list)
{
    DatabaseConfiguration configuration;
    const auto applied = Embedded::applyChange(configuration, {.allowedIps = list});
    if (!applied)
        return tl::unexpected(applied.error());
    return configuration.allowedIps;
}

Base::Result<std::vector<std::string>> cleanedVpcIds(const std::vector<std::string> &list)
{
    DatabaseConfiguration configuration;
    const auto applied = Embedded::applyChange(configuration, {.allowedAwsVpcIds = list});
    if (!applied)
        return tl::unexpected(applied.error());
    return configuration.allowedAwsVpcIds;
}

} // namespace Turso::CloudApi
