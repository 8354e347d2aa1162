// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/exchange.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace Turso::Remote
{

class WirePool;

/// Streams without a transaction that servers keep for the next read: opening a database is most of
/// what a small read costs. A baton is a secret of its door: it goes back through the same one,
/// with the same token, and nowhere else. What nobody needs for some seconds is closed, before the
/// server's ten are over. The I/O thread.
class HeldStreams : public QObject
{
    Q_OBJECT
public:
    explicit HeldStreams(WirePool &pool);

    /// A baton, or nothing.
    std::string take(const std::string &key, const SqlDoor &door);
    void give(const std::string &key, std::shared_ptr<const SqlDoor> door, std::string baton);

private:
    struct Held {
        std::shared_ptr<const SqlDoor> door;
        std::string baton;
        std::chrono::steady_clock::time_point since;
    };
    void closeOld();
    void close(const Held &held);

    WirePool &m_pool;
    QTimer m_timer;
    std::map<std::string, std::vector<Held>> m_held;
};

} // namespace Turso::Remote
