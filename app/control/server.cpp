// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/server.h"

#include "base/logging.h"
#include "base/socketpath.h"
#include "control/codec.h"
#include "control/peeruser.h"

#include <QFile>

#include <algorithm>
#include <utility>

namespace Control
{

using Base::ErrorKind;
using Base::Json;

namespace
{

constexpr qint64 kBatchMillis = 100; // at most ten notifications a second and topic

} // namespace

Server::Server(Gateway::Desk &desk, Base::Secret operatorKey, QObject *parent)
    : QObject(parent)
    , m_service(desk)
    , m_operatorKey(std::move(operatorKey))
{
    m_batchTimer.setSingleShot(true);
    m_batchTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_batchTimer, &QTimer::timeout, this, &Server::sendBatch);
    connect(&m_listener, &QLocalServer::newConnection, this, &Server::acceptClients);
    connect(&desk, &Gateway::Desk::callChanged, this, &Server::noteCall);
    connect(&desk, &Gateway::Desk::approvalChanged, this, &Server::noteApproval);
    connect(&desk, &Gateway::Desk::statusChanged, this, &Server::noteStatus);
    connect(&desk, &Gateway::Desk::connectionChanged, this,
            [this](const Gateway::ConnectionInfo &connection) {
                publish(Peer::Status, "connections.changed", {{"connection", toJson(connection)}});
            });
    connect(&desk, &Gateway::Desk::connectionRemoved, this, [this](const QString &id) {
        publish(Peer::Status, "connections.removed", {{"id", id.toStdString()}});
    });
}

Server::~Server() = default;

Base::Result<void> Server::listen(const std::string &profile)
{
    const std::string folder = Base::socketFolder(profile);
    if (std::string problem = Base::prepareSocketFolder(folder); !problem.empty())
        return Base::fail(ErrorKind::Internal, std::move(problem));
    const std::string path = Base::controlSocketPath(profile);
    if (isAnswered(path.c_str()))
        return Base::fail(ErrorKind::AlreadyExists, "Turso Companion is running already.",
                          "Its control socket is " + path + ".");
    QFile::remove(QString::fromStdString(path));
    m_listener.setSocketOptions(QLocalServer::UserAccessOption);
    if (!m_listener.listen(QString::fromStdString(path)))
        return Base::fail(ErrorKind::Internal,
                          "Could not open " + path + ": " + m_listener.errorString().toStdString()
                              + ".");
    return {};
}

bool Server::adoptDecider(int descriptor)
{
    auto socket = std::make_unique<QLocalSocket>();
    if (!socket->setSocketDescriptor(descriptor))
        return false;
    addPeer(std::move(socket), Peer::Door::Pair);
    return true;
}

bool Server::showWindow(const std::string &page)
{
    bool shown = false;
    for (const auto &peer : m_peers) {
        if (peer->door() != Peer::Door::Pair)
            continue;
        peer->send(Peer::notification("window.show", {{"page", page}}));
        shown = true;
    }
    return shown;
}

void Server::acceptClients()
{
    while (QLocalSocket *pending = m_listener.nextPendingConnection()) {
        std::unique_ptr<QLocalSocket> socket(pending);
        socket->setParent(nullptr);
        if (!isPeerOfThisUser(socket->socketDescriptor())) {
            qCWarning(logControl, "A process of another user was turned away.");
            continue;
        }
        if (clientCount() >= kMaxClients) {
            qCInfo(logControl, "There are 64 clients; one more was turned away.");
            continue;
        }
        addPeer(std::move(socket), Peer::Door::Socket);
    }
}

void Server::addPeer(std::unique_ptr<QLocalSocket> socket, Peer::Door door)
{
    auto peer = std::make_unique<Peer>(std::move(socket), door, m_service, m_operatorKey, nullptr);
    Peer *added = peer.get();
    connect(added, &Peer::gone, this, [this, added] { removePeer(added); });
    connect(added, &Peer::subscribed, this,
            [this, added](unsigned topics) { greet(*added, topics); });
    connect(added, &Peer::windowWanted, this, &Server::windowRequested);
    m_peers.push_back(std::move(peer));
}

void Server::removePeer(Peer *peer)
{
    const auto it = std::find_if(m_peers.begin(), m_peers.end(),
                                 [peer](const auto &each) { return each.get() == peer; });
    if (it == m_peers.end())
        return;
    const bool wasDecider = peer->door() == Peer::Door::Pair;
    it->release()->deleteLater(); // it is the one that is telling us
    m_peers.erase(it);
    if (wasDecider)
        Q_EMIT deciderGone();
}

void Server::greet(Peer &peer, unsigned topics) const
{
    if (topics & Peer::Approvals)
        peer.send(Peer::notification(
            "approvals.changed", {{"approvals", listedApprovals(m_service.desk().approvals())}}));
    if (topics & Peer::Status)
        peer.send(
            Peer::notification("status.changed", {{"status", toJson(m_service.desk().status())}}));
}

bool Server::isWanted(Peer::Topic topic) const
{
    return std::any_of(m_peers.begin(), m_peers.end(),
                       [topic](const auto &peer) { return peer->wants(topic); });
}

void Server::noteCall(const Gateway::CallRecord &call)
{
    if (!isWanted(Peer::Calls))
        return;
    const auto id = QByteArray::fromStdString(call.id);
    const auto known = m_callIndex.constFind(id);
    if (known != m_callIndex.constEnd()) {
        m_calls[*known] = call;
    } else {
        m_callIndex.insert(id, m_calls.size());
        m_calls.push_back(call);
    }
    scheduleBatch();
}

void Server::noteApproval(const Gateway::Approval &approval)
{
    if (!isWanted(Peer::Approvals))
        return;
    const auto known = std::find_if(m_approvals.begin(), m_approvals.end(),
                                    [&](const auto &each) { return each.id == approval.id; });
    if (known != m_approvals.end())
        *known = approval;
    else
        m_approvals.push_back(approval);
    scheduleBatch();
}

void Server::noteStatus()
{
    if (!isWanted(Peer::Status))
        return;
    m_statusChanged = true;
    scheduleBatch();
}

// The first change after a quiet time goes out at once, further ones wait for the rest of the 100
// ms.
void Server::scheduleBatch()
{
    if (m_batchTimer.isActive())
        return;
    const qint64 since = m_sinceBatch.isValid() ? m_sinceBatch.elapsed() : kBatchMillis;
    m_batchTimer.start(static_cast<int>(std::max<qint64>(0, kBatchMillis - since)));
}

void Server::sendBatch()
{
    m_sinceBatch.start();
    m_callIndex.clear();
    // Oldest first: by the time at which the call came, not by that of its change.
    auto calls = std::exchange(m_calls, {});
    std::stable_sort(calls.begin(), calls.end(),
                     [](const auto &a, const auto &b) { return a.startedAt < b.startedAt; });
    if (!calls.empty())
        publish(Peer::Calls, "calls.changed", {{"calls", toJsonList(calls)}});
    if (const auto approvals = std::exchange(m_approvals, {}); !approvals.empty())
        publish(Peer::Approvals, "approvals.changed", {{"approvals", listedApprovals(approvals)}});
    if (std::exchange(m_statusChanged, false))
        publish(Peer::Status, "status.changed", {{"status", toJson(m_service.desk().status())}});
}

void Server::publish(Peer::Topic topic, const char *method, Json params) const
{
    const QByteArray line = Peer::notification(method, std::move(params));
    for (const auto &peer : m_peers) {
        if (peer->wants(topic))
            peer->send(line);
    }
}

} // namespace Control
