// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/exchange.h"

#include <QObject>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace Turso::Remote
{

class WireConnection;

/// The connections to all servers: so many at once to each, and a queue behind. The I/O thread.
class WirePool : public QObject
{
    Q_OBJECT
public:
    WirePool(std::size_t connectionsPerServer, std::size_t queued);
    ~WirePool() override;

    /// False: too many wait already; nothing will be told.
    bool start(const ServerAddress &address, ExchangePtr exchange);
    /// It is forgotten without a word. True if any of it had been sent.
    bool drop(const Exchange *exchange);

private:
    struct Server {
        ServerAddress address;
        std::vector<WireConnection *> idle;
        std::vector<WireConnection *> busy;
        std::deque<ExchangePtr> waiting;
    };
    void startNext(Server &server);
    void run(Server &server, ExchangePtr exchange);
    void noteFree(Server &server, WireConnection *connection, bool reusable);

    const std::size_t m_connectionsPerServer;
    const std::size_t m_queued;
    std::map<std::string, std::unique_ptr<Server>> m_servers;
};

} // namespace Turso::Remote
