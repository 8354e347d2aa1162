// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/server.h"

#include <string>
#include <string_view>

namespace Mcp
{

/// One agent on a line transport (stdio framing): both eras on one pipe, `initialize` settles the
/// legacy one. Knows no sockets; answers go to the outlet as whole messages without line ends.
class LineEndpoint
{
public:
    LineEndpoint(Server &server, Principal principal, Outlet &outlet);

    /// One message, or a batch where the revision has them. Empty lines are ignored.
    void serve(std::string_view line);

    const Principal &principal() const { return m_principal; }

private:
    void serveMessage(Message &message, unsigned long long batch);
    void serveModern(Message &message);
    void initialize(const Message &message);
    void serveBatch(Base::Json &&items);
    void respond(const Answer &answer, const std::string &id, unsigned long long batch);
    void send(const std::string &text, unsigned long long batch);

    Server &m_server;
    Principal m_principal;
    Outlet &m_outlet;
    Session m_session; // before `initialize`: the newest legacy revision, no client
};

} // namespace Mcp
