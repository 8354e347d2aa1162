// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/lineconnection.h"

namespace Mcp
{

namespace
{

constexpr qint64 kReadBuffer = 1024 * 1024;
constexpr std::size_t kKeptBuffer = 64 * 1024;
constexpr std::size_t kAnnouncedBytes = 64;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

SteadyTime steadyNow()
{
    return std::chrono::steady_clock::now();
}

// The name in {"turso_companion_bridge":1,"agent":"NAME"}, or nothing if the line is no hello.
std::optional<std::string> announcedBy(std::string_view line)
{
    if (line.find("turso_companion_bridge") == std::string_view::npos)
        return std::nullopt;
    const auto hello = Base::parseJson(line);
    if (!hello || !Base::integerMember(*hello, "turso_companion_bridge"))
        return std::nullopt;
    std::string agent = Base::stringMember(*hello, "agent").value_or("");
    if (agent.size() > kAnnouncedBytes)
        agent.resize(kAnnouncedBytes);
    return agent;
}

} // namespace

LineConnection::LineConnection(QLocalSocket *socket, PeerProgram peer, LineShared &shared,
                               QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_shared(shared)
    , m_peer(std::move(peer))
    , m_output(shared.options.limits.stalled, shared.options.limits.unsentBytes)
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(kReadBuffer);
    connect(m_socket, &QLocalSocket::readyRead, this, &LineConnection::readSocket);
    connect(m_socket, &QLocalSocket::bytesWritten, this, [this] {
        if (std::exchange(m_paused, false))
            QMetaObject::invokeMethod(this, &LineConnection::readSocket, Qt::QueuedConnection);
    });
    connect(m_socket, &QLocalSocket::disconnected, this, &LineConnection::abort);
    // The peer may have written, and even gone, before anybody listened.
    QMetaObject::invokeMethod(this, &LineConnection::readSocket, Qt::QueuedConnection);
    if (m_socket->state() != QLocalSocket::ConnectedState)
        abort();
}

LineConnection::~LineConnection()
{
    // One that has told its end may outlive what is shared.
    if (!m_closedTold)
        m_shared.server.hungUp(*this);
}

Principal LineConnection::principal() const
{
    return m_endpoint ? m_endpoint->principal() : Principal{};
}

void LineConnection::giveUp()
{
    m_closedTold = true;
    m_shared.server.hungUp(*this);
    Q_EMIT closed();
}

void LineConnection::abort()
{
    m_closing = true;
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

void LineConnection::close()
{
    if (m_closing)
        return;
    m_closing = true;
    m_shared.server.hungUp(*this);
    m_socket->disconnectFromServer();
}

void LineConnection::readSocket()
{
    if (m_reading)
        return;
    m_reading = true;
    while (!m_closing) {
        m_paused = m_socket->bytesToWrite() > m_shared.options.limits.pausingBytes;
        if (m_paused)
            break;
        if (takeLine())
            continue;
        const qint64 available = m_socket->isOpen() ? m_socket->bytesAvailable() : 0;
        if (m_closing || available <= 0)
            break;
        const std::size_t had = m_in.size();
        m_in.resize(had + static_cast<std::size_t>(available));
        const qint64 got = m_socket->read(m_in.data() + had, available);
        m_in.resize(had + static_cast<std::size_t>(std::max<qint64>(got, 0)));
    }
    m_reading = false;
}

// Serves the next whole line. False: there is none.
bool LineConnection::takeLine()
{
    const std::size_t end = m_in.find('\n', std::max(m_at, m_scanned));
    if (end == std::string::npos) {
        m_in.erase(0, m_at);
        m_at = 0;
        m_scanned = m_in.size();
        if (m_in.empty() && m_in.capacity() > kKeptBuffer)
            m_in = std::string();
        if (m_in.size() > m_shared.options.lineBytes) {
            finish(errorText({ErrorCode::kInvalidRequest, "The line is too long."}));
            close();
        }
        return false;
    }
    if (end - m_at > m_shared.options.lineBytes) {
        finish(errorText({ErrorCode::kInvalidRequest, "The line is too long."}));
        close();
        return false;
    }
    const std::size_t begin = std::exchange(m_at, end + 1);
    serveLine(std::string_view(m_in).substr(begin, end - begin));
    return true;
}

void LineConnection::serveLine(std::string_view line)
{
    if (line.starts_with(kByteOrderMark))
        line.remove_prefix(kByteOrderMark.size());
    if (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    if (line.empty())
        return;
    if (!m_endpoint) {
        auto announced = announcedBy(line);
        m_isBridge = announced.has_value();
        introduce(announced.value_or(std::string()));
        if (announced)
            return;
    }
    m_endpoint->serve(line);
}

void LineConnection::introduce(std::string announced)
{
    m_peer.announced = std::move(announced);
    m_endpoint.emplace(m_shared.server, m_shared.authenticator.byPeer(m_peer), *this);
    Q_EMIT introduced();
}

void LineConnection::sayGoodbye()
{
    if (m_isBridge)
        finish(R"({"turso_companion_bridge":1,"goodbye":true})");
}

void LineConnection::notify(std::string_view message)
{
    finish(message);
}

void LineConnection::finish(std::string_view message)
{
    if (m_closing)
        return;
    m_out = message;
    m_out += '\n';
    m_socket->write(m_out.data(), static_cast<qint64>(m_out.size()));
    m_socket->flush();
    if (m_out.capacity() > kKeptBuffer)
        m_out = std::string();
    const long long unsent = m_socket->bytesToWrite();
    if (unsent == 0)
        return;
    const SteadyTime now = steadyNow();
    if (!m_output.wrote(static_cast<long long>(message.size()) + 1, unsent, now))
        return abort();
    m_shared.deadline.notLaterThan(m_output.next());
}

SteadyTime LineConnection::checkLimits(SteadyTime now)
{
    if (!m_output.check(m_socket->bytesToWrite(), now)) {
        abort();
        return SteadyTime::max();
    }
    return m_output.next();
}

} // namespace Mcp
