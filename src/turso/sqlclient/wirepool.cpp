// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/sqlclient/wirepool.h"

#include "turso/sqlclient/wireconnection.h"

#include <algorithm>

namespace Turso::Remote
{

WirePool::WirePool(std::size_t connectionsPerServer, std::size_t queued)
    : m_connectionsPerServer(std::max<std::size_t>(connectionsPerServer, 1))
    , m_queued(queued)
{
}

WirePool::~WirePool() = default;

bool WirePool::start(const ServerAddress &address, ExchangePtr exchange)
{
    auto &server = m_servers[address.origin()];
    if (!server) {
        server = std::make_unique<Server>();
        server->address = address;
    }
    if (server->busy.size() < m_connectionsPerServer) {
        run(*server, std::move(exchange));
        return true;
    }
    if (server->waiting.size() >= m_queued)
        return false;
    server->waiting.push_back(std::move(exchange));
    return true;
}

bool WirePool::drop(const Exchange *exchange)
{
    for (const auto &[origin, server] : m_servers) {
        const auto erased = std::erase_if(
            server->waiting, [exchange](const ExchangePtr &one) { return one.get() == exchange; });
        if (erased > 0)
            return false;
        for (WireConnection *connection : server->busy) {
            if (connection->exchange() == exchange)
                return connection->drop();
        }
    }
    return false;
}

void WirePool::run(Server &server, ExchangePtr exchange)
{
    WireConnection *connection = nullptr;
    if (server.idle.empty()) {
        connection = new WireConnection(this);
        connect(
            connection, &WireConnection::freed, this,
            [this, &server, connection](bool reusable) { noteFree(server, connection, reusable); });
    } else {
        // The one that was used last: the others may then come to rest.
        connection = server.idle.back();
        server.idle.pop_back();
    }
    server.busy.push_back(connection);
    connection->run(server.address, std::move(exchange));
}

void WirePool::noteFree(Server &server, WireConnection *connection, bool reusable)
{
    std::erase(server.busy, connection);
    std::erase(server.idle, connection);
    if (reusable)
        server.idle.push_back(connection);
    else
        connection->deleteLater();
    startNext(server);
}

void WirePool::startNext(Server &server)
{
    while (!server.waiting.empty() && server.busy.size() < m_connectionsPerServer) {
        ExchangePtr next = std::move(server.waiting.front());
        server.waiting.pop_front();
        run(server, std::move(next));
    }
}

} // namespace Turso::Remote
