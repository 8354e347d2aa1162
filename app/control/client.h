// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <QByteArray>
#include <QHash>
#include <QIODevice>
#include <QLocalSocket>
#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <string>

namespace Control
{

/// A notification of the control API: "calls.changed", "approvals.changed", "status.changed",
/// "window.show".
struct Notification {
    std::string method;
    Base::Json params;
};

/// The client's end of the control API (PROTOCOL.md): sends requests, matches the answers, reports
/// notifications. Knows lines and ids, not what the methods mean; codec.h reads the values. One
/// thread.
class Client final : public QObject
{
    Q_OBJECT
public:
    /// Gets `result`, or an error: the app's own (kind from data.code, see errorKindFrom in
    /// codec.h), Unsupported for an unknown method, Cancelled when the connection went before the
    /// answer came.
    using Callback = std::function<void(Base::Result<Base::Json>)>;

    /// Speaks over an open device or a QLocalSocket that is still connecting. Takes the device
    /// over.
    explicit Client(std::unique_ptr<QIODevice> device, QObject *parent = nullptr);
    ~Client() override;

    /// To the per-user socket of an instance, Base::controlSocketPath(profile). Returns at once; a
    /// socket that nobody answers on ends in closed(), like any other end.
    static std::unique_ptr<Client> toSocket(const std::string &path);
    /// Over an inherited end of a socket pair, which the client closes when it goes; null if
    /// `descriptor` is not a stream socket.
    static std::unique_ptr<Client> onDescriptor(int descriptor);

    /// Sends a request. The callback runs exactly once, never before call() has returned, and not
    /// at all once this client, or the given context, has gone. Calls made before the connection is
    /// there wait for it.
    void call(const std::string &method, Base::Json params, Callback callback,
              QObject *context = nullptr);

    bool isOpen() const { return m_open; }

Q_SIGNALS:
    void notified(const Control::Notification &notification);
    /// The connection is over, or never came to be. Emitted once, after every open call has had its
    /// answer.
    void closed();

private:
    struct Waiting {
        Callback callback;
        QPointer<QObject> context;
        bool hasContext = false;
        void answer(Base::Result<Base::Json> result) const;
    };

    void readLines();
    void takeMessage(std::string_view line);
    void finish(); ///< reads what has arrived, then ends
    void end();

    std::unique_ptr<QIODevice> m_device;
    QByteArray m_input;
    QByteArray m_output; ///< until the socket is connected
    QHash<qint64, Waiting> m_waiting;
    qint64 m_lastId = 0;
    bool m_open = true;
    bool m_inDevice = false; ///< a callback is running below a signal of the device
};

} // namespace Control
