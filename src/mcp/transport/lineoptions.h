// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/transport/httpoptions.h"

namespace Mcp
{

struct LineOptions {
    std::size_t lineBytes = 32 * 1024 * 1024;
    ConnectionLimits limits = {.connections = 256};
};

} // namespace Mcp
