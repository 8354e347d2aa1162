// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/platformapi/service.h"
#include "turso/workspace/workspace.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace Turso
{

class Workspace;

/// Where the workspace is served. All empty: nowhere.
struct ServedAddress {
    std::string platformUrl = {}; ///< "http://127.0.0.1:PORT"
    std::string sqlUrl = {}; ///< the same
    std::string hostSuffix = {}; ///< "localhost:PORT": a database is NAME-local.localhost:PORT
};

struct ServedWithToken {
    ServedAddress address;
    std::string token; ///< for both; a secret, shown this once
};

/// The workspace over Turso's own protocols for programs on this machine, off until it is switched
/// on: the Platform API, and SQL over HTTP. One port of 127.0.0.1 and ::1. Lives on one thread.
class WorkspaceServer : public QObject
{
    Q_OBJECT
public:
    /// `workspace` and `clock` must outlive it. `folder`: the workspace's own, where tokens and the
    /// switch are kept.
    WorkspaceServer(Workspace &workspace, const Base::Clock &clock, std::string folder);
    ~WorkspaceServer() override;

    /// On again on the same port, if it was on when the app ended. An error leaves the switch as it
    /// was; problem() tells it until the next on() or off().
    Base::Result<void> resume();
    /// Serves, and mints the token anew: the one before ends. `port` 0: a free one; not given: the
    /// one before, if there was one. AlreadyExists if the port is taken; what was served before is
    /// then served no more.
    Base::Result<ServedWithToken> on(std::optional<std::uint16_t> port);
    /// Serves no more, at once, and ends the token that on() gave. Others stay for the next time.
    Base::Result<void> off();

    ServedAddress address() const;
    const std::string &problem() const { return m_problem; }

    /// While it is, nothing can be changed from here.
    void setReadOnly(bool on);

Q_SIGNALS:
    void changed(const Turso::PlatformApi::Change &change);

private:
    struct Face;
    class SqlAccess;
    Base::Result<void> prepare();
    Base::Result<void> listen(std::uint16_t port);
    Base::Result<std::string> mintToken();
    Base::Result<void> endToken();

    Workspace &m_workspace;
    const Base::Clock &m_clock;
    const std::string m_folder;
    bool m_isReadOnly = false;
    std::string m_problem;
    std::unique_ptr<PlatformApi::Access> m_access;
    std::unique_ptr<Face> m_face; ///< while it serves
};

} // namespace Turso
