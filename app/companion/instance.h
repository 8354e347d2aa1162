// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "companion/profile.h"
#include "gateway/values.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace Control
{
class Server;
}
namespace Gateway
{
class FrontDesk;
}
namespace Mcp
{
class HttpListener;
class LineListener;
class Server;
namespace Auth
{
class AuthorizationServer;
class Documents;
class InternetDocuments;
} // namespace Auth
} // namespace Mcp
namespace Turso
{
class ConnectionBook;
class SecretStore;
class Workspace;
class WorkspaceServer;
} // namespace Turso

namespace Companion
{

class PlaceBook;
class ServedWorkspace;

/// What the tray shows, as one value that may cross threads.
struct Snapshot {
    Gateway::Status status;
    std::vector<Gateway::AgentInfo> agents;
    std::vector<Gateway::CallRecord> recent; ///< finished ones, newest first, at most five
};

/// The running gateway: makes every long-lived object, bottom layer first, and connects them. Holds
/// no logic. Lives on the gateway's thread from start() on; slots are called there.
class Instance : public QObject
{
    Q_OBJECT
public:
    Instance(Profile profile, std::uint16_t port, Base::Secret operatorKey);
    ~Instance() override;

    /// Builds and serves. Emits ready() or failed().
    void start();
    /// Stops serving in order; emits stopped(). `forGood`: a person ended the app, so bridges leave
    /// it ended.
    void stop(bool forGood = false);

    /// Our end of the pair that a window process inherited.
    void adoptWindow(int descriptor);
    /// True if a window process took it.
    bool showWindow(const QString &page);
    void setReadOnly(bool on, long long milliseconds); ///< 0: until lifted

Q_SIGNALS:
    void ready(const QByteArray &line); ///< the one line of JSON
    void failed(const QString &sentence);
    void stopped();
    void snapshotChanged(const Companion::Snapshot &snapshot);
    /// A question waits and no window shows it.
    void windowNeeded();
    /// Somebody asks for the main window.
    void windowRequested(const QString &page);
    void windowGone(bool questionsWait);

private:
    Base::Result<void> build();
    Base::Result<void> serve();
    Base::Result<void> offerSignIn(std::uint16_t port);
    void noteAgents();
    void noteCall(const Gateway::CallRecord &call);
    void noteApproval(const Gateway::Approval &approval);
    void publish();

    Base::SystemClock m_clock;
    Profile m_profile;
    std::uint16_t m_port;
    Base::Secret m_operatorKey;
    std::unique_ptr<Turso::Workspace> m_workspace;
    std::unique_ptr<Turso::SecretStore> m_secrets;
    std::unique_ptr<Turso::ConnectionBook> m_book;
    std::unique_ptr<PlaceBook> m_places;
    std::unique_ptr<Gateway::FrontDesk> m_desk;
    std::unique_ptr<Mcp::Server> m_server;
    std::unique_ptr<Mcp::Auth::InternetDocuments> m_documentNetwork;
    std::unique_ptr<Mcp::Auth::Documents> m_documents;
    std::unique_ptr<Mcp::Auth::AuthorizationServer> m_signIn;
    std::unique_ptr<Mcp::HttpListener> m_http;
    std::unique_ptr<Mcp::LineListener> m_lines;
    std::unique_ptr<Control::Server> m_control;
    std::unique_ptr<Turso::WorkspaceServer> m_workspaceServer;
    std::unique_ptr<ServedWorkspace> m_served;
    std::vector<Gateway::CallRecord> m_recent;
    std::unique_ptr<QTimer> m_publishTimer;
    bool m_hasWindow = false;
    bool m_watched = false; ///< a tray listens
};

} // namespace Companion
