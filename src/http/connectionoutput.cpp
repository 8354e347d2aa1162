// SPDX-License-Identifier: GPL-3.0-or-later
// What a connection sends, and its end: the other half is connection.cpp.
#include "http/authority.h"
#include "http/connection.h"
#include "http/reply.h"

#include <utility>

namespace Http
{

namespace
{

// Above this a body is sent by itself instead of being copied behind its head.
constexpr std::size_t kJoinedBody = 64 * 1024;

} // namespace

ConnectionExchange::ConnectionExchange(Connection *connection, Request &&request)
    : m_connection(connection)
    , m_request(std::move(request))
{
}

ConnectionExchange::~ConnectionExchange()
{
    if (isOver())
        return;
    m_answered = true;
    if (m_begun)
        m_connection->cutStream();
    else
        m_connection->sendResponse(m_request, {.status = 500});
    m_connection->requestDone();
}

void ConnectionExchange::answer(Response response)
{
    if (isOver() || m_begun)
        return;
    m_answered = true;
    m_connection->sendResponse(m_request, response);
    m_connection->requestDone();
}

void ConnectionExchange::begin(Response head)
{
    if (isOver() || m_begun)
        return;
    m_begun = true;
    m_connection->beginStream(m_request, head);
}

bool ConnectionExchange::write(std::string_view part)
{
    if (isOver() || !m_begun)
        return true;
    m_connection->sendChunk(part);
    if (!m_connection || !m_connection->isCongested())
        return true;
    m_connection->m_wasCongested = true;
    return false;
}

void ConnectionExchange::end()
{
    if (isOver() || !m_begun)
        return;
    m_answered = true;
    m_connection->endStream();
    m_connection->requestDone();
}

void ConnectionExchange::cut()
{
    if (isOver())
        return;
    m_answered = true;
    m_connection->cutStream();
    m_connection->requestDone();
}

void ConnectionExchange::onGone(std::function<void()> gone)
{
    m_gone = std::move(gone);
    if (m_connection || m_answered || !m_gone)
        return;
    const auto told = std::exchange(m_gone, {});
    told();
}

void ConnectionExchange::clientGone()
{
    m_connection.clear();
    const auto gone = std::exchange(m_gone, {});
    m_writable = {};
    if (gone && !m_answered)
        gone();
}

void Connection::appendCommon(std::string &out, const Request &request,
                              const Response &response) const
{
    appendStatusLine(out, response.status);
    appendField(out, "Content-Type: ", response.contentType);
    for (const auto &[name, value] : response.fields)
        appendField(out, name + ": ", value);
    // A page whose origin is allowed by name may read the answer; no other ever.
    const HeaderField origin{request.header("origin"), request.count("origin")};
    if (isNamedOrigin(origin, m_shared.options.allowedOrigins)) {
        appendField(out, "Access-Control-Allow-Origin: ", origin.text);
        out += "Vary: Origin\r\n";
    }
    if (!m_keepAlive)
        out += "Connection: close\r\n";
}

void Connection::sendResponse(const Request &request, const Response &response)
{
    std::string head;
    appendCommon(head, request, response);
    // 204 means that there is no length (RFC 9110, 8.6).
    if (response.status != 204)
        appendLength(head, response.body.size());
    head += "\r\n";
    const std::string_view body
        = request.method == "HEAD" ? std::string_view() : std::string_view(response.body);
    if (body.size() > kJoinedBody)
        return send(head, body);
    head += body;
    send(head);
}

void Connection::beginStream(const Request &request, const Response &response)
{
    m_state = Streaming;
    // HTTP/1.0 has no chunks: its stream ends with the connection.
    m_chunked = !request.http10;
    if (!m_chunked)
        m_keepAlive = false;
    std::string head;
    appendCommon(head, request, response);
    if (m_chunked)
        head += "Transfer-Encoding: chunked\r\n";
    head += "\r\n";
    send(head);
    if (!response.body.empty())
        sendChunk(response.body);
}

void Connection::sendChunk(std::string_view part)
{
    if (part.empty() || m_state != Streaming)
        return;
    if (!m_chunked)
        return send(part);
    std::string size;
    appendChunkSize(size, part.size());
    send(size, part, kChunkEnd);
}

void Connection::endStream()
{
    if (m_state == Streaming && m_chunked)
        send(kLastChunk);
}

void Connection::cutStream()
{
    if (m_state == Closing)
        return;
    m_keepAlive = false; // requestDone() closes
}

void Connection::send(std::string_view head, std::string_view body, std::string_view tail)
{
    if (m_closing)
        return;
    if (!m_output.send(head, body, tail))
        return abort();
    if (m_output.waiting() == 0)
        return;
    m_shared.deadline.notLaterThan(m_output.stopsAt());
    if (m_shared.waiting > m_shared.options.limits.waitingBytes)
        m_shared.tooMuchWaits();
}

bool Connection::isCongested() const
{
    return m_output.waiting() > m_shared.options.limits.pausingBytes;
}

void Connection::wrote()
{
    m_output.feed();
    if (m_ending)
        return;
    if (m_closing) {
        if (m_output.isGiven())
            m_socket->disconnectFromHost();
        return;
    }
    if (m_wasCongested && m_output.waiting() <= m_shared.options.limits.pausingBytes / 2) {
        m_wasCongested = false;
        const auto exchange = m_exchange.lock();
        // A copy: it may be replaced while it runs.
        const auto writable = exchange ? exchange->m_writable : std::function<void()>();
        if (writable)
            writable();
    }
    readSocket(); // which may have paused until then
}

void Connection::closeWhenSent()
{
    m_closing = true;
    if (!m_ending && m_output.isGiven())
        m_socket->disconnectFromHost();
}

void Connection::close()
{
    if (m_closing)
        return;
    m_state = Closing;
    if (const auto exchange = m_exchange.lock())
        exchange->clientGone();
    closeWhenSent();
}

void Connection::abort()
{
    m_closing = true;
    m_state = Closing;
    if (m_ending)
        return;
    m_ending = true;
    m_output.drop();
    // Later: this can happen inside a write, whose caller may be walking through its connections.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_socket->abort();
            if (const auto exchange = m_exchange.lock())
                exchange->clientGone();
            m_shared.closed(this);
        },
        Qt::QueuedConnection);
}

} // namespace Http
