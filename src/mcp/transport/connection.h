// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/outputqueue.h"
#include "mcp/server/authenticator.h"
#include "mcp/server/server.h"
#include "mcp/transport/httpoptions.h"

#include <QIODevice>
#include <QObject>

namespace Mcp
{

using Http::OutputQueue;

/// What the connections of one listener share. Lives in its ConnectionSet.
struct ConnectionShared {
    Server &server;
    ConnectionLimits limits;
    Deadline deadline;
    long long waiting = 0; ///< bytes of output, of all connections
    std::function<void()> tooMuchWaits; ///< to be called when `waiting` is over its limit
};

/// A QTcpSocket or a QLocalSocket: what both have, though no base of theirs does.
struct AnySocket {
    QIODevice *device;
    std::function<void()> flush;
    std::function<void()> abort;
    std::function<void()> disconnect; ///< closes it when the device's own buffer is written
};

/// One client's connection, whatever it speaks: its output, its limits, its end. Everything that
/// ends it comes down to `closed`, emitted once, from the event loop and never from inside an
/// Outlet function.
class Connection : public QObject
{
    Q_OBJECT

public:
    /// Acts on limits that have passed; answers the next one, or SteadyTime::max().
    SteadyTime checkLimits(SteadyTime now);
    /// Sends what is waiting, then closes. What is still held is given up.
    void close();
    /// Closes at once.
    void abort();

    /// Who is at the other end; an empty id while nobody knows.
    const Principal &principal() const { return m_principal; }
    const OutputQueue &output() const { return m_output; }

Q_SIGNALS:
    void closed();
    void principalChanged(const Mcp::Principal &before);

protected:
    /// Takes over the socket. Its `disconnected` must come to abort().
    Connection(AnySocket socket, ConnectionShared &shared);

    /// The half that the server knows. A destructor of a final class must call hangUp().
    virtual Outlet &outlet() = 0;
    /// Nothing more will be read. What is still owed to the client can be written, unless
    /// isClosing().
    virtual void stopServing() { }
    /// The client has taken some output: reading may have paused for it.
    virtual void outputTaken() { }
    /// Limits of what the connection speaks.
    virtual SteadyTime checkProtocol(SteadyTime) { return SteadyTime::max(); }

    /// Sends a message, in up to three parts.
    void send(std::string_view head, std::string_view body = {}, std::string_view tail = {});
    /// So much waits that nothing more should be read until some of it is taken.
    bool isCongested() const { return m_output.waiting() > m_shared.limits.pausingBytes; }
    bool isClosing() const { return m_closing; }
    /// No message will follow: closes when what was sent is out.
    void closeWhenSent();
    void setPrincipal(Principal principal);
    /// Tells the server, unless it was told.
    void hangUp();

    const ConnectionLimits &limits() const { return m_shared.limits; }
    Deadline &deadline() { return m_shared.deadline; }
    Server &server() { return m_shared.server; }

private:
    void wrote();

    AnySocket m_socket;
    ConnectionShared &m_shared;
    OutputQueue m_output;
    Principal m_principal;
    bool m_closing = false;
    bool m_ending = false; // `closed` is on its way
    bool m_closedTold = false;
};

} // namespace Mcp
