// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "gateway/connectionsdoor.h"
#include "gateway/values.h"

#include <QObject>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Gateway
{

/// The person's side of the gateway: everything that a window or the command line may see, and may
/// say. It decides nothing about who may say it; app/control does. One thread, the gateway's.
class Desk : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    virtual Status status() const = 0;
    virtual std::vector<AgentInfo> agents() const = 0;
    /// What may be done with status().connections; null where they cannot be changed.
    virtual ConnectionsDoor *connections() = 0;
    /// What can be granted, connection by connection.
    virtual Base::Pending<std::vector<ConnectionScope>> scopes() = 0;

    /// Newest first, at most `limit` (1 to 1,000), running ones included. `filter`: see CallFilter.
    virtual Base::Pending<std::vector<CallRecord>> calls(std::string filter, int limit) = 0;
    virtual Base::Pending<CallDetail> call(std::string id) = 0;

    /// The open ones, oldest first.
    virtual std::vector<Approval> approvals() const = 0;
    /// Open ones and those answered in the last hour.
    virtual Base::Result<Approval> approval(const std::string &id) const = 0;
    /// `grant` only for kind "consent": what to grant. NotFound, or Denied when it is no longer
    /// open.
    virtual Base::Result<Approval> approve(const std::string &id, std::optional<Remember> remember,
                                           std::optional<GrantDraft> grant)
        = 0;
    virtual Base::Result<Approval> deny(const std::string &id, std::string message) = 0;
    /// The person is reading: at least a minute from now, at most 15 minutes from its creation.
    virtual Base::Result<Approval> extend(const std::string &id) = 0;

    virtual std::vector<Grant> grants() const = 0;
    virtual Base::Result<Grant> createGrant(const GrantDraft &draft) = 0;
    virtual Base::Result<MintedToken> mintToken(const GrantDraft &draft) = 0;
    /// From the agent's next call on, without a new login; calls that wait under the grant and that
    /// it no longer allows are refused now, those that run already finish. NotFound;
    /// InvalidArgument for a change to no permission at all or to an end that has passed.
    virtual Base::Result<Grant> changeGrant(const std::string &id, const GrantChange &change) = 0;
    virtual Base::Result<Grant> revokeGrant(const std::string &id) = 0;

    /// Refuse everything that is not a read, for everybody, for `duration` or until lifted.
    /// Survives a restart.
    virtual Status setReadOnly(bool on, std::optional<Base::Millis> duration) = 0;

    /// Turso's own protocols for programs on this machine: on (`port` 0: a free one; none: the one
    /// before), with a new token, or off. Survives a restart.
    virtual Base::Result<WorkspaceAccess> serveWorkspace(bool on, std::optional<std::uint16_t> port)
        = 0;

Q_SIGNALS:
    void callChanged(const Gateway::CallRecord &call);
    void approvalChanged(const Gateway::Approval &approval);
    void statusChanged();
    void connectionChanged(const Gateway::ConnectionInfo &connection);
    void connectionRemoved(const QString &id);
};

} // namespace Gateway
