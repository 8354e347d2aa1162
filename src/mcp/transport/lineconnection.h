// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/authenticator.h"
#include "mcp/server/lineendpoint.h"
#include "mcp/transport/connection.h"
#include "mcp/transport/lineoptions.h"

#include <QLocalSocket>

#include <optional>

namespace Mcp
{

/// What the connections of one line listener share. Lives in the listener.
struct LineShared {
    Authenticator &authenticator;
    LineOptions options;
};

/// One bridge: lines in, lines out. Its first line may be the bridge's hello; what comes after, or
/// instead of it, is MCP. Its principal is known from the first line on.
class LineConnection final : public Connection, public Outlet
{
    Q_OBJECT

public:
    /// Takes over the socket of a peer whose user has been checked.
    LineConnection(QLocalSocket *socket, PeerProgram peer, LineShared &lines,
                   ConnectionShared &shared);
    ~LineConnection() override;

    bool canStream() const override { return true; }
    void notify(std::string_view message) override { sendLine(message); }
    void finish(std::string_view message) override { sendLine(message); }
    void refuse(int, std::string_view message) override { sendLine(message); }
    void endStream() override { }

    /// Tells a bridge that the end that comes next is meant, so that it does not start the app
    /// again. Not MCP: only for a peer that has sent the bridge's hello.
    void sayGoodbye();

protected:
    Outlet &outlet() override { return *this; }
    void outputTaken() override;

private:
    void readSocket();
    bool takeLine();
    void serveLine(std::string_view line);
    void introduce(std::string announced);
    void refuseLine();
    void sendLine(std::string_view message);

    QLocalSocket *m_socket;
    LineShared &m_lines;
    PeerProgram m_peer;
    std::optional<LineEndpoint> m_endpoint; // from the first line on
    std::string m_in;
    std::string m_out;
    std::size_t m_at = 0; // where the next line starts in m_in
    std::size_t m_scanned = 0; // no line end before this
    bool m_reading = false; // readSocket() is on the stack
    bool m_paused = false; // until the peer has taken some output
    bool m_isBridge = false; // it has sent the hello
};

} // namespace Mcp
