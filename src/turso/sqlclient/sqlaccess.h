// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/secret.h"
#include "turso/platform.h"

#include <memory>
#include <string>

namespace Turso
{

/// Where one database's SQL is, and what opens it.
struct SqlDoor {
    std::string url; ///< "https://host" or "http://127.0.0.1:8080": no path, no query
    std::string nameSpace; ///< goes into x-namespace-bin; empty: the host says it
    std::shared_ptr<const Base::Secret> token; ///< bearer; null: the server asks for none
};

/// Tells a connection's doors. Called on the gateway thread; completes on any thread.
class SqlAccess
{
public:
    virtual ~SqlAccess() = default;

    /// Errors: NotFound (no such database), Unauthorized (no token for that privilege; says where
    /// to mend it), UpstreamError with details {"outcome":"not_run"}.
    virtual Base::Pending<SqlDoor> door(std::string database, Privilege privilege) = 0;

    /// The server did not take this door's token, so nothing ran: the next door() brings another
    /// one, or says why there is none. A session asks once more, and no more.
    virtual void refused(const std::string &database, Privilege privilege, const SqlDoor &door) = 0;
};

} // namespace Turso
