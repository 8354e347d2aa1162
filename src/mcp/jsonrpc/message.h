// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace Mcp
{

/// JSON-RPC 2.0 error codes and those that MCP 2026-07-28 reserves (-32020 to -32099).
namespace ErrorCode
{
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kSessionNotFound = -32001; ///< legacy only, customary
inline constexpr int kResourceNotFound = -32002; ///< legacy only
inline constexpr int kHeaderMismatch = -32020;
inline constexpr int kMissingCapability = -32021;
inline constexpr int kUnsupportedVersion = -32022;
} // namespace ErrorCode

/// One decoded JSON-RPC message.
struct Message {
    enum Kind { Request, Notification, Response };
    Kind kind = Request;
    /// The id's own JSON text ("7", "\"7\""), so that it is echoed with its exact type and digits;
    /// empty for a notification.
    std::string id;
    std::string method; ///< empty for a response
    Base::Json params; ///< an object, or null if absent
    std::string cancels; ///< raw id that a notifications/cancelled names, or empty
    Base::Json answer = nullptr; ///< of a response: its `result`, or its `error` if `failed`
    bool failed = false;
};

/// An error as it stands in a response. `data` is JSON text or empty.
struct RpcError {
    int code = ErrorCode::kInternalError;
    std::string message;
    std::string data = {};
    std::string id = {}; ///< raw; empty: the member is left out (MCP schemas never allow null)
};

/// Takes one parsed message apart. `text` is what it was parsed from, or empty where that is not at
/// hand (an element of a batch): numbers beyond 64 bits are echoed from it digit by digit.
tl::expected<Message, RpcError> decodeMessage(Base::Json &&value, std::string_view text);

/// {"jsonrpc":"2.0","id":ID,"result": without the result and its closing brace.
void appendResponseHead(std::string &out, std::string_view id);

/// A whole response around `result`, the text of a JSON object.
std::string responseText(std::string_view id, std::string_view result);
std::string errorText(const RpcError &error);
/// A whole notification; `params` is the text of a JSON object, or empty.
std::string notificationText(std::string_view method, std::string_view params);

/// The raw text of the member `key` of the object that `text` holds, or empty. `text` must be valid
/// JSON.
std::string_view rawMember(std::string_view text, std::string_view key);

/// A request id or progress token as raw JSON: strings and numbers; empty for anything else.
std::string rawToken(const Base::Json &value);

} // namespace Mcp
