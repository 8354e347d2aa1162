// SPDX-License-Identifier: GPL-3.0-or-later
#include "companion/instance.h"

#include "base/json.h"
#include "base/logging.h"
#include "base/secret.h"
#include "base/socketpath.h"
#include "companion/placebook.h"
#include "companion/servedworkspace.h"
#include "control/server.h"
#include "gateway/content/instructions.h"
#include "gateway/frontdesk.h"
#include "mcp/auth/authorizationserver.h"
#include "mcp/auth/documentnetwork.h"
#include "mcp/server/server.h"
#include "mcp/transport/httplistener.h"
#include "mcp/transport/linelistener.h"
#include "turso/connections/connectionbook.h"
#include "turso/platformapi/workspaceserver.h"
#include "turso/signin/keychainstore.h"
#include "turso/workspace/workspace.h"

#include <QCoreApplication>
#include <QFile>
#include <QMetaMethod>
#include <QTimer>

namespace Companion
{

using Base::Result;

namespace
{

constexpr int kPublishMs = 250;
constexpr std::size_t kRecent = 5;

std::string_view viewOf(const QByteArray &text)
{
    return {text.constData(), static_cast<std::size_t>(text.size())};
}

Mcp::ServerInfo serverInfo()
{
    Mcp::ServerInfo info{"turso-companion", "Turso Companion", COMPANION_VERSION,
                         Gateway::kInstructions};
    info.description = "Turso databases under a person's eye: what changes data can be seen, and "
                       "what destroys it waits for a yes at this computer.";
    QFile icon(QStringLiteral(":/icons/turso-companion.svg"));
    if (icon.open(QIODevice::ReadOnly))
        info.icons.push_back(
            {{"src", "data:image/svg+xml;base64," + icon.readAll().toBase64().toStdString()},
             {"mimeType", "image/svg+xml"},
             {"sizes", {"any"}}});
    return info;
}

} // namespace

Instance::Instance(Profile profile, std::uint16_t port, Base::Secret operatorKey)
    : m_profile(std::move(profile))
    , m_port(port)
    , m_operatorKey(std::move(operatorKey))
{
}

Instance::~Instance() = default;

void Instance::start()
{
    auto built = build();
    if (built)
        built = serve();
    if (built)
        return;
    std::string sentence = built.error().message;
    if (!built.error().hint.empty())
        sentence += "\n" + built.error().hint;
    Q_EMIT failed(QString::fromStdString(sentence));
}

Result<void> Instance::build()
{
    auto key = m_profile.sessionKey();
    if (!key)
        return tl::unexpected(key.error());
    const std::string folder = m_profile.folder() + "/workspace";
    auto workspace = Turso::Workspace::open({folder, &m_clock, true});
    if (!workspace)
        return tl::unexpected(workspace.error());
    m_workspace = std::move(*workspace);
    m_secrets
        = std::make_unique<Turso::KeychainStore>(Turso::KeychainStoreOptions{m_profile.folder()});
    m_book = std::make_unique<Turso::ConnectionBook>(
        Turso::ConnectionBookOptions{m_profile.folder(), m_secrets.get(), &m_clock});
    // The workspace works without the others.
    if (const auto opened = m_book->open(); !opened)
        qCCritical(logGateway, "%s %s", opened.error().message.c_str(),
                   opened.error().hint.c_str());
    m_places = std::make_unique<PlaceBook>(*m_workspace, *m_book);
    auto desk = Gateway::FrontDesk::open(m_profile.folder(), COMPANION_VERSION, *m_places, m_clock);
    if (!desk)
        return tl::unexpected(desk.error());
    m_desk = std::move(*desk);
    m_desk->setConnectionsDoor(m_places.get());
    m_workspaceServer = std::make_unique<Turso::WorkspaceServer>(*m_workspace, m_clock, folder);
    m_served = std::make_unique<ServedWorkspace>(*m_workspaceServer, *m_desk);
    m_server = std::make_unique<Mcp::Server>(
        Mcp::Sources{m_desk->toolGate(), &m_desk->resources(), &m_desk->prompts()}, serverInfo(),
        *key);
    connect(m_desk.get(), &Gateway::FrontDesk::resourcesChanged, this,
            [this](const QByteArray &principal) { m_server->resourcesChanged(viewOf(principal)); });
    connect(m_desk.get(), &Gateway::FrontDesk::resourceUpdated, this,
            [this](const QByteArray &uri, const QByteArray &principal) {
                m_server->resourceUpdated(viewOf(uri), viewOf(principal));
            });
    return {};
}

Result<void> Instance::serve()
{
    if (auto problem = Base::prepareSocketFolder(Base::socketFolder(m_profile.name()));
        !problem.empty())
        return Base::fail(Base::ErrorKind::Internal, std::move(problem));
    Mcp::HttpOptions http;
    http.port = m_port;
    m_http = std::make_unique<Mcp::HttpListener>(*m_server, &m_desk->authenticator(), http);
    const auto port = m_http->listen();
    if (!port)
        return Base::fail(
            port.error().kind, port.error().message,
            "Another program may use the port. Start with --port N, or --port 0 for a free one.");
    if (auto ready = offerSignIn(*port); !ready)
        return ready;
    m_lines = std::make_unique<Mcp::LineListener>(*m_server, m_desk->authenticator());
    if (auto listening = m_lines->listen(Base::agentSocketPath(m_profile.name())); !listening)
        return tl::unexpected(listening.error());
    m_control = std::make_unique<Control::Server>(*m_desk, std::move(m_operatorKey));
    if (auto listening = m_control->listen(m_profile.name()); !listening)
        return listening;

    m_publishTimer = std::make_unique<QTimer>();
    m_publishTimer->setSingleShot(true);
    m_publishTimer->setInterval(kPublishMs);
    connect(m_publishTimer.get(), &QTimer::timeout, this, &Instance::publish);
    connect(m_http.get(), &Mcp::HttpListener::agentsChanged, this, &Instance::noteAgents);
    connect(m_lines.get(), &Mcp::LineListener::agentsChanged, this, &Instance::noteAgents);
    connect(m_desk.get(), &Gateway::Desk::callChanged, this, &Instance::noteCall);
    connect(m_desk.get(), &Gateway::Desk::approvalChanged, this, &Instance::noteApproval);
    connect(m_desk.get(), &Gateway::Desk::statusChanged, this, [this] {
        if (!m_publishTimer->isActive())
            m_publishTimer->start();
    });
    connect(m_desk.get(), &Gateway::FrontDesk::principalEnded, this,
            [this](const QByteArray &id) { m_http->disconnectPrincipal(viewOf(id)); });
    connect(m_control.get(), &Control::Server::windowRequested, this, &Instance::windowRequested);
    connect(m_control.get(), &Control::Server::deciderGone, this, [this] {
        m_hasWindow = false;
        Q_EMIT windowGone(!m_desk->approvals().empty());
    });

    // Who cannot be served there is told by the status; agents can be served all the same.
    if (const auto resumed = m_workspaceServer->resume(); !resumed)
        qCWarning(logGateway, "%s", resumed.error().message.c_str());

    const std::string endpoint = "http://127.0.0.1:" + std::to_string(*port) + "/mcp";
    m_desk->setEndpoint(endpoint);
    const Base::Json line = {{"endpoint", endpoint},
                             {"profile", m_profile.folder()},
                             {"pid", QCoreApplication::applicationPid()},
                             {"version", COMPANION_VERSION}};
    Q_EMIT ready(QByteArray::fromStdString(Base::dumpJson(line) + "\n"));
    return {};
}

/// Agents can sign in through the browser, and the person decides here.
Result<void> Instance::offerSignIn(std::uint16_t port)
{
    const auto key = m_profile.sessionKey();
    if (!key)
        return tl::unexpected(key.error());
    Gateway::SignIns &desk = m_desk->signIns();
    m_documentNetwork = std::make_unique<Mcp::Auth::InternetDocuments>();
    m_documents = std::make_unique<Mcp::Auth::Documents>(*m_documentNetwork, m_clock);
    m_signIn = std::make_unique<Mcp::Auth::AuthorizationServer>(
        Mcp::Auth::AuthorizationServerOptions{
            port, m_profile.folder() + "/signins.json",
            Base::sha256Hex("authorization server:" + std::string(*key))},
        desk, m_documents.get(), m_clock);
    if (auto loaded = m_signIn->load(); !loaded)
        return loaded;
    connect(&desk, &Gateway::SignIns::decided, this,
            [this](const QByteArray &question, const std::optional<Mcp::Auth::Consent> &consent,
                   Mcp::Auth::No why) { m_signIn->decide(question.toStdString(), consent, why); });
    connect(m_desk.get(), &Gateway::FrontDesk::grantEnded, this,
            [this](const QByteArray &grant) { m_signIn->forgetGrant(viewOf(grant)); });
    m_desk->identity().setSignedIn([this](std::string_view token) -> std::optional<std::string> {
        const auto found = m_signIn->find(token);
        return found ? std::optional(found->grantId) : std::nullopt;
    });
    m_http->setAuthorizationServer(*m_signIn);
    return {};
}

void Instance::stop(bool forGood)
{
    if (m_lines && forGood)
        m_lines->sayGoodbye();
    if (m_server)
        m_server->end();
    if (m_http)
        m_http->close();
    m_control.reset();
    m_lines.reset();
    m_http.reset();
    if (m_desk)
        m_desk->identity().setSignedIn({});
    m_signIn.reset();
    m_documents.reset();
    m_documentNetwork.reset();
    m_server.reset();
    m_served.reset();
    m_workspaceServer.reset();
    m_desk.reset();
    m_places.reset();
    m_book.reset();
    m_secrets.reset();
    m_workspace.reset();
    Q_EMIT stopped();
}

void Instance::adoptWindow(int descriptor)
{
    m_hasWindow = m_control && m_control->adoptDecider(descriptor);
}

bool Instance::showWindow(const QString &page)
{
    return m_control && m_control->showWindow(page.toStdString());
}

void Instance::setReadOnly(bool on, long long milliseconds)
{
    if (!m_desk)
        return;
    m_desk->setReadOnly(
        on, on && milliseconds > 0 ? std::optional<Base::Millis>(milliseconds) : std::nullopt);
}

void Instance::noteAgents()
{
    std::vector<std::pair<Mcp::Principal, std::string>> agents;
    const auto add = [&agents](const std::vector<Mcp::ConnectedAgent> &connected) {
        for (const Mcp::ConnectedAgent &agent : connected)
            agents.emplace_back(Mcp::Principal{agent.principalId, agent.agent}, agent.transport);
    };
    add(m_http->agents());
    add(m_lines->agents());
    m_desk->setConnected(std::move(agents));
}

void Instance::noteCall(const Gateway::CallRecord &call)
{
    if (!m_watched || !Gateway::isFinal(call.state))
        return;
    m_recent.insert(m_recent.begin(), call);
    if (m_recent.size() > kRecent)
        m_recent.pop_back();
    if (!m_publishTimer->isActive())
        m_publishTimer->start();
}

void Instance::noteApproval(const Gateway::Approval &approval)
{
    if (approval.state == Gateway::ApprovalState::Open && !m_hasWindow)
        Q_EMIT windowNeeded();
}

void Instance::publish()
{
    static const QMetaMethod changed = QMetaMethod::fromSignal(&Instance::snapshotChanged);
    m_watched = isSignalConnected(changed);
    if (!m_watched)
        return;
    Snapshot snapshot;
    snapshot.status = m_desk->status();
    snapshot.agents = m_desk->agents();
    snapshot.recent = m_recent;
    Q_EMIT snapshotChanged(snapshot);
}

} // namespace Companion
