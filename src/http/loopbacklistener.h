// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QTcpServer>

#include <cstdint>
#include <functional>

class QTcpSocket;

namespace Http
{

/// One port on 127.0.0.1 and ::1, as far as this machine has both.
class LoopbackListener final
{
public:
    /// `isFull` is asked before `accepted` is given a connection, which it then owns; who comes
    /// while it is full hears 503.
    LoopbackListener(std::function<bool()> isFull, std::function<void(QTcpSocket *)> accepted);

    /// The port; 0 asks for a free one. AlreadyExists if it is taken.
    Base::Result<std::uint16_t> listen(std::uint16_t port, bool withIPv6 = true);
    std::uint16_t port() const { return m_port; }
    void close();

private:
    Base::Result<std::uint16_t> tryPort(std::uint16_t port, bool withIPv6);
    void accept(QTcpServer &server);
    static void turnAway(QTcpSocket *socket);

    std::function<bool()> m_isFull;
    std::function<void(QTcpSocket *)> m_accepted;
    std::uint16_t m_port = 0;
    QTcpServer m_four;
    QTcpServer m_six;
};

} // namespace Http
