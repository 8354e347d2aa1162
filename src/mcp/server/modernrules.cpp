// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/modernrules.h"

#include "mcp/protocol/codec.h"
#include "mcp/protocol/headervalue.h"
#include "mcp/protocol/revision.h"

#include <algorithm>
#include <cctype>

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
    if (level.is_string() && logLevel(level.get_ref<const std::string &>()))
        return std::nullopt;
    return refusal(ErrorCode::kInvalidParams, "Unknown log level.", message);
}

// The member of params that Mcp-Name repeats, or null where the method has none.
const char *nameMember(std::string_view method)
{
    if (method == "tools/call" || method == "prompts/get")
        return "name";
    if (method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel")
        return "taskId";
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

std::string lowered(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

bool repeats(const std::string &text, const Json &value, HeaderParameter::Type type)
{
    if (type == HeaderParameter::String)
        return value.is_string() && value.get_ref<const std::string &>() == text;
    if (type == HeaderParameter::Boolean)
        return value.is_boolean() && text == (value.get<bool>() ? "true" : "false");
    // As numbers: 42, 42.0 and 4.2e1 are the same integer.
    const auto number = Base::parseJson(text);
    return number && number->is_number() && value.is_number() && *number == value;
}

} // namespace

std::optional<RpcError> checkHeaderParameters(const HttpRequest &request, const Message &message,
                                              const std::vector<HeaderParameter> &parameters)
{
    for (const HeaderParameter &parameter : parameters) {
        const Json *value = &Base::member(message.params, "arguments");
        for (const std::string &key : parameter.path)
            value = &Base::member(*value, key.c_str());
        const auto header = request.mcpParams.find(lowered(parameter.header));
        const bool given = header != request.mcpParams.end();
        const std::string name = "The Mcp-Param-" + parameter.header + " header ";
        if (value->is_null() && !given)
            continue;
        if (value->is_null() || !given)
            return refusal(ErrorCode::kHeaderMismatch,
                           name + (given ? "has no argument to repeat." : "is missing."), message);
        const auto decoded = decodeHeaderValue(header->second.text);
        if (header->second.count != 1 || !decoded || !repeats(*decoded, *value, parameter.type))
            return refusal(ErrorCode::kHeaderMismatch, name + "differs from the argument.",
                           message);
    }
    return std::nullopt;
}

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

int modernStatus(int code)
{
    switch (code) {
    case ErrorCode::kMethodNotFound:
        return 404;
    case ErrorCode::kHeaderMismatch:
    case ErrorCode::kMissingCapability:
    case ErrorCode::kUnsupportedVersion:
        return 400;
    default:
        return 200;
    }
}

} // namespace Mcp
