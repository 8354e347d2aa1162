// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/desklink.h"

#include "base/logging.h"
#include "control/codec.h"
#include "window/wording.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>

#include <utility>

namespace Window
{

using Base::Json;

DeskLink::DeskLink(std::unique_ptr<Control::Client> client, QObject *parent)
    : QObject(parent)
    , m_client(std::move(client))
{
    connect(m_client.get(), &Control::Client::notified, this, &DeskLink::takeNotification);
    connect(m_client.get(), &Control::Client::closed, this, &DeskLink::end);
}

void DeskLink::open()
{
    call("hello", Json::object(), this, [this](const Base::Result<Json> &hello) {
        if (hello)
            takeHello(*hello);
        else
            end();
    });
    call("status", Json::object(), this, [this](const Base::Result<Json> &status) {
        if (status)
            takeStatus(*status);
    });
    call("subscribe", {{"topics", {"approvals", "status"}}}, this,
         [](const Base::Result<Json> &) {});
}

void DeskLink::followCalls()
{
    call("subscribe", {{"topics", {"calls", "approvals", "status"}}}, this,
         [](const Base::Result<Json> &) {});
}

void DeskLink::call(const std::string &method, Json params, QObject *context,
                    Control::Client::Callback callback)
{
    m_client->call(method, std::move(params), std::move(callback), context);
}

QString DeskLink::endpoint() const
{
    return Wording::text(m_status.endpoint);
}

QString DeskLink::bridgeCommand() const
{
    // The bridge lies beside this program, as installed and as built.
    const QFileInfo bridge(QCoreApplication::applicationDirPath()
                           + QStringLiteral("/turso-companion-mcp"));
    QString command
        = bridge.exists() ? bridge.absoluteFilePath() : QStringLiteral("turso-companion-mcp");
    if (command.contains(u' '))
        command = u'"' + command + u'"';
    return command;
}

QString DeskLink::summary() const
{
    if (!m_connected)
        return tr("Not connected");
    if (m_status.agents == 0)
        return tr("No agent connected");
    return m_status.agents == 1 ? tr("1 agent connected")
                                : tr("%1 agents connected").arg(m_status.agents);
}

QString DeskLink::readOnlyNote() const
{
    if (!m_status.readOnly)
        return {};
    if (!m_status.readOnlyUntil)
        return tr("until you lift it");
    const auto until = QDateTime::fromMSecsSinceEpoch(*m_status.readOnlyUntil);
    return tr("until %1").arg(until.toString(QStringLiteral("HH:mm")));
}

QString DeskLink::connectionName(const std::string &id) const
{
    constexpr qsizetype kNameLength = 60;
    for (const Gateway::ConnectionInfo &connection : m_status.connections) {
        if (connection.id == id)
            return Wording::oneLine(connection.name, kNameLength);
    }
    return Wording::oneLine(id, kNameLength);
}

void DeskLink::setReadOnly(bool on)
{
    call("read_only.set", {{"on", on}}, this, [this](const Base::Result<Json> &status) {
        if (status)
            takeStatus(*status);
        else
            Q_EMIT failed(Wording::text(status.error().message));
        Q_EMIT statusChanged(); // a switch that was flipped shows the truth again
    });
}

void DeskLink::takeHello(const Json &hello)
{
    m_profile = Wording::text(Base::stringMember(hello, "profile").value_or(""));
    m_mayDecide = Base::boolMember(hello, "may_decide").value_or(false);
    m_connected = true;
    Q_EMIT connectedChanged();
    Q_EMIT statusChanged();
    Q_EMIT ready();
}

void DeskLink::takeStatus(const Json &json)
{
    auto status = Control::statusFrom(json);
    if (!status) {
        qCWarning(logDesktop) << "status not understood:" << Wording::text(status.error().message);
        return;
    }
    m_status = std::move(*status);
    Q_EMIT statusChanged();
}

void DeskLink::takeNotification(const Control::Notification &notification)
{
    const Json &params = notification.params;
    if (notification.method == "calls.changed") {
        if (const auto calls = Control::listFrom(Base::member(params, "calls"), Control::callFrom))
            Q_EMIT callsChanged(*calls);
        else
            qCWarning(logDesktop) << "calls not understood:"
                                  << Wording::text(calls.error().message);
    } else if (notification.method == "approvals.changed") {
        const auto approvals
            = Control::listFrom(Base::member(params, "approvals"), Control::approvalFrom);
        if (approvals)
            Q_EMIT approvalsChanged(*approvals);
        else
            qCWarning(logDesktop) << "approvals not understood:"
                                  << Wording::text(approvals.error().message);
    } else if (notification.method == "status.changed") {
        takeStatus(Base::member(params, "status"));
    } else if (notification.method == "connections.changed") {
        if (const auto connection = Control::connectionFrom(Base::member(params, "connection")))
            Q_EMIT connectionChanged(*connection);
        else
            qCWarning(logDesktop) << "connection not understood:"
                                  << Wording::text(connection.error().message);
    } else if (notification.method == "connections.removed") {
        Q_EMIT connectionRemoved(Wording::text(Base::stringMember(params, "id").value_or("")));
    } else if (notification.method == "window.show") {
        Q_EMIT pageWanted(Wording::text(Base::stringMember(params, "page").value_or("live")));
    }
}

void DeskLink::end()
{
    if (std::exchange(m_ended, true))
        return;
    m_connected = false;
    Q_EMIT connectedChanged();
    Q_EMIT statusChanged();
    Q_EMIT lost();
}

} // namespace Window
