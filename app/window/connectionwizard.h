// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "window/connectionsmodel.h"

#include <QObject>
#include <QString>
#include <QTimer>
#include <QVariantMap>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <optional>
#include <string>

namespace Window
{

class DeskLink;

/// Adds a connection step by step, signs in to one that is there, or changes it. One request is
/// under way at a time. Tokens and keys pass through as arguments and are never kept here. What was
/// added and cannot be used is taken away again when the person leaves without saying that it is to
/// be kept.
class ConnectionWizard final : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Made by the window process")
    Q_PROPERTY(Stage stage READ stage NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ isBusy NOTIFY changed FINAL)
    /// What came of what was tried last: sentences; or empty.
    Q_PROPERTY(QString problem READ problem NOTIFY changed FINAL)
    /// The one that is signed in to, changed, or was just added; empty before.
    Q_PROPERTY(QVariantMap connection READ connection NOTIFY changed FINAL)
    /// It was there before this wizard was opened.
    Q_PROPERTY(bool existing READ isExisting NOTIFY changed FINAL)
    /// The turso command line's account on this computer: {username, organization}, or empty.
    Q_PROPERTY(QVariantMap cliAccount READ cliAccount NOTIFY changed FINAL)
    /// In Stage::Browser: where to sign in, empty until that is known.
    Q_PROPERTY(QString signInUrl READ signInUrl NOTIFY changed FINAL)
    Q_PROPERTY(bool browserOpen READ isBrowserOpen NOTIFY changed FINAL)
    Q_PROPERTY(int secondsLeft READ secondsLeft NOTIFY ticked FINAL)
    Q_PROPERTY(double shareLeft READ shareLeft NOTIFY ticked FINAL)
    /// In Stage::Result: it can be used as it is.
    Q_PROPERTY(bool ready READ isReady NOTIFY changed FINAL)
    /// It is signed in, and only its organization is not known.
    Q_PROPERTY(bool lacksOrganization READ lacksOrganization NOTIFY changed FINAL)
    /// It was not added because nobody answers; it can be added unchecked.
    Q_PROPERTY(bool mayAddAnyway READ mayAddAnyway NOTIFY changed FINAL)
    /// Addresses as they are typed, and a sentence on what is wrong with them, or empty.
    Q_PROPERTY(QString url READ url WRITE setUrl NOTIFY addressChanged FINAL)
    Q_PROPERTY(QString urlProblem READ urlProblem NOTIFY addressChanged FINAL)
    Q_PROPERTY(QString urlNote READ urlNote NOTIFY addressChanged FINAL)
    Q_PROPERTY(QString adminUrl READ adminUrl WRITE setAdminUrl NOTIFY addressChanged FINAL)
    Q_PROPERTY(QString adminUrlProblem READ adminUrlProblem NOTIFY addressChanged FINAL)
    Q_PROPERTY(bool addressesGood READ areAddressesGood NOTIFY addressChanged FINAL)

public:
    enum class Stage {
        Choosing,
        Browser, ///< waits for the person to sign in there
        Token, ///< of Turso Cloud
        Cli, ///< asks whether the command line's account may be used
        Server, ///< the address of a libsql-server
        Change,
        Result,
    };
    Q_ENUM(Stage)

    explicit ConnectionWizard(DeskLink &link, QObject *parent = nullptr);

    Stage stage() const { return m_stage; }
    bool isBusy() const { return m_busy; }
    QString problem() const { return m_problem; }
    QVariantMap connection() const;
    bool isExisting() const { return m_existing; }
    QVariantMap cliAccount() const { return m_cli; }
    QString signInUrl() const { return m_signInUrl; }
    int secondsLeft() const;
    double shareLeft() const;
    bool isReady() const { return m_connection && m_connection->state == "ready"; }
    bool lacksOrganization() const;
    bool mayAddAnyway() const { return m_unreached; }
    bool isBrowserOpen() const { return m_browserOpen; }
    QString url() const { return m_url; }
    void setUrl(const QString &url);
    QString urlProblem() const;
    QString urlNote() const; ///< what is no problem, but should be known
    QString adminUrl() const { return m_adminUrl; }
    void setAdminUrl(const QString &url);
    QString adminUrlProblem() const;
    bool areAddressesGood() const;

    /// Starts anew, to add one.
    Q_INVOKABLE void open();
    /// Signs in again to one that is there, in the way that it was signed in. False: it has gone.
    Q_INVOKABLE bool signIn(Window::ConnectionsModel *connections, const QString &id);
    /// Changes name, organization or secrets of one that is there. False: it has gone.
    Q_INVOKABLE bool change(Window::ConnectionsModel *connections, const QString &id);

    Q_INVOKABLE void chooseBrowser();
    Q_INVOKABLE void chooseToken();
    Q_INVOKABLE void chooseCli();
    Q_INVOKABLE void chooseServer();
    Q_INVOKABLE void submitToken(const QString &token, const QString &organization,
                                 bool unchecked = false);
    Q_INVOKABLE void submitCli();
    Q_INVOKABLE void submitServer(const QString &token, const QString &adminKey,
                                  bool unchecked = false);
    /// What is empty stays as it is.
    Q_INVOKABLE void submitChange(const QString &name, const QString &organization,
                                  const QString &token, const QString &adminKey);
    Q_INVOKABLE void submitOrganization(const QString &organization);
    /// In Stage::Browser: opens it once more. False: there is none to open.
    Q_INVOKABLE bool openBrowser();
    /// In Stage::Result: asks the connection once more how it is.
    Q_INVOKABLE void checkAgain();
    /// In Stage::Result: that is all; it is kept as it is, under this name.
    Q_INVOKABLE void keep(const QString &name);
    /// One step back, or out of it: what waits is cancelled, what was added and cannot be used is
    /// taken away. False where there was no step to go back to.
    Q_INVOKABLE bool back();
    /// The person has gone to another page: as going back, all the way.
    Q_INVOKABLE void leave();

Q_SIGNALS:
    void changed();
    void ticked();
    void addressChanged();
    /// There is nothing more to do here.
    void finished();
    /// The browser has answered: the window may come forward again.
    void attentionWanted();

private:
    using Then = std::function<void(const Base::Json &)>;

    void begin(Stage stage);
    bool start(const ConnectionsModel *connections, const QString &id);
    void send(const char *method, Base::Json params, Then then);
    void add(Base::Json params, bool unchecked);
    void takeAdded(const Base::Json &answer);
    void takeChange(const Gateway::ConnectionInfo &connection);
    void showResult();
    void askBrowser();
    void endWaiting();
    void discard();
    std::string nameToSend(const QString &name) const;
    void fail(const Base::Error &error);
    void fail(const QString &sentence);
    std::string id() const { return m_connection ? m_connection->id : std::string(); }

    DeskLink &m_link;
    Stage m_stage = Stage::Choosing;
    quint64 m_turn = 0; ///< answers to what was asked before the last step back are not heard
    bool m_busy = false;
    bool m_existing = false;
    bool m_unreached = false; ///< see mayAddAnyway
    bool m_browserOpen = false;
    bool m_waiting = false; ///< for the browser
    bool m_settling = false; ///< it has been added, and is being checked
    QString m_problem;
    QVariantMap m_cli;
    std::optional<Gateway::ConnectionInfo> m_connection;
    QString m_signInUrl;
    Base::Millis m_waitsSince = 0;
    Base::Millis m_waitsUntil = 0;
    QTimer m_seconds;
    QString m_url;
    QString m_adminUrl;
};

} // namespace Window
