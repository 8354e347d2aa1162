// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "gateway/connectioninfo.h"
#include "turso/health.h"
#include "turso/types.h"

#include <string>

namespace Gateway
{

/// The person's hand on the connections, which the gateway itself only uses. NotFound where there
/// is no connection of that id. The gateway thread; answers arrive there.
class ConnectionsDoor
{
public:
    virtual ~ConnectionsDoor() = default;

    /// Checks it first. InvalidArgument, AlreadyExists (the name), Unauthorized (the token, with
    /// the reason), UpstreamError (nobody answers; not with `unchecked`). A Turso Cloud without
    /// token is added signed out.
    virtual Base::Pending<ConnectionInfo> add(ConnectionDraft draft) = 0;
    virtual Base::Pending<ConnectionInfo> change(std::string id, ConnectionChange change) = 0;
    /// Asks it how it is.
    virtual Base::Pending<ConnectionInfo> check(std::string id) = 0;
    /// Its secrets and its grants go with it; its databases stay where they are.
    virtual Base::Pending<bool> remove(std::string id) = 0;
    /// Begins to sign in, in place of a sign-in that is still open. What comes of it is told by the
    /// connection's state.
    virtual Base::Pending<SignInOffer> signIn(std::string id) = 0;
    virtual Base::Result<void> cancelSignIn(const std::string &id) = 0;
    virtual Base::Pending<ConnectionInfo> signOut(std::string id) = 0;
    /// By name, 1 to 1,000 at a time.
    virtual Base::Pending<Turso::DatabasePage> databases(std::string id, int limit,
                                                         std::string cursor)
        = 0;
    virtual Base::Pending<Turso::AuditPage> auditList(std::string id, int page) = 0;
    virtual Base::Result<CliAccountInfo> cliAccount() const = 0;
};

} // namespace Gateway
