// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/authenticator.h"
#include "mcp/server/lineendpoint.h"
#include "mcp/transport/lineoptions.h"
#include "mcp/transport/outputwatch.h"

#include <QLocalSocket>

#include <optional>

namespace Mcp
{

/// What the connections of one line listener share. Lives in the listener.
struct LineShared {
    Server &server;
    Authenticator &authenticator;
    LineOptions options;
    Deadline deadline;
};

/// One bridge: lines in, lines out. Its first line may be the bridge's hello; what comes after, or
/// instead of it, is MCP. `closed` is emitted once, never from inside an Outlet function.
class LineConnection final : public QObject, public Outlet
{
    Q_OBJECT

public:
    /// Takes over the socket of a peer whose user has been checked.
    LineConnection(QLocalSocket *socket, PeerProgram peer, LineShared &shared, QObject *parent);
    ~LineConnection() override;

    bool canStream() const override { return true; }
    void notify(std::string_view message) override;
    void finish(std::string_view message) override;
    void refuse(int, std::string_view message) override { finish(message); }
    void endStream() override { }

    SteadyTime checkLimits(SteadyTime now);
    void close();
    void abort();
    /// Tells a bridge that the end that comes next is meant, so that it does not start the app
    /// again. Not MCP: only for a peer that has sent the bridge's hello.
    void sayGoodbye();

    /// Empty before the first line.
    Principal principal() const;

Q_SIGNALS:
    void closed();
    /// The first line has come.
    void introduced();

private:
    void readSocket();
    bool takeLine();
    void serveLine(std::string_view line);
    void introduce(std::string announced);
    void giveUp();

    QLocalSocket *m_socket;
    LineShared &m_shared;
    PeerProgram m_peer;
    std::optional<LineEndpoint> m_endpoint; // from the first line on
    OutputWatch m_output;
    std::string m_in;
    std::string m_out;
    std::size_t m_at = 0; // where the next line starts in m_in
    std::size_t m_scanned = 0; // no line end before this
    bool m_reading = false; // readSocket() is on the stack
    bool m_paused = false; // until the peer has taken some output
    bool m_isBridge = false; // it has sent the hello
    bool m_closing = false;
    bool m_closedTold = false;
    bool m_ending = false;
};

} // namespace Mcp
