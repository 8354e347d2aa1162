// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

/// Allow-rules as Turso's command line cleans them before it sends them: trimmed, without empty and
/// repeated entries, in their order.
namespace Turso::CloudApi
{

/// IPv4 and IPv6 addresses and CIDR ranges. InvalidArgument (details {"argument":"allowed_ips"}).
Base::Result<std::vector<std::string>> cleanedAddresses(const std::vector<std::string> &list);
/// `vpce-...`. InvalidArgument (details {"argument":"allowed_aws_vpc_ids"}).
Base::Result<std::vector<std::string>> cleanedVpcIds(const std::vector<std::string> &list);

} // namespace Turso::CloudApi
