// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/outcome.h"

#include "mcp/protocol/clientcapabilities.h"
#include "mcp/server/resourcesource.h"

namespace Mcp
{

using Base::Json;

RpcError missingCapability(std::string_view capability)
{
    const std::string name(capability);
    Json required = {{name, Json::object()}};
    if (capability == kTasksExtension)
        required = {{"extensions", required}};
    return {ErrorCode::kMissingCapability,
            "The client does not have the capability \"" + name + "\", which this needs.",
            Base::dumpJson({{"requiredCapabilities", required}})};
}

RpcError resourceNotFound(std::string_view uri)
{
    return {ErrorCode::kResourceNotFound, "There is no such resource.",
            Base::dumpJson({{"uri", std::string(uri)}})};
}

} // namespace Mcp
