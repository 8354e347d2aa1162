// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/httpreply.h"

#include <array>
#include <charconv>

namespace Mcp
{

namespace
{

// Long enough to save most preflights, short enough for a list of origins that has been changed.
constexpr std::string_view kPreflightSeconds = "600";

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    default:
        return "Other";
    }
}

void appendNumber(std::string &out, std::size_t number, int base = 10)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
    out.append(digits.data(), end.ptr);
}

void appendField(std::string &out, std::string_view name, std::string_view value)
{
    if (value.empty())
        return;
    out += name;
    out += value;
    out += "\r\n";
}

void appendReadableBy(std::string &out, std::string_view origin)
{
    if (origin.empty())
        return;
    appendField(out, "Access-Control-Allow-Origin: ", origin);
    out += "Vary: Origin\r\n"
           "Access-Control-Expose-Headers: Mcp-Session-Id, WWW-Authenticate\r\n";
}

} // namespace

void appendReplyHead(std::string &out, const ReplyHead &head)
{
    out += "HTTP/1.1 ";
    appendNumber(out, static_cast<std::size_t>(head.status));
    out += ' ';
    out += reasonPhrase(head.status);
    out += "\r\n";
    if (head.bodyBytes > 0)
        out += "Content-Type: application/json\r\n";
    appendField(out, "Mcp-Session-Id: ", head.sessionId);
    appendField(out, "Allow: ", head.allow);
    appendField(out, "WWW-Authenticate: ", head.challenge);
    appendReadableBy(out, head.readableBy);
    if (!head.mayAskWith.empty()) {
        out += "Access-Control-Allow-Methods: GET, POST, DELETE\r\n";
        appendField(out, "Access-Control-Allow-Headers: ", head.mayAskWith);
        appendField(out, "Access-Control-Max-Age: ", kPreflightSeconds);
    }
    if (!head.keepAlive)
        out += "Connection: close\r\n";
    // 204 means that there is no length (RFC 9110, 8.6).
    if (head.status != 204) {
        out += "Content-Length: ";
        appendNumber(out, head.bodyBytes);
        out += "\r\n";
    }
    out += "\r\n";
}

void appendStreamHead(std::string &out, const StreamHead &head)
{
    out += "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
           "Cache-Control: no-cache, no-transform\r\nX-Accel-Buffering: no\r\n";
    appendReadableBy(out, head.readableBy);
    if (head.chunked)
        out += "Transfer-Encoding: chunked\r\n";
    if (!head.keepAlive)
        out += "Connection: close\r\n";
    out += "\r\n";
}

void appendChunkSize(std::string &out, std::size_t bytes)
{
    appendNumber(out, bytes, 16);
    out += "\r\n";
}

} // namespace Mcp
