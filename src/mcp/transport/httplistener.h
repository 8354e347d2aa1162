// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "mcp/transport/httpoptions.h"

#include <QObject>

#include <memory>
#include <string_view>
#include <vector>

namespace Mcp
{

class Authenticator;
class Server;
namespace Auth
{
class AuthorizationServer;
}

/// Serves MCP at http://127.0.0.1:PORT/mcp and http://[::1]:PORT/mcp, and nowhere else. Never logs
/// heads or bodies. One thread: the server's.
class HttpListener final : public QObject
{
    Q_OBJECT

public:
    /// `authenticator` may be null only with options.anonymous. Both must outlive the listener.
    HttpListener(Server &server, Authenticator *authenticator, HttpOptions options);
    ~HttpListener() override;

    /// Starts; the port in the result is the same on both families. Without IPv6 on this machine
    /// IPv4 alone serves. AlreadyExists if the port is taken, InvalidArgument without an
    /// authenticator.
    Base::Result<std::uint16_t> listen();
    std::uint16_t port() const;
    /// Lets agents sign in: the authorization server's paths are served from now on. It must
    /// outlive the listener.
    void setAuthorizationServer(Auth::AuthorizationServer &server);

    /// Stops accepting, ends event streams, closes every connection when what was written is out.
    void close();
    /// Closes the connections of one principal, for example because its token was revoked.
    void disconnectPrincipal(std::string_view principalId);

    /// Who has a connection open that has authenticated, sorted by principal.
    std::vector<ConnectedAgent> agents() const;
    std::size_t connectionCount() const;
    /// For tests: whether anything will wake the app.
    bool hasTimer() const;

Q_SIGNALS:
    /// agents() has changed.
    void agentsChanged();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Mcp
