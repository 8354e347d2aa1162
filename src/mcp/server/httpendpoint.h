// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/protocol/httprequest.h"
#include "mcp/server/server.h"

namespace Mcp
{

/// MCP's Streamable HTTP, both eras on one endpoint, for requests that passed the request guard.
/// Knows no sockets. Each function answers through the outlet, at once or later.
class HttpEndpoint
{
public:
    explicit HttpEndpoint(Server &server)
        : m_server(server)
    {
    }

    /// POST, GET, DELETE; other methods get 405.
    void serve(const HttpRequest &request, const Principal &principal, HttpOutlet &outlet);

private:
    struct Refusal {
        int status = 400;
        RpcError error = {};
    };
    using SessionPointer = std::shared_ptr<const Session>;

    void post(const HttpRequest &request, const Principal &principal, HttpOutlet &outlet);
    void get(const HttpRequest &request, const Principal &principal, HttpOutlet &outlet);
    void remove(const HttpRequest &request, const Principal &principal, HttpOutlet &outlet);
    void modern(const HttpRequest &request, Message &message, const Principal &principal,
                HttpOutlet &outlet);
    void legacy(const HttpRequest &request, Message &message, const Principal &principal,
                HttpOutlet &outlet);
    void batch(const HttpRequest &request, Base::Json &&items, const Principal &principal,
               HttpOutlet &outlet);
    void batchItem(Base::Json &&item, const Asker &asker);
    void initialize(const Message &message, const Principal &principal, HttpOutlet &outlet);
    tl::expected<SessionPointer, Refusal> session(const HttpRequest &request,
                                                  const Principal &principal);
    void refuse(HttpOutlet &outlet, int status, const RpcError &error);

    Server &m_server;
};

} // namespace Mcp
