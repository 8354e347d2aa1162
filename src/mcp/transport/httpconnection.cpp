// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/httpconnection.h"

#include <array>
#include <charconv>

namespace Mcp
{

namespace
{

// Enough for the requests that come; more waits in the kernel, and its sender with it.
constexpr qint64 kReadBuffer = 256 * 1024;
// A refused upload is read on for this much, so that its sender gets to see the refusal.
constexpr long long kDrainedBytes = 16LL * 1024 * 1024;
// Above this a body is written by itself instead of being copied behind its head.
constexpr std::size_t kJoinedBody = 64 * 1024;
constexpr std::size_t kKeptBuffer = 80 * 1024;

SteadyTime steadyNow()
{
    return std::chrono::steady_clock::now();
}

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
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
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Error";
    }
}

void appendNumber(std::string &out, std::size_t number, int base = 10)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
    out.append(digits.data(), end.ptr);
}

// A buffer that one large message has grown is not worth keeping.
void letGo(std::string &buffer)
{
    if (buffer.capacity() > kKeptBuffer)
        buffer = std::string();
}

void appendField(std::string &out, std::string_view name, std::string_view value)
{
    if (value.empty())
        return;
    out += name;
    out += value;
    out += "\r\n";
}

} // namespace

HttpConnection::HttpConnection(QTcpSocket *socket, HttpShared &shared, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_shared(shared)
    , m_parser(m_request, shared.options.parser)
    , m_output(shared.options.limits.stalled, shared.options.limits.unsentBytes)
{
    m_socket->setParent(this);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->setReadBufferSize(kReadBuffer);
    connect(m_socket, &QTcpSocket::readyRead, this, &HttpConnection::readSocket);
    connect(m_socket, &QTcpSocket::bytesWritten, this, [this] {
        if (m_state == Waiting || m_state == Receiving)
            readSocket(); // reading may have paused until the output was taken
    });
    connect(m_socket, &QTcpSocket::disconnected, this, &HttpConnection::abort);
    becomeIdle(steadyNow());
}

HttpConnection::~HttpConnection()
{
    // One that has told its end may outlive what is shared.
    if (!m_closedTold)
        m_shared.server.hungUp(*this);
}

void HttpConnection::becomeIdle(SteadyTime now)
{
    m_state = Waiting;
    m_since = now;
    m_shared.deadline.notLaterThan(now + m_shared.options.limits.idle);
}

void HttpConnection::giveUp()
{
    m_closedTold = true;
    m_shared.server.hungUp(*this);
    Q_EMIT closed();
}

void HttpConnection::abort()
{
    m_state = Closing;
    if (m_ending)
        return;
    m_ending = true;
    // Later: this can happen inside a write, whose caller may be walking through its connections.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_socket->abort();
            giveUp();
        },
        Qt::QueuedConnection);
}

void HttpConnection::close()
{
    if (m_state == Closing)
        return;
    m_shared.server.hungUp(*this);
    if (m_state == Streaming)
        endChunks();
    m_state = Closing;
    m_socket->disconnectFromHost();
}

void HttpConnection::readSocket()
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

void HttpConnection::process()
{
    if (m_processing)
        return;
    m_processing = true;
    while (m_state == Waiting || m_state == Receiving) {
        if (m_socket->bytesToWrite() > m_shared.options.limits.pausingBytes)
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

RequestParser::State HttpConnection::feedParser()
{
    const RequestParser::Step step = m_parser.feed(std::string_view(m_in).substr(m_at));
    m_at += step.consumed;
    if (m_at == m_in.size()) {
        m_at = 0;
        m_in.clear();
        letGo(m_in);
    }
    return step.state;
}

// Goes one step on with what was read. False: more bytes are needed first.
bool HttpConnection::step()
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
            refuseRequest(413, "The body is too large.");
        return false;
    case RequestParser::HeadTooLarge:
        refuseRequest(431, "The head of the request is too large.");
        return false;
    case RequestParser::Malformed:
        refuseRequest(400, "This is not a valid HTTP request.");
        return false;
    }
    return false;
}

// The head is here: is it let in? A refusal is sent before the body is waited for.
bool HttpConnection::admit(bool mayContinue)
{
    GuardVerdict verdict = guardRequest(m_request, m_shared.rules);
    if (!verdict.passes()) {
        turnDown(verdict, mayContinue);
        return m_state == Waiting;
    }
    m_admitted = true;
    if (!(verdict.principal == m_principal)) {
        const Principal before = std::exchange(m_principal, std::move(verdict.principal));
        Q_EMIT principalChanged(before);
    }
    if (m_request.expectsContinue && !m_request.http10 && m_in.empty()
        && m_request.method == "POST")
        write("HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

void HttpConnection::serve()
{
    m_state = Holding;
    m_keepAlive = m_request.keepAlive;
    m_shared.endpoint.serve(m_request, m_principal, *this);
}

// A refusal by the guard. If the whole request is here the connection stays usable.
void HttpConnection::turnDown(const GuardVerdict &verdict, bool mayContinue)
{
    if (mayContinue && m_request.keepAlive) {
        if (feedParser() == RequestParser::Done) {
            m_state = Holding;
            m_keepAlive = true;
            sendRefusal(verdict);
            return requestDone();
        }
    }
    refuse(verdict);
}

void HttpConnection::refuse(const GuardVerdict &verdict)
{
    m_keepAlive = false;
    sendRefusal(verdict);
    drain();
}

void HttpConnection::sendRefusal(const GuardVerdict &verdict)
{
    std::string body;
    if (!verdict.reason.empty())
        body = errorText({ErrorCode::kInvalidRequest, verdict.reason});
    sendAnswer({.status = verdict.status, .body = body, .allow = verdict.allow}, verdict.challenge);
}

void HttpConnection::refuse(int status, std::string_view message)
{
    if (m_state == Holding)
        return answer({.status = status, .body = message});
    finish(message);
}

void HttpConnection::sendEvent(std::string_view id, std::string_view message)
{
    openStream();
    if (m_state != Streaming)
        return;
    std::string event = "id: ";
    event += id;
    event += message.empty() ? "\nretry: 500\ndata: " : "\nevent: message\ndata: ";
    event += message;
    event += "\n\n";
    sendChunk(event);
}

void HttpConnection::refuseRequest(int status, std::string_view reason)
{
    refuse(GuardVerdict{.status = status, .reason = std::string(reason)});
}

void HttpConnection::drain()
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

bool HttpConnection::canStream() const
{
    return m_request.acceptsEventStream();
}

void HttpConnection::answer(const HttpAnswer &answer)
{
    if (m_state != Holding)
        return;
    sendAnswer(answer, {});
    requestDone();
}

void HttpConnection::sendAnswer(const HttpAnswer &answer, std::string_view challenge)
{
    std::string &out = m_out;
    out = "HTTP/1.1 ";
    appendNumber(out, static_cast<std::size_t>(answer.status));
    out += ' ';
    out += reasonPhrase(answer.status);
    out += "\r\n";
    if (!answer.body.empty())
        out += "Content-Type: application/json\r\n";
    appendField(out, "Mcp-Session-Id: ", answer.sessionId);
    appendField(out, "Allow: ", answer.allow);
    appendField(out, "WWW-Authenticate: ", challenge);
    if (!m_keepAlive)
        out += "Connection: close\r\n";
    out += "Content-Length: ";
    appendNumber(out, answer.body.size());
    out += "\r\n\r\n";
    if (m_request.method == "HEAD") {
        write(out);
    } else if (answer.body.size() <= kJoinedBody) {
        out += answer.body;
        write(out);
    } else {
        m_socket->write(out.data(), static_cast<qint64>(out.size()));
        write(answer.body);
    }
}

void HttpConnection::openStream()
{
    if (m_state != Holding)
        return;
    m_state = Streaming;
    m_since = steadyNow();
    m_out = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            "Cache-Control: no-cache, no-transform\r\nX-Accel-Buffering: no\r\n";
    // HTTP/1.0 has no chunks: its stream ends with the connection.
    m_out += m_request.http10 ? "" : "Transfer-Encoding: chunked\r\n";
    m_out += m_keepAlive ? "\r\n" : "Connection: close\r\n\r\n";
    m_shared.deadline.notLaterThan(m_since + m_shared.options.limits.keepAlive);
    write(m_out);
}

void HttpConnection::sendChunk(std::string_view event)
{
    m_out.clear();
    if (!m_request.http10) {
        appendNumber(m_out, event.size(), 16);
        m_out += "\r\n";
    }
    m_out += event;
    if (!m_request.http10)
        m_out += "\r\n";
    m_since = steadyNow();
    write(m_out);
    letGo(m_out);
}

void HttpConnection::endChunks()
{
    if (!m_request.http10)
        write("0\r\n\r\n");
}

void HttpConnection::notify(std::string_view message)
{
    openStream();
    if (m_state != Streaming)
        return;
    std::string event = "event: message\ndata: ";
    event += message;
    event += "\n\n";
    sendChunk(event);
}

void HttpConnection::finish(std::string_view message)
{
    if (m_state == Holding)
        return answer({.status = 200, .body = message});
    if (m_state != Streaming)
        return;
    notify(message);
    endStream();
}

void HttpConnection::endStream()
{
    // A cancelled request has no response, and HTTP wants an answer: an empty one.
    if (m_state == Holding)
        return answer({.status = 202});
    if (m_state != Streaming)
        return;
    endChunks();
    requestDone();
}

void HttpConnection::requestDone()
{
    if (m_state == Closing)
        return;
    m_admitted = false;
    if (!m_keepAlive) {
        m_state = Closing;
        m_socket->disconnectFromHost();
        return;
    }
    m_parser.reset();
    becomeIdle(steadyNow());
    // What was pipelined behind this request. Inside process() its loop sees to it; elsewhere the
    // event loop does: the caller may be in the middle of something.
    if (!m_processing && (!m_in.empty() || m_socket->bytesAvailable() > 0))
        QMetaObject::invokeMethod(this, &HttpConnection::readSocket, Qt::QueuedConnection);
}

void HttpConnection::write(std::string_view text)
{
    if (m_state == Closing)
        return;
    m_socket->write(text.data(), static_cast<qint64>(text.size()));
    m_socket->flush();
    const long long unsent = m_socket->bytesToWrite();
    if (unsent == 0)
        return;
    const SteadyTime now = steadyNow();
    if (!m_output.wrote(static_cast<long long>(text.size()), unsent, now))
        return abort();
    m_shared.deadline.notLaterThan(m_output.next());
}

SteadyTime HttpConnection::checkLimits(SteadyTime now)
{
    const ConnectionLimits &limits = m_shared.options.limits;
    if (!m_output.check(m_socket->bytesToWrite(), now)) {
        abort();
        return SteadyTime::max();
    }
    milliseconds limit{};
    switch (m_state) {
    case Waiting:
        limit = limits.idle;
        if (now >= m_since + limit)
            close();
        break;
    case Receiving:
        limit = limits.halfSent;
        if (now >= m_since + limit)
            refuseRequest(408, "The request took too long.");
        break;
    case Streaming:
        // A little early, so that all streams of an app are kept alive by the same wake-up.
        limit = limits.keepAlive;
        if (now >= m_since + limit * 2 / 3)
            sendChunk(":\n\n");
        break;
    case Draining:
        limit = limits.drain;
        if (now >= m_since + limit)
            abort();
        break;
    case Holding:
    case Closing:
        return m_output.next();
    }
    return std::min(m_output.next(), m_since + limit);
}

} // namespace Mcp
