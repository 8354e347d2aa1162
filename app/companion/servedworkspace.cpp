// SPDX-License-Identifier: GPL-3.0-or-later
#include "companion/servedworkspace.h"

#include "gateway/frontdesk.h"
#include "turso/platformapi/workspaceserver.h"

namespace Companion
{

namespace
{

Gateway::Risk riskOf(const std::string &action)
{
    if (action == "delete_database" || action == "delete_group")
        return Gateway::Risk::Irreversible;
    return Gateway::Risk::Change;
}

Gateway::CallDetail detailOf(const Turso::PlatformApi::Change &change)
{
    Gateway::CallDetail detail;
    Gateway::CallRecord &record = detail.record;
    record.startedAt = change.startedAt;
    record.agent = change.client;
    record.tool = change.action;
    record.database = change.database;
    record.risk = riskOf(change.action);
    record.state = change.status == 200 ? Gateway::CallState::Done : Gateway::CallState::Failed;
    if (change.status != 200)
        record.code = "http_" + std::to_string(change.status);
    detail.program = "Turso's Platform API on this machine";
    detail.arguments = change.arguments;
    return detail;
}

Gateway::ServedWorkspace served(const Turso::ServedAddress &address, const std::string &problem)
{
    return {address.platformUrl, address.sqlUrl, address.hostSuffix, problem};
}

} // namespace

ServedWorkspace::ServedWorkspace(Turso::WorkspaceServer &server, Gateway::FrontDesk &desk)
    : m_server(server)
    , m_desk(desk)
{
    QObject::connect(
        &server, &Turso::WorkspaceServer::changed, &desk,
        [&desk](const Turso::PlatformApi::Change &change) { desk.noteOutside(detailOf(change)); });
    m_desk.setWorkspaceDoor(this);
}

ServedWorkspace::~ServedWorkspace()
{
    m_desk.setWorkspaceDoor(nullptr);
}

Base::Result<Gateway::WorkspaceAccess> ServedWorkspace::open(std::optional<std::uint16_t> port)
{
    auto opened = m_server.on(port);
    if (!opened)
        return tl::unexpected(std::move(opened).error());
    return Gateway::WorkspaceAccess{served(opened->address, {}), std::move(opened->token)};
}

Base::Result<void> ServedWorkspace::close()
{
    return m_server.off();
}

Gateway::ServedWorkspace ServedWorkspace::state() const
{
    return served(m_server.address(), m_server.problem());
}

void ServedWorkspace::setReadOnly(bool on)
{
    m_server.setReadOnly(on);
}

} // namespace Companion
