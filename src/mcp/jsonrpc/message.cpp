// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/jsonrpc/message.h"

namespace Mcp
{

using Base::Json;

namespace
{

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Index behind the string that starts at `at`.
std::size_t skipString(std::string_view text, std::size_t at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\')
            ++at;
    }
    return at + 1;
}

// Index behind the value that starts at `at`; the text is known to be valid.
std::size_t skipValue(std::string_view text, std::size_t at)
{
    int depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = skipString(text, at);
            if (depth == 0)
                return at;
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']' || isSpace(c)))
            return at;
        if (c == '{' || c == '[')
            ++depth;
        if (c == '}' || c == ']') {
            if (--depth == 0)
                return at + 1;
        }
        ++at;
    }
    return at;
}

std::size_t skipSpace(std::string_view text, std::size_t at)
{
    while (at < text.size() && (isSpace(text[at]) || text[at] == ','))
        ++at;
    return at;
}

// True if the string literal `quoted` says `key`, whatever it is escaped with.
bool names(std::string_view quoted, std::string_view key)
{
    if (quoted.find('\\') == std::string_view::npos)
        return quoted.substr(1, quoted.size() - 2) == key;
    const auto name = Base::parseJson(quoted);
    return name && *name == key;
}

// An id as raw JSON. The parser turns what exceeds 64 bits into a double, which would come back
// with other digits: it is taken from the text, the object that it is the member `key` of.
std::string rawId(const Json &value, std::string_view text, std::string_view key)
{
    std::string id = rawToken(value);
    if (value.is_number_float()) {
        const std::string_view raw = rawMember(text, key);
        if (!raw.empty())
            id = raw;
    }
    return id;
}

tl::unexpected<RpcError> invalid(std::string message, std::string id = {})
{
    return tl::unexpected<RpcError>(
        RpcError{ErrorCode::kInvalidRequest, std::move(message), {}, std::move(id)});
}

} // namespace

std::string_view rawMember(std::string_view text, std::string_view key)
{
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF"; // the parser skips it too
    std::string_view found;
    std::size_t at = skipSpace(text, text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    if (at >= text.size() || text[at] != '{')
        return found;
    at = skipSpace(text, at + 1);
    while (at < text.size() && text[at] == '"') {
        const std::size_t keyEnd = skipString(text, at);
        const std::string_view name = text.substr(at, keyEnd - at);
        at = skipSpace(text, keyEnd);
        if (at >= text.size() || text[at] != ':')
            return {};
        at = skipSpace(text, at + 1);
        const std::size_t end = skipValue(text, at);
        if (names(name, key))
            found = text.substr(at, end - at); // the last one wins, as in the parser
        at = skipSpace(text, end);
    }
    return found;
}

std::string rawToken(const Json &value)
{
    if (value.is_string())
        return Base::quoteJson(value.get_ref<const std::string &>());
    if (value.is_number())
        return value.dump();
    return {};
}

tl::expected<Message, RpcError> decodeMessage(Json &&value, std::string_view text)
{
    if (!value.is_object())
        return invalid("A message must be a JSON object.");
    auto &members = value.get_ref<Json::object_t &>();
    Message message;
    const auto id = members.find("id");
    if (id != members.end()) {
        message.id = rawId(id->second, text, "id");
        if (message.id.empty())
            return invalid("The id must be a string or a number.");
    }
    const auto version = members.find("jsonrpc");
    if (version == members.end() || version->second != "2.0")
        return invalid("\"jsonrpc\" must be \"2.0\".", std::move(message.id));
    const auto method = members.find("method");
    if (method == members.end()) {
        if (message.id.empty() || !(members.contains("result") || members.contains("error")))
            return invalid("The method is missing.", std::move(message.id));
        message.kind = Message::Response;
        message.failed = members.contains("error");
        message.answer = std::move(members.find(message.failed ? "error" : "result")->second);
        return message;
    }
    if (!method->second.is_string())
        return invalid("The method must be a string.", std::move(message.id));
    message.method = std::move(method->second.get_ref<std::string &>());
    message.kind = message.id.empty() ? Message::Notification : Message::Request;
    const auto params = members.find("params");
    if (params != members.end()) {
        if (!params->second.is_object())
            return tl::unexpected<RpcError>(RpcError{ErrorCode::kInvalidParams,
                                                     "\"params\" must be an object.",
                                                     {},
                                                     std::move(message.id)});
        message.params = std::move(params->second);
    }
    if (message.method == "notifications/cancelled")
        message.cancels = rawId(Base::member(message.params, "requestId"),
                                rawMember(text, "params"), "requestId");
    return message;
}

void appendResponseHead(std::string &out, std::string_view id)
{
    out += R"({"jsonrpc":"2.0","id":)";
    out += id;
    out += R"(,"result":)";
}

std::string responseText(std::string_view id, std::string_view result)
{
    std::string out;
    out.reserve(id.size() + result.size() + 40);
    appendResponseHead(out, id);
    out += result;
    out += '}';
    return out;
}

std::string errorText(const RpcError &error)
{
    std::string out = R"({"jsonrpc":"2.0",)";
    if (!error.id.empty()) {
        out += "\"id\":";
        out += error.id;
        out += ',';
    }
    out += R"("error":{"code":)";
    out += std::to_string(error.code);
    out += R"(,"message":)";
    Base::appendQuoted(out, error.message);
    if (!error.data.empty()) {
        out += R"(,"data":)";
        out += error.data;
    }
    out += "}}";
    return out;
}

std::string notificationText(std::string_view method, std::string_view params)
{
    std::string out = R"({"jsonrpc":"2.0","method":")";
    out += method;
    out += '"';
    if (!params.empty()) {
        out += R"(,"params":)";
        out += params;
    }
    out += '}';
    return out;
}

} // namespace Mcp
