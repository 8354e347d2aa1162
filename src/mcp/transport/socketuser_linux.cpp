// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/socketuser.h"

#include <QFile>
#include <QList>
#include <QTcpSocket>

#include <unistd.h>

namespace Mcp
{

namespace
{

/// "0100007F:1E56" -> 0x1E56, or 0.
uint portOf(const QByteArray &address)
{
    return address.mid(address.lastIndexOf(':') + 1).toUInt(nullptr, 16);
}

} // namespace

// proc(5), /proc/net/tcp: sl, local address, remote address, state, queues, timer, retransmits,
// uid.
bool isOfThisUser(const QTcpSocket &socket)
{
    constexpr qsizetype kLocal = 1;
    constexpr qsizetype kRemote = 2;
    constexpr qsizetype kUser = 7;
    bool isFound = false;
    for (const char *table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        QFile file(QString::fromLatin1(table));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QList<QByteArray> lines = file.readAll().split('\n');
        for (const QByteArray &line : lines) {
            const QList<QByteArray> fields = line.simplified().split(' ');
            // The other end's own line: what is local to it is the peer to us.
            if (fields.size() <= kUser || portOf(fields[kLocal]) != socket.peerPort()
                || portOf(fields[kRemote]) != socket.localPort())
                continue;
            const uint user = fields[kUser].toUInt();
            if (user != geteuid() && user != 0)
                return false;
            isFound = true;
        }
    }
    return isFound;
}

} // namespace Mcp
