// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/connection.h"

#include <utility>

namespace Mcp
{

Connection::Connection(AnySocket socket, ConnectionShared &shared)
    : m_socket(std::move(socket))
    , m_shared(shared)
    , m_output(*m_socket.device, m_socket.flush, {shared.limits.stalled, shared.limits.unsentBytes},
               shared.waiting)
{
    m_socket.device->setParent(this);
    connect(m_socket.device, &QIODevice::bytesWritten, this, &Connection::wrote);
}

void Connection::hangUp()
{
    // One that has told its end may outlive what is shared.
    if (m_closedTold)
        return;
    m_output.drop();
    m_shared.server.hungUp(outlet());
}

void Connection::setPrincipal(Principal principal)
{
    if (principal == m_principal)
        return;
    const Principal before = std::exchange(m_principal, std::move(principal));
    Q_EMIT principalChanged(before);
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
    if (m_shared.waiting > m_shared.limits.waitingBytes)
        m_shared.tooMuchWaits();
}

void Connection::wrote()
{
    m_output.feed();
    if (m_ending)
        return;
    if (!m_closing)
        outputTaken();
    else if (m_output.isGiven())
        m_socket.disconnect();
}

void Connection::closeWhenSent()
{
    m_closing = true;
    if (!m_ending && m_output.isGiven())
        m_socket.disconnect();
}

void Connection::close()
{
    if (m_closing)
        return;
    m_shared.server.hungUp(outlet());
    stopServing();
    closeWhenSent();
}

void Connection::abort()
{
    m_closing = true;
    if (m_ending)
        return;
    m_ending = true;
    m_output.drop();
    stopServing();
    // Later: this can happen inside a write, whose caller may be walking through its connections.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_socket.abort();
            m_shared.server.hungUp(outlet());
            m_closedTold = true;
            Q_EMIT closed();
        },
        Qt::QueuedConnection);
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

} // namespace Mcp
