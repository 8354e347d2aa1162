// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/workspacedoor.h"

namespace Gateway
{
class FrontDesk;
}
namespace Turso
{
class WorkspaceServer;
}

namespace Companion
{

/// The workspace's server as the desk's door, and what comes through it in the desk's history. Both
/// must outlive it.
class ServedWorkspace final : public Gateway::WorkspaceDoor
{
public:
    ServedWorkspace(Turso::WorkspaceServer &server, Gateway::FrontDesk &desk);
    ~ServedWorkspace() override;

    Base::Result<Gateway::WorkspaceAccess> open(std::optional<std::uint16_t> port) override;
    Base::Result<void> close() override;
    Gateway::ServedWorkspace state() const override;
    void setReadOnly(bool on) override;

private:
    Turso::WorkspaceServer &m_server;
    Gateway::FrontDesk &m_desk;
};

} // namespace Companion
