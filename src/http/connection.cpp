// SPDX-License-Identifier: GPL-3.0-or-later
// From a request's first byte to the end of its answer. What is sent: connectionoutput.cpp.
#include "http/connection.h"

#include "http/authority.h"

#include <algorithm>
#include <utility>

namespace Http
{

namespace
{

// Enough for the requests that come; more waits in the kernel, and its sender with it.
constexpr qint64 kReadBuffer = 256 * 1024;
// What the kernel holds for a client that does not read. Small, so that a slow reader is soon seen
// to take something, and that one which has stopped leaves little behind.
constexpr int kKernelBuffer = 256 * 1024;
// A refused upload is read on for this much, so that its sender gets to see the refusal.
constexpr long long kDrainedBytes = 16LL * 1024 * 1024;
constexpr std::size_t kKeptBuffer = 80 * 1024;

SteadyTime steadyNow()
{
    return std::chrono::steady_clock::now();
}

HeaderField fieldOf(const Request &request, std::string_view name)
{
    return {request.header(name), request.count(name)};
}

Response refusal(int status, std::string sentence)
{
    return {.status = status, .contentType = "text/plain", .body = std::move(sentence)};
}

/// Of a page that is allowed by name: may it ask what it wants to ask?
Response preflight(const ServerOptions &options)
{
    Response response{.status = 204};
    response.fields = {{"Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE"},
                       {"Access-Control-Allow-Headers", options.pageHeaders},
                       {"Access-Control-Max-Age", "600"}};
    return response;
}

} // namespace

Connection::Connection(QTcpSocket *socket, Shared &shared)
    : m_socket(socket)
    , m_shared(shared)
    , m_output(
          *socket, [socket] { socket->flush(); },
          {shared.options.limits.stalled, shared.options.limits.unsentBytes}, shared.waiting)
    , m_parser(m_request, shared.options.parser)
{
    m_socket->setParent(this);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->setSocketOption(QAbstractSocket::SendBufferSizeSocketOption, kKernelBuffer);
    m_socket->setReadBufferSize(kReadBuffer);
    connect(m_socket, &QTcpSocket::readyRead, this, &Connection::readSocket);
    connect(m_socket, &QTcpSocket::disconnected, this, &Connection::abort);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &Connection::wrote);
    becomeIdle(steadyNow());
    if (m_socket->bytesAvailable() > 0)
        QMetaObject::invokeMethod(this, &Connection::readSocket, Qt::QueuedConnection);
}

Connection::~Connection()
{
    m_output.drop();
    if (const auto exchange = m_exchange.lock())
        exchange->clientGone();
}

void Connection::becomeIdle(SteadyTime now)
{
    m_state = Waiting;
    m_since = now;
    m_shared.deadline.notLaterThan(now + m_shared.options.limits.idle);
}

void Connection::readSocket()
{
    if (m_state == Draining) {
        m_drained += m_socket->skip(m_socket->bytesAvailable());
        if (m_drained > kDrainedBytes)
            abort();
        return;
    }
    // While an answer is being made, what follows waits in the socket.
    if (m_state != Waiting && m_state != Receiving)
        return;
    process();
}

void Connection::process()
{
    if (m_processing)
        return;
    m_processing = true;
    while (m_state == Waiting || m_state == Receiving) {
        if (isCongested())
            break;
        const qint64 available = m_socket->bytesAvailable();
        if (available > 0) {
            m_in.erase(0, std::exchange(m_at, 0));
            const std::size_t had = m_in.size();
            m_in.resize(had + static_cast<std::size_t>(available));
            const qint64 got = m_socket->read(m_in.data() + had, available);
            m_in.resize(had + static_cast<std::size_t>(std::max<qint64>(got, 0)));
        }
        if (!step())
            break;
    }
    m_processing = false;
}

RequestParser::State Connection::feedParser()
{
    const RequestParser::Step step = m_parser.feed(std::string_view(m_in).substr(m_at));
    m_at += step.consumed;
    if (m_at == m_in.size()) {
        m_at = 0;
        m_in.clear();
        // A buffer that one large message has grown is not worth keeping.
        if (m_in.capacity() > kKeptBuffer)
            m_in = std::string();
    }
    return step.state;
}

// Goes one step on with what was read. False: more bytes are needed first.
bool Connection::step()
{
    if (m_state == Waiting) {
        if (m_in.empty())
            return false;
        // The clock starts at the first byte and no later byte resets it: a dribbling client is cut
        // too.
        m_state = Receiving;
        m_since = steadyNow();
    }
    switch (feedParser()) {
    case RequestParser::HeadReady:
        return admit(true);
    case RequestParser::Done:
        serve();
        return true;
    case RequestParser::NeedMore:
    case RequestParser::NeedBody:
        m_shared.deadline.notLaterThan(m_since + m_shared.options.limits.halfSent);
        return m_socket->bytesAvailable() > 0;
    case RequestParser::BodyTooLarge:
        if (m_admitted || admit(false))
            turnDown(refusal(413, "The body is too large."), false);
        return false;
    case RequestParser::HeadTooLarge:
        turnDown(refusal(431, "The head of the request is too large."), false);
        return false;
    case RequestParser::Malformed:
        turnDown(refusal(400, "This is not a valid HTTP request."), false);
        return false;
    }
    return false;
}

// The head is here: is it let in? A refusal is sent before the body is waited for.
bool Connection::admit(bool mayContinue)
{
    m_request.splitTarget();
    const HeaderField host = fieldOf(m_request, "host");
    const HeaderField origin = fieldOf(m_request, "origin");
    const ServerOptions &options = m_shared.options;
    Response refused{.status = 0};
    if (host.count != 1)
        refused = refusal(400, "Exactly one Host header is needed.");
    else if (!isLoopbackAuthority(host.text, m_shared.port)
             && !isLabelledAuthority(host.text, options.hostSuffix, m_shared.port))
        refused = refusal(403, "This host is not served here.");
    else if (origin.present() && !isAllowedOrigin(origin, m_shared.port, options.allowedOrigins))
        refused = refusal(403, "This origin is not allowed.");
    else if (m_request.method == "OPTIONS" && isNamedOrigin(origin, options.allowedOrigins)
             && m_request.count("access-control-request-method") > 0)
        refused = preflight(options);
    if (refused.status == 0) {
        const auto found
            = std::find_if(m_shared.handlers.begin(), m_shared.handlers.end(),
                           [this](const Handler *handler) { return handler->serves(m_request); });
        if (found != m_shared.handlers.end())
            m_handler = *found;
        else
            refused.status = 404;
    }
    if (refused.status != 0) {
        turnDown(std::move(refused), mayContinue);
        return m_state == Waiting;
    }
    m_admitted = true;
    if (m_request.expectsContinue && !m_request.http10 && m_in.empty())
        send("HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

void Connection::serve()
{
    m_state = Holding;
    m_keepAlive = m_request.keepAlive;
    auto exchange = std::make_shared<ConnectionExchange>(this, std::move(m_request));
    m_exchange = exchange;
    m_handler->serve(std::move(exchange));
}

void Connection::requestDone()
{
    m_exchange.reset();
    if (m_state == Closing)
        return;
    m_admitted = false;
    m_wasCongested = false;
    if (!m_keepAlive) {
        m_state = Closing;
        return closeWhenSent();
    }
    m_parser.reset();
    becomeIdle(steadyNow());
    // What was pipelined behind this request. Inside process() its loop sees to it; elsewhere the
    // event loop does: the caller may be in the middle of something.
    if (!m_processing && (!m_in.empty() || m_socket->bytesAvailable() > 0))
        QMetaObject::invokeMethod(this, &Connection::readSocket, Qt::QueuedConnection);
}

// If the whole request is here the connection stays usable.
void Connection::turnDown(Response response, bool mayContinue)
{
    if (mayContinue && m_request.keepAlive && feedParser() == RequestParser::Done) {
        m_state = Holding;
        m_keepAlive = true;
        sendResponse(m_request, response);
        return requestDone();
    }
    m_keepAlive = false;
    m_state = Draining; // before it is sent: nothing more may be served meanwhile
    sendResponse(m_request, response);
    drain();
}

void Connection::drain()
{
    if (m_state == Closing)
        return;
    m_state = Draining;
    m_since = steadyNow();
    m_in = std::string();
    m_at = 0;
    m_shared.deadline.notLaterThan(m_since + m_shared.options.limits.drain);
    readSocket();
}

SteadyTime Connection::checkLimits(SteadyTime now)
{
    if (now >= m_output.stopsAt()) {
        abort();
        return SteadyTime::max();
    }
    const SteadyTime next = m_closing ? SteadyTime::max() : checkProtocol(now);
    return std::min(next, m_output.stopsAt());
}

SteadyTime Connection::checkProtocol(SteadyTime now)
{
    milliseconds limit{};
    const ConnectionLimits &limits = m_shared.options.limits;
    switch (m_state) {
    case Waiting:
        limit = limits.idle;
        if (m_output.waiting() > 0)
            m_since = now; // who is still taking an answer is not idle
        else if (now >= m_since + limit)
            close();
        break;
    case Receiving:
        limit = limits.halfSent;
        if (now >= m_since + limit)
            turnDown(refusal(408, "The request took too long."), false);
        break;
    case Draining:
        limit = limits.drain;
        if (m_output.waiting() > 0)
            m_since = now; // there is still something to read
        else if (now >= m_since + limit)
            abort();
        break;
    case Holding:
    case Streaming:
    case Closing:
        return SteadyTime::max();
    }
    return m_state == Closing ? SteadyTime::max() : m_since + limit;
}

} // namespace Http
