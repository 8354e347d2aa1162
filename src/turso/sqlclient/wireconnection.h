// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/exchange.h"

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <memory>
#include <optional>

class QTcpSocket;

namespace Turso::Remote
{

/// One kept connection to a server: one exchange at a time, read by Boost.Beast's strict parser.
/// TLS is strict: the server's certificate must be good and carry its name. The I/O thread.
class WireConnection : public QObject
{
    Q_OBJECT
public:
    explicit WireConnection(QObject *parent);
    ~WireConnection() override;

    /// Must be free.
    void run(const ServerAddress &address, ExchangePtr exchange);
    const Exchange *exchange() const { return m_exchange.get(); }
    /// The exchange is forgotten without a word, the connection closed: that stops the server's
    /// work. True if any of the request had been sent.
    bool drop();

Q_SIGNALS:
    /// The exchange is over, and has been told; it can have another one, or it is of no use.
    void freed(bool reusable);

private:
    using Parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

    void open(const ServerAddress &address);
    void sendNow();
    void readMore();
    /// False when the exchange has ended.
    bool take();
    bool passOn();
    void answered();
    void connectionEnded();
    void finish(ExchangeEnd end, bool reusable);
    void resetParser();
    void close();

    std::unique_ptr<QTcpSocket> m_socket;
    QTimer m_idle;
    ExchangePtr m_exchange;
    std::string m_text;
    std::optional<Parser> m_parser;
    QByteArray m_unread;
    std::string m_body;
    bool m_ready = false;
    bool m_sent = false;
    bool m_used = false; ///< it had carried an exchange before this one
    bool m_gotSome = false;
};

} // namespace Turso::Remote
