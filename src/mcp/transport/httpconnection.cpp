// SPDX-License-Identifier: GPL-3.0-or-later
// From a request's first byte to the end of its answer. What is sent: httpoutput.cpp.
#include "mcp/transport/httpconnection.h"

#include "http/reply.h"

namespace Mcp
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

AnySocket anySocket(QTcpSocket *socket)
{
    return {socket, [socket] { socket->flush(); }, [socket] { socket->abort(); },
            [socket] {
                socket->disconnectFromHost();
            }};
}

} // namespace

HttpConnection::HttpConnection(QTcpSocket *socket, HttpShared &http, ConnectionShared &shared)
    : Connection(anySocket(socket), shared)
    , m_socket(socket)
    , m_http(http)
    , m_parser(m_request, http.options.parser)
{
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->setSocketOption(QAbstractSocket::SendBufferSizeSocketOption, kKernelBuffer);
    m_socket->setReadBufferSize(kReadBuffer);
    connect(m_socket, &QTcpSocket::readyRead, this, &HttpConnection::readSocket);
    connect(m_socket, &QTcpSocket::disconnected, this, &Connection::abort);
    becomeIdle(steadyNow());
}

HttpConnection::~HttpConnection()
{
    if (m_signInGone)
        m_signInGone();
    hangUp();
}

void HttpConnection::becomeIdle(SteadyTime now)
{
    m_state = Waiting;
    m_since = now;
    deadline().notLaterThan(now + limits().idle);
}

void HttpConnection::outputTaken()
{
    readSocket(); // which may have paused until then
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

RequestParser::State HttpConnection::feedParser()
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
        deadline().notLaterThan(m_since + limits().halfSent);
        return m_socket->bytesAvailable() > 0;
    case RequestParser::BodyTooLarge:
        if (m_admitted || admit(false))
            turnDown(413, "The body is too large.");
        return false;
    case RequestParser::HeadTooLarge:
        turnDown(431, "The head of the request is too large.");
        return false;
    case RequestParser::Malformed:
        turnDown(400, "This is not a valid HTTP request.");
        return false;
    }
    return false;
}

// The head is here: is it let in? A refusal is sent before the body is waited for.
bool HttpConnection::admit(bool mayContinue)
{
    GuardVerdict verdict = guardRequest(m_request, m_http.rules);
    if (!verdict.passes()) {
        turnDown(verdict, mayContinue);
        return m_state == Waiting;
    }
    m_admitted = true;
    m_isSignIn = verdict.isSignIn;
    if (!m_isSignIn)
        setPrincipal(std::move(verdict.principal));
    if (m_request.expectsContinue && !m_request.http10 && m_in.empty()
        && m_request.method == "POST")
        send("HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

void HttpConnection::serve()
{
    m_state = Holding;
    m_keepAlive = m_request.keepAlive;
    if (m_isSignIn)
        return serveSignIn();
    m_http.endpoint.serve(m_request, principal(), *this);
}

void HttpConnection::requestDone()
{
    if (m_state == Closing)
        return;
    m_admitted = false;
    if (!m_keepAlive) {
        m_state = Closing;
        return closeWhenSent();
    }
    m_parser.reset();
    becomeIdle(steadyNow());
    // What was pipelined behind this request. Inside process() its loop sees to it; elsewhere the
    // event loop does: the caller may be in the middle of something.
    if (!m_processing && (!m_in.empty() || m_socket->bytesAvailable() > 0))
        QMetaObject::invokeMethod(this, &HttpConnection::readSocket, Qt::QueuedConnection);
}

// The guard's answer. If the whole request is here the connection stays usable.
void HttpConnection::turnDown(const GuardVerdict &verdict, bool mayContinue)
{
    if (mayContinue && m_request.keepAlive && feedParser() == RequestParser::Done) {
        m_state = Holding;
        m_keepAlive = true;
        sendVerdict(verdict);
        return requestDone();
    }
    m_keepAlive = false;
    m_state = Draining; // before it is sent: nothing more may be served meanwhile
    sendVerdict(verdict);
    drain();
}

void HttpConnection::turnDown(int status, std::string_view reason)
{
    turnDown(GuardVerdict{.status = status, .reason = std::string(reason)}, false);
}

void HttpConnection::drain()
{
    if (m_state == Closing)
        return;
    m_state = Draining;
    m_since = steadyNow();
    m_in = std::string();
    m_at = 0;
    deadline().notLaterThan(m_since + limits().drain);
    readSocket();
}

void HttpConnection::stopServing()
{
    const State before = std::exchange(m_state, Closing);
    if (before == Streaming && !m_request.http10)
        send(Http::kLastChunk);
}

SteadyTime HttpConnection::checkProtocol(SteadyTime now)
{
    milliseconds limit{};
    switch (m_state) {
    case Waiting:
        limit = limits().idle;
        if (output().waiting() > 0)
            m_since = now; // who is still taking an answer is not idle
        else if (now >= m_since + limit)
            close();
        break;
    case Receiving:
        limit = limits().halfSent;
        if (now >= m_since + limit)
            turnDown(408, "The request took too long.");
        break;
    case Streaming:
        limit = limits().keepAlive;
        // Output that waits says as much as a comment does. A little early, so that all streams of
        // an app are kept alive by the same wake-up.
        if (output().waiting() > 0)
            m_since = now;
        else if (now >= m_since + limit * 2 / 3)
            sendFrame(":", {});
        break;
    case Draining:
        limit = limits().drain;
        if (output().waiting() > 0)
            m_since = now; // there is still something to read
        else if (now >= m_since + limit)
            abort();
        break;
    case Holding:
    case Closing:
        return SteadyTime::max();
    }
    return m_state == Closing ? SteadyTime::max() : m_since + limit;
}

} // namespace Mcp
