// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "control/client.h"
#include "gateway/values.h"

#include <QObject>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <vector>

namespace Window
{

/// The one line to the app: says hello, keeps the status, and turns notifications into values for
/// the view models. Does not reconnect: a window process ends with its line.
class DeskLink final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(bool connected READ isConnected NOTIFY connectedChanged FINAL)
    Q_PROPERTY(bool mayDecide READ mayDecide NOTIFY connectedChanged FINAL)
    Q_PROPERTY(QString endpoint READ endpoint NOTIFY statusChanged FINAL)
    Q_PROPERTY(QString bridgeCommand READ bridgeCommand NOTIFY statusChanged FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY statusChanged FINAL)
    Q_PROPERTY(int approvalsPending READ approvalsPending NOTIFY statusChanged FINAL)
    Q_PROPERTY(bool readOnly READ isReadOnly NOTIFY statusChanged FINAL)
    Q_PROPERTY(QString readOnlyNote READ readOnlyNote NOTIFY statusChanged FINAL)

public:
    explicit DeskLink(std::unique_ptr<Control::Client> client, QObject *parent = nullptr);

    /// Says hello, then asks for the status and for approvals as they come. `ready` or `lost`
    /// follows.
    void open();
    /// Asks for calls as they come, too.
    void followCalls();
    /// Control::Client::call with a context.
    void call(const std::string &method, Base::Json params, QObject *context,
              Control::Client::Callback callback);

    bool isConnected() const { return m_connected; }
    bool mayDecide() const { return m_connected && m_mayDecide; }
    QString profile() const { return m_profile; }
    QString endpoint() const;
    QString bridgeCommand() const; ///< what a host that starts programs is given
    QString summary() const; ///< one line: who is connected
    int approvalsPending() const { return m_status.approvalsPending; }
    bool isReadOnly() const { return m_status.readOnly; }
    QString readOnlyNote() const;
    /// For people; the id itself where it is not known.
    QString connectionName(const std::string &id) const;

    Q_INVOKABLE void setReadOnly(bool on);
    /// Opens the scope picker to change what this grant allows.
    Q_INVOKABLE void editGrant(const QString &grantId) { Q_EMIT grantWanted(grantId); }
    /// Opens the scope picker to make a token, for a program that nobody sits in front of.
    Q_INVOKABLE void newToken() { Q_EMIT tokenWanted(); }

Q_SIGNALS:
    void ready();
    void lost();
    void connectedChanged();
    void statusChanged();
    void callsChanged(const std::vector<Gateway::CallRecord> &calls);
    /// The ones that changed; all open ones once after open().
    void approvalsChanged(const std::vector<Gateway::Approval> &approvals);
    /// One as it is now, as in connections.list.
    void connectionChanged(const Gateway::ConnectionInfo &connection);
    void connectionRemoved(const QString &id);
    void pageWanted(const QString &page);
    void grantWanted(const QString &grantId);
    void tokenWanted();
    /// Something the person asked for did not work: a sentence.
    void failed(const QString &message);

private:
    void takeHello(const Base::Json &hello);
    void takeStatus(const Base::Json &json);
    void takeNotification(const Control::Notification &notification);
    void end();

    std::unique_ptr<Control::Client> m_client;
    Gateway::Status m_status;
    QString m_profile;
    bool m_connected = false;
    bool m_mayDecide = false;
    bool m_ended = false;
};

} // namespace Window
