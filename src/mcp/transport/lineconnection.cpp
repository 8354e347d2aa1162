// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/lineconnection.h"

namespace Mcp
{

namespace
{

constexpr qint64 kReadBuffer = 1024 * 1024;
constexpr std::size_t kKeptBuffer = 64 * 1024;
// Above this a message is sent as it is instead of being copied in front of its line end.
constexpr std::size_t kJoinedMessage = 64 * 1024;
constexpr std::size_t kAnnouncedBytes = 64;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

AnySocket anySocket(QLocalSocket *socket)
{
    return {socket, [socket] { socket->flush(); }, [socket] { socket->abort(); },
            [socket] {
                socket->disconnectFromServer();
            }};
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

LineConnection::LineConnection(QLocalSocket *socket, PeerProgram peer, LineShared &lines,
                               ConnectionShared &shared)
    : Connection(anySocket(socket), shared)
    , m_socket(socket)
    , m_lines(lines)
    , m_peer(std::move(peer))
{
    m_socket->setReadBufferSize(kReadBuffer);
    connect(m_socket, &QLocalSocket::readyRead, this, &LineConnection::readSocket);
    connect(m_socket, &QLocalSocket::disconnected, this, &Connection::abort);
    // The peer may have written, and even gone, before anybody listened.
    QMetaObject::invokeMethod(this, &LineConnection::readSocket, Qt::QueuedConnection);
    if (m_socket->state() != QLocalSocket::ConnectedState)
        abort();
}

LineConnection::~LineConnection()
{
    hangUp();
}

void LineConnection::outputTaken()
{
    if (std::exchange(m_paused, false))
        QMetaObject::invokeMethod(this, &LineConnection::readSocket, Qt::QueuedConnection);
}

void LineConnection::readSocket()
{
    if (m_reading)
        return;
    m_reading = true;
    while (!isClosing()) {
        m_paused = isCongested();
        if (m_paused)
            break;
        if (takeLine())
            continue;
        const qint64 available = m_socket->isOpen() ? m_socket->bytesAvailable() : 0;
        if (isClosing() || available <= 0)
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
        if (m_in.size() > m_lines.options.lineBytes)
            refuseLine();
        return false;
    }
    if (end - m_at > m_lines.options.lineBytes) {
        refuseLine();
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

void LineConnection::refuseLine()
{
    sendLine(errorText({ErrorCode::kInvalidRequest, "The line is too long."}));
    close();
}

void LineConnection::introduce(std::string announced)
{
    m_peer.announced = std::move(announced);
    m_endpoint.emplace(server(), m_lines.authenticator.byPeer(m_peer), *this);
    setPrincipal(m_endpoint->principal());
}

void LineConnection::sayGoodbye()
{
    if (m_isBridge)
        sendLine(R"({"turso_companion_bridge":1,"goodbye":true})");
}

void LineConnection::sendLine(std::string_view message)
{
    constexpr std::string_view kLineEnd = "\n";
    if (message.size() > kJoinedMessage)
        return send(message, kLineEnd);
    m_out = message;
    m_out += kLineEnd;
    send(m_out);
}

} // namespace Mcp
