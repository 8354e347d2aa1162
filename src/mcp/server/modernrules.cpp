// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/modernrules.h"

#include "mcp/protocol/codec.h"
#include "mcp/protocol/headervalue.h"
#include "mcp/protocol/revision.h"

#include <algorithm>
#include <array>

namespace Mcp
{

using Base::Json;

namespace
{

constexpr auto kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr auto kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr auto kLogLevelKey = "io.modelcontextprotocol/logLevel";

constexpr std::array<std::string_view, 8> kLogLevels{"debug", "info",     "notice", "warning",
                                                     "error", "critical", "alert",  "emergency"};

RpcError refusal(int code, std::string message, const Message &about)
{
    return {code, std::move(message), {}, about.id};
}

std::optional<RpcError> checkKeys(const Message &message)
{
    const Json &meta = Base::member(message.params, "_meta");
    if (!Base::member(meta, kVersionKey).is_string())
        return refusal(ErrorCode::kInvalidParams,
                       "params._meta needs io.modelcontextprotocol/protocolVersion, a string.",
                       message);
    if (!Base::member(meta, kCapabilitiesKey).is_object())
        return refusal(ErrorCode::kInvalidParams,
                       "params._meta needs io.modelcontextprotocol/clientCapabilities, an object.",
                       message);
    return std::nullopt;
}

const std::string &metaVersion(const Message &message)
{
    return Base::member(Base::member(message.params, "_meta"), kVersionKey)
        .get_ref<const std::string &>();
}

std::optional<RpcError> checkVersion(const Message &message)
{
    const std::string &version = metaVersion(message);
    if (version == revisionName(kModern))
        return std::nullopt;
    RpcError error
        = refusal(ErrorCode::kUnsupportedVersion, "Unsupported protocol version.", message);
    error.data = Codec::versionData(version);
    return error;
}

std::optional<RpcError> checkLogLevel(const Message &message)
{
    const Json &level = Base::member(Base::member(message.params, "_meta"), kLogLevelKey);
    if (level.is_null())
        return std::nullopt;
    if (level.is_string()
        && std::find(kLogLevels.begin(), kLogLevels.end(), level.get_ref<const std::string &>())
            != kLogLevels.end())
        return std::nullopt;
    return refusal(ErrorCode::kInvalidParams, "Unknown log level.", message);
}

// The member of params that Mcp-Name repeats, or null where the method has none.
const char *nameMember(std::string_view method)
{
    if (method == "tools/call" || method == "prompts/get")
        return "name";
    return method == "resources/read" ? "uri" : nullptr;
}

std::optional<RpcError> checkRepeats(const HttpRequest &request, const Message &message)
{
    const auto mismatch = [&](std::string text) {
        return refusal(ErrorCode::kHeaderMismatch, std::move(text), message);
    };
    if (!request.mcpMethod.present())
        return mismatch("The Mcp-Method header is missing.");
    if (decodeHeaderValue(request.mcpMethod.text) != message.method)
        return mismatch("The Mcp-Method header differs from the method.");
    const char *member = nameMember(message.method);
    if (!member)
        return std::nullopt;
    const Json &name = Base::member(message.params, member);
    if (!request.mcpName.present())
        return mismatch("The Mcp-Name header is missing.");
    const auto decoded = decodeHeaderValue(request.mcpName.text);
    if (!decoded || !name.is_string() || *decoded != name.get_ref<const std::string &>())
        return mismatch("The Mcp-Name header differs from the body.");
    return std::nullopt;
}

} // namespace

std::optional<RpcError> checkModernMeta(const Message &message)
{
    if (auto error = checkKeys(message))
        return error;
    if (auto error = checkVersion(message))
        return error;
    return checkLogLevel(message);
}

std::optional<RpcError> checkModernHttp(const HttpRequest &request, const Message &message)
{
    if (!request.protocolVersion.present())
        return refusal(ErrorCode::kHeaderMismatch, "The MCP-Protocol-Version header is missing.",
                       message);
    if (auto error = checkKeys(message))
        return error;
    if (request.protocolVersion.text != metaVersion(message))
        return refusal(ErrorCode::kHeaderMismatch,
                       "The MCP-Protocol-Version header differs from params._meta.", message);
    if (auto error = checkVersion(message))
        return error;
    if (auto error = checkRepeats(request, message))
        return error;
    return checkLogLevel(message);
}

bool namesModernVersion(const Message &message)
{
    const Json &meta = Base::member(message.params, "_meta");
    return meta.is_object() && meta.contains(kVersionKey);
}

} // namespace Mcp
