// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/sqlaccess.h"

#include <cstddef>
#include <memory>
#include <string>

namespace Turso
{

class ExecutionSink;

struct SqlClientOptions {
    std::size_t connectionsPerServer = 32; ///< in flight; what comes on top waits in a queue
    std::size_t queued = 1'024; ///< beyond that: LimitExceeded
    /// What ran through this client, for the figures; may be null, must outlive the client.
    ExecutionSink *executions = nullptr;
};

/// SQL over HTTP on servers that are somewhere else: Hrana 3, or 2 where a server has no better.
/// Owns its sockets and the thread that they live on. Everything is called on the gateway thread.
class SqlClient
{
public:
    explicit SqlClient(SqlClientOptions options = {});
    ~SqlClient();

    /// A script is one conditional batch in one request: COMMIT only if all that was before it went
    /// well, ROLLBACK otherwise; a dry run ends with ROLLBACK and knows no COMMIT. Reads come as a
    /// cursor that is read no further than the limits. Cancelling closes the socket, which stops
    /// the server's work. Who is cut off after a request that may change something has left and
    /// before its answer is whole gets UpstreamError (or Cancelled) with details
    /// {"outcome":"unknown"}; else "not_run". A change is never sent twice.
    std::unique_ptr<Session> openSession(std::shared_ptr<SqlAccess> access, std::string database,
                                         Privilege privilege);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Turso
