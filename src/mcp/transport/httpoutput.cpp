// SPDX-License-Identifier: GPL-3.0-or-later
// What a connection sends: the other half is httpconnection.cpp.
#include "mcp/transport/httpconnection.h"

#include "http/reply.h"

namespace Mcp
{

namespace
{

// Above this a body is sent by itself instead of being copied behind its head.
constexpr std::size_t kJoinedBody = 64 * 1024;
constexpr std::string_view kMessageFields = "event: message\ndata: ";

} // namespace

bool HttpConnection::canStream() const
{
    return m_request.acceptsEventStream();
}

void HttpConnection::answer(const HttpAnswer &answer)
{
    if (m_state != Holding)
        return;
    sendReply({.status = answer.status, .sessionId = answer.sessionId, .allow = answer.allow},
              answer.body);
    requestDone();
}

void HttpConnection::finish(std::string_view message)
{
    refuse(200, message);
}

void HttpConnection::refuse(int status, std::string_view message)
{
    if (m_state == Holding)
        return answer({.status = status, .body = message});
    if (m_state != Streaming)
        return;
    sendFrame(kMessageFields, message, true);
    requestDone();
}

void HttpConnection::endStream()
{
    // A cancelled request has no response, and HTTP wants an answer: an empty one.
    if (m_state == Holding)
        return answer({.status = 202});
    if (m_state != Streaming)
        return;
    if (!m_request.http10)
        send(Http::kLastChunk);
    requestDone();
}

void HttpConnection::openStream()
{
    if (m_state != Holding)
        return;
    m_state = Streaming;
    m_since = std::chrono::steady_clock::now();
    m_out.clear();
    // HTTP/1.0 has no chunks: its stream ends with the connection.
    appendStreamHead(
        m_out,
        {.chunked = !m_request.http10, .keepAlive = m_keepAlive, .readableBy = readableBy()});
    deadline().notLaterThan(m_since + limits().keepAlive);
    send(m_out);
}

void HttpConnection::notify(std::string_view message)
{
    openStream();
    if (m_state == Streaming)
        sendFrame(kMessageFields, message);
}

void HttpConnection::sendEvent(std::string_view id, std::string_view message)
{
    openStream();
    if (m_state != Streaming)
        return;
    std::string fields = "id: ";
    fields += id;
    fields += message.empty() ? "\nretry: 500\ndata: " : "\nevent: message\ndata: ";
    sendFrame(fields, message);
}

// One event of the stream, or a comment. `last`: and the end of the stream.
void HttpConnection::sendFrame(std::string_view fields, std::string_view message, bool last)
{
    constexpr std::string_view kEventEnd = "\n\n";
    m_out.clear();
    std::string tail(kEventEnd);
    if (!m_request.http10) {
        Http::appendChunkSize(m_out, fields.size() + message.size() + kEventEnd.size());
        tail += Http::kChunkEnd;
        if (last)
            tail += Http::kLastChunk;
    }
    m_out += fields;
    m_since = std::chrono::steady_clock::now();
    sendBehindHead(message, tail);
}

void HttpConnection::sendVerdict(const GuardVerdict &verdict)
{
    std::string body;
    if (!verdict.reason.empty())
        body = errorText({ErrorCode::kInvalidRequest, verdict.reason});
    sendReply({.status = verdict.status,
               .allow = verdict.allow,
               .challenge = verdict.challenge,
               .mayAskWith = verdict.mayAskWith},
              body);
}

void HttpConnection::sendReply(ReplyHead head, std::string_view body)
{
    head.bodyBytes = body.size();
    head.keepAlive = m_keepAlive;
    head.readableBy = readableBy();
    m_out.clear();
    appendReplyHead(m_out, head);
    sendBehindHead(m_request.method == "HEAD" ? std::string_view() : body, {});
}

// Small things go out in one write.
void HttpConnection::sendBehindHead(std::string_view body, std::string_view tail)
{
    if (body.size() > kJoinedBody)
        return send(m_out, body, tail);
    m_out += body;
    m_out += tail;
    send(m_out);
}

// The page that sent the request, if its origin was allowed by name: it may read the answer.
std::string_view HttpConnection::readableBy() const
{
    if (!isNamedOrigin(m_request.origin, m_http.rules))
        return {};
    return m_request.origin.text;
}

} // namespace Mcp
