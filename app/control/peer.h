// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/secret.h"
#include "control/service.h"

#include <QByteArray>
#include <QLocalSocket>
#include <QObject>

#include <memory>
#include <string>

namespace Control
{

/// One client of the control API: its socket, what it may do, what it wants to hear. Reads lines,
/// keeps the limits, answers. It says `gone` once, from the event loop, and is deleted by its
/// server then.
class Peer final : public QObject
{
    Q_OBJECT
public:
    enum class Door {
        Socket, ///< the per-user socket: look and less, until hello shows the key
        Pair, ///< inherited by our own window: decides
    };
    enum Topic : unsigned { Calls = 1, Approvals = 2, Status = 4 };

    static constexpr qsizetype kMaxLine = 1024 * 1024;
    static constexpr qint64 kMaxUnsent = 4 * 1024 * 1024;
    static constexpr int kMaxOpenRequests = 64;
    static constexpr int kMaxWrongKeys = 5;

    /// `service` and `operatorKey` must outlive it. An empty key means that no key is right.
    Peer(std::unique_ptr<QLocalSocket> socket, Door door, const Service &service,
         const Base::Secret &operatorKey, QObject *parent);
    ~Peer() override;

    Door door() const { return m_door; }
    bool wants(Topic topic) const { return (m_topics & topic) != 0; }

    /// Sends a line that ends with "\n". A client that has not read 4 MiB, its longest
    /// line not counted, is dropped instead.
    void send(const QByteArray &line);

    /// {"jsonrpc","method","params"} as a line.
    static QByteArray notification(const char *method, Base::Json params);

Q_SIGNALS:
    void gone();
    /// It has subscribed to topics that it did not have: the initial notifications are due.
    void subscribed(unsigned newTopics);
    /// It asks for the main window to be shown to the person.
    void windowWanted(const QString &page);

private:
    void readLines();
    void takeLine(std::string_view line);
    void takeRequest(const std::string &name, const Base::Json &params, Base::Json id);
    Base::Result<Base::Json> hello(const Base::Json &params);
    Base::Result<Base::Json> openWindow(const Base::Json &params);
    Base::Result<Base::Json> subscribe(const Base::Json &params);
    void answer(const Base::Json &id, const Base::Result<Base::Json> &result);
    void fail(const Base::Json &id, int code, const char *message);
    void sendJson(const Base::Json &message);
    void drop();
    void closeAfterWriting();

    std::unique_ptr<QLocalSocket> m_socket;
    const Door m_door;
    const Service &m_service;
    const Base::Secret &m_operatorKey;
    QByteArray m_input;
    bool m_mayDecide;
    bool m_closed = false;
    unsigned m_topics = 0;
    qint64 m_longestUnsent = 0; ///< the longest line since all had been sent
    int m_wrongKeys = 0;
    int m_openRequests = 0;
};

} // namespace Control
