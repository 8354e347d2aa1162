// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"
#include "control/peer.h"
#include "control/service.h"
#include "gateway/desk.h"

#include <QElapsedTimer>
#include <QHash>
#include <QLocalServer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <string>
#include <vector>

namespace Control
{

/// The app's end of the control API (PROTOCOL.md): lets clients in by its two doors, hands their
/// requests to the desk, tells subscribers what changed. Holds clients, not decisions. Lives on the
/// gateway's thread.
class Server final : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMaxClients = 64;

    /// `desk` must outlive it. Without an operator key (empty) only the window decides.
    Server(Gateway::Desk &desk, Base::Secret operatorKey, QObject *parent = nullptr);
    ~Server() override;

    /// Opens the per-user socket of the instance, Base::controlSocketPath(profile). AlreadyExists
    /// when another app answers there; a socket file that nobody answers on is removed.
    Base::Result<void> listen(const std::string &profile);

    /// Takes over our end of the pair whose other end our own window process inherits: that client
    /// decides. False if it is not a connected stream socket; the descriptor is the caller's then.
    bool adoptDecider(int descriptor);

    /// Asks the window process to show "live", "agents" or "connections". False
    /// when there is none.
    bool showWindow(const std::string &page);

    int clientCount() const { return static_cast<int>(m_peers.size()); }

Q_SIGNALS:
    /// The window process has closed its end, or died.
    void deciderGone();
    /// A second start of the app, or the command line, asks for the main window.
    void windowRequested(const QString &page);

private:
    void acceptClients();
    void addPeer(std::unique_ptr<QLocalSocket> socket, Peer::Door door);
    void removePeer(Peer *peer);
    void greet(Peer &peer, unsigned topics) const;
    bool isWanted(Peer::Topic topic) const;
    void noteCall(const Gateway::CallRecord &call);
    void noteApproval(const Gateway::Approval &approval);
    void noteStatus();
    void scheduleBatch();
    void sendBatch();
    void publish(Peer::Topic topic, const char *method, Base::Json params) const;

    Service m_service;
    Base::Secret m_operatorKey;
    QLocalServer m_listener;
    std::vector<std::unique_ptr<Peer>> m_peers;

    // What subscribers have not been told yet, each thing once, in the order in which it first
    // changed.
    std::vector<Gateway::CallRecord> m_calls;
    QHash<QByteArray, std::size_t> m_callIndex;
    std::vector<Gateway::Approval> m_approvals;
    bool m_statusChanged = false;
    QTimer m_batchTimer; ///< runs only while something waits
    QElapsedTimer m_sinceBatch;
};

} // namespace Control
