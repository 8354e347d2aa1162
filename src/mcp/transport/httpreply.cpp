// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/httpreply.h"

#include "http/reply.h"

namespace Mcp
{

namespace
{

// Long enough to save most preflights, short enough for a list of origins that has been changed.
constexpr std::string_view kPreflightSeconds = "600";

void appendReadableBy(std::string &out, std::string_view origin)
{
    if (origin.empty())
        return;
    Http::appendField(out, "Access-Control-Allow-Origin: ", origin);
    out += "Vary: Origin\r\n"
           "Access-Control-Expose-Headers: Mcp-Session-Id, WWW-Authenticate\r\n";
}

} // namespace

void appendReplyHead(std::string &out, const ReplyHead &head)
{
    Http::appendStatusLine(out, head.status);
    if (head.bodyBytes > 0)
        out += "Content-Type: application/json\r\n";
    Http::appendField(out, "Mcp-Session-Id: ", head.sessionId);
    Http::appendField(out, "Allow: ", head.allow);
    Http::appendField(out, "WWW-Authenticate: ", head.challenge);
    appendReadableBy(out, head.readableBy);
    if (!head.mayAskWith.empty()) {
        out += "Access-Control-Allow-Methods: GET, POST, DELETE\r\n";
        Http::appendField(out, "Access-Control-Allow-Headers: ", head.mayAskWith);
        Http::appendField(out, "Access-Control-Max-Age: ", kPreflightSeconds);
    }
    if (!head.keepAlive)
        out += "Connection: close\r\n";
    // 204 means that there is no length (RFC 9110, 8.6).
    if (head.status != 204)
        Http::appendLength(out, head.bodyBytes);
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

} // namespace Mcp
