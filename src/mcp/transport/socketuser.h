// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QTcpSocket;

namespace Mcp
{

/// True if the process at the other end of this loopback connection is one of this user or of root
/// (which passes on what containers send). False if that cannot be found out. Reads the kernel's
/// table of connections: for requests that are rare.
bool isOfThisUser(const QTcpSocket &socket);

} // namespace Mcp
