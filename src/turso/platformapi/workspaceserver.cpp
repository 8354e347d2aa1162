// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/workspaceserver.h"

#include "http/server.h"
#include "turso/hrana/service.h"
#include "turso/platformapi/httphandler.h"
<<<<<<< HEAD
#include "turso/workspace/workspace.h"
=======
#include "turso/platformapi/sqlauthority.h"
>>>>>>> main

#include <utility>

namespace Turso
{

using Base::Result;
using PlatformApi::Access;

namespace
{

constexpr char kHostSuffix[] = "localhost";

std::string urlOf(std::uint16_t port)
{
    return "http://127.0.0.1:" + std::to_string(port);
}

} // namespace

/// The tokens of the Platform API, for SQL.
class WorkspaceServer::SqlAccess final : public Hrana::Authorizer
{
public:
    explicit SqlAccess(const WorkspaceServer &server)
        : m_server(server)
    {
    }
    tl::expected<Hrana::Access, Hrana::Refusal>
    authorize(std::string_view authorization, const Hrana::AskedDatabase &database) override
    {
        const auto right
            = m_server.m_access->authorizeSql(authorization, database.asked, database.id,
                                              m_server.m_workspace.groupIdOf(database.name));
        if (!right)
            return tl::unexpected<Hrana::Refusal>(
                Hrana::Refusal{right.error().status, right.error().body, true});
        return *right == PlatformApi::SqlRight::FullAccess && !m_server.m_isReadOnly
            ? Hrana::Access::FullAccess
            : Hrana::Access::ReadOnly;
    }

private:
    const WorkspaceServer &m_server;
};

/// What is there while it serves. The server first of all to go: it knows the handlers.
struct WorkspaceServer::Face {
    std::unique_ptr<SqlAccess> sqlAccess;
    std::unique_ptr<Hrana::Service> sql;
    std::unique_ptr<PlatformApi::Service> service;
    std::unique_ptr<PlatformApi::SqlAuthority> authority;
    std::unique_ptr<Hrana::Service> sql;
    std::unique_ptr<PlatformApi::HttpHandler> platformHandler;
    std::unique_ptr<Http::Server> server;

    void setReadOnly(bool on)
    {
        service->setReadOnly(on);
        authority->setReadOnly(on);
    }
};

WorkspaceServer::WorkspaceServer(Workspace &workspace, const Base::Clock &clock, std::string folder)
    : m_workspace(workspace)
    , m_clock(clock)
    , m_folder(std::move(folder))
{
}

WorkspaceServer::~WorkspaceServer() = default;

Result<void> WorkspaceServer::prepare()
{
    if (m_access)
        return {};
    auto access = Access::open(m_folder, m_clock);
    if (!access)
        return tl::unexpected(std::move(access).error());
    m_access = std::move(*access);
    return {};
}

Result<void> WorkspaceServer::listen(std::uint16_t port)
{
    m_face.reset();
    Http::ServerOptions options;
    options.port = port;
    options.hostSuffix = kHostSuffix;
    auto face = std::make_unique<Face>();
    face->service = std::make_unique<PlatformApi::Service>(m_workspace, *m_access, m_clock);
<<<<<<< HEAD
    face->platformHandler = std::make_unique<PlatformApi::HttpHandler>(*face->service);
    face->server = std::make_unique<Http::Server>(std::move(options));
    face->sqlAccess = std::make_unique<SqlAccess>(*this);
    face->sql = std::make_unique<Hrana::Service>(m_workspace, *face->sqlAccess);
    face->server->add(*face->sql);
    face->server->add(*face->platformHandler);
=======
    face->authority = std::make_unique<PlatformApi::SqlAuthority>(m_workspace, *m_access);
    face->sql = std::make_unique<Hrana::Service>(m_workspace, *face->authority);
    face->platformHandler = std::make_unique<PlatformApi::HttpHandler>(*face->service);
    face->server = std::make_unique<Http::Server>(std::move(options));
    face->server->add(*face->sql);
    face->server->add(*face->platformHandler); // and whatever else is asked for
>>>>>>> main
    auto listening = face->server->listen();
    if (!listening)
        return Base::fail(listening.error().kind, listening.error().message,
                          "Another program may use the port. Choose another with --port N, or "
                          "--port 0 for a free one.");
    face->service->setHostSuffix(std::string(kHostSuffix) + ':' + std::to_string(*listening));
    face->setReadOnly(m_isReadOnly);
    connect(face->service.get(), &PlatformApi::Service::changed, this, &WorkspaceServer::changed);
    m_face = std::move(face);
    return {};
}

Result<void> WorkspaceServer::resume()
{
    const Access::Switch saved = Access::savedSwitch(m_folder);
    if (!saved.on)
        return {};
    auto done = prepare();
    if (done)
        done = listen(saved.port);
    if (!done)
        m_problem = done.error().message;
    return done;
}

Result<void> WorkspaceServer::endToken()
{
    for (const PlatformApi::ApiToken &token : m_access->tokens()) {
        if (token.name == Access::kOwnTokenName)
            return m_access->revoke(std::string(token.id));
    }
    return {};
}

Result<std::string> WorkspaceServer::mintToken()
{
    if (auto ended = endToken(); !ended)
        return tl::unexpected(std::move(ended).error());
    PlatformApi::ApiToken draft;
    draft.name = Access::kOwnTokenName;
    draft.organization = m_workspace.organization().slug;
    auto minted = m_access->mint(std::move(draft));
    if (!minted)
        return tl::unexpected(std::move(minted).error());
    return std::move(minted->secret);
}

Result<ServedWithToken> WorkspaceServer::on(std::optional<std::uint16_t> port)
{
    m_problem.clear();
    auto done = prepare();
    if (!done)
        return tl::unexpected(std::move(done).error());
    const std::uint16_t wanted = port.value_or(m_access->current().port);
    // The one that is listened on may stay.
    const bool stays = m_face && (!port || (wanted != 0 && wanted == m_face->server->port()));
    if (!stays)
        done = listen(wanted);
    if (!done)
        return tl::unexpected(std::move(done).error());
    auto token = mintToken();
    auto saved = m_access->setSwitch({true, m_face->server->port()});
    if (!token || !saved) {
        m_face.reset();
        return tl::unexpected(!token ? token.error() : saved.error());
    }
    return ServedWithToken{address(), std::move(*token)};
}

Result<void> WorkspaceServer::off()
{
    m_face.reset();
    m_problem.clear();
    const bool wasNeverOn = !m_access && !Access::savedSwitch(m_folder).on;
    if (wasNeverOn)
        return {};
    if (auto ready = prepare(); !ready)
        return ready;
    if (auto ended = endToken(); !ended)
        return ended;
    return m_access->setSwitch({false, m_access->current().port});
}

ServedAddress WorkspaceServer::address() const
{
    if (!m_face)
        return {};
    const std::uint16_t port = m_face->server->port();
    return {urlOf(port), urlOf(port), std::string(kHostSuffix) + ':' + std::to_string(port)};
}

void WorkspaceServer::setReadOnly(bool on)
{
    m_isReadOnly = on;
    if (m_face)
        m_face->setReadOnly(on);
}

} // namespace Turso
