// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "gateway/connections.h"
#include "gateway/values.h"
#include "turso/platform.h"

#include <QObject>

namespace Gateway
{

/// What of one connection can be granted. A connection that cannot be asked comes with a `problem`
/// instead of an error, so that it does not hide the others. `owner` lives on the calling thread;
/// the answer is dropped with it.
Base::Pending<std::vector<ConnectionScope>>
scopesOf(const std::shared_ptr<Turso::Platform> &platform, const ConnectionInfo &connection,
         QObject *owner);

/// The same of all connections, in their order. One that has not answered after six seconds comes
/// with a problem, and holds up nothing.
Base::Pending<std::vector<ConnectionScope>> scopesOf(const Connections &connections,
                                                     QObject *owner);

} // namespace Gateway
