// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/httplistener.h"

#include "http/loopbacklistener.h"
#include "mcp/transport/connectionset.h"
#include "mcp/transport/httpconnection.h"

namespace Mcp
{

class HttpListener::Private
{
public:
    Private(HttpListener *owner, Server &server, Authenticator *authenticator,
            HttpOptions &&options)
        : http{.endpoint = HttpEndpoint(server), .options = std::move(options), .rules = {}}
        , connections(server, http.options.limits, "http")
        , sockets([this] { return connections.isFull(); },
                  [this](QTcpSocket *client) {
                      connections.add(new HttpConnection(client, http, connections.shared()));
                  })
    {
        http.rules.authenticator = authenticator;
        http.rules.allowedOrigins = http.options.allowedOrigins;
        connect(&connections, &ConnectionSet::agentsChanged, owner, &HttpListener::agentsChanged);
    }

    Base::Result<std::uint16_t> listen();

    HttpShared http;
    ConnectionSet connections;
    Http::LoopbackListener sockets;
};

Base::Result<std::uint16_t> HttpListener::Private::listen()
{
    if (!http.rules.authenticator && !http.options.anonymous)
        return Base::fail(Base::ErrorKind::InvalidArgument,
                          "A listener without authentication is for tests only.");
    auto port = sockets.listen(http.options.port);
    if (port)
        http.rules.port = *port;
    return port;
}

HttpListener::HttpListener(Server &server, Authenticator *authenticator, HttpOptions options)
    : d(std::make_unique<Private>(this, server, authenticator, std::move(options)))
{
}

HttpListener::~HttpListener() = default;

Base::Result<std::uint16_t> HttpListener::listen()
{
    return d->listen();
}

std::uint16_t HttpListener::port() const
{
    return d->http.rules.port;
}

void HttpListener::setAuthorizationServer(Auth::AuthorizationServer &server)
{
    d->http.signIn = &server;
    d->http.rules.hasSignIn = true;
}

void HttpListener::close()
{
    d->sockets.close();
    d->connections.closeAll();
}

void HttpListener::disconnectPrincipal(std::string_view principalId)
{
    d->connections.disconnectPrincipal(principalId);
}

std::vector<ConnectedAgent> HttpListener::agents() const
{
    return d->connections.agents();
}

std::size_t HttpListener::connectionCount() const
{
    return d->connections.size();
}

bool HttpListener::hasTimer() const
{
    return d->connections.hasTimer();
}

} // namespace Mcp
