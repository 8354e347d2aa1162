// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "mcp/transport/lineoptions.h"

#include <QObject>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace Mcp
{

class Authenticator;
class Server;

/// Serves the stdio bridges over a local socket: one JSON message per line. Only processes of the
/// same user get in. One thread: the server's.
class LineListener final : public QObject
{
    Q_OBJECT

public:
    /// Both must outlive the listener.
    LineListener(Server &server, Authenticator &authenticator, LineOptions options = {});
    ~LineListener() override;

    /// Listens at `path`, whose folder must exist and be private; the socket is 0600. A socket that
    /// a crashed instance left is replaced; one where somebody answers, or a file that is no
    /// socket, is AlreadyExists.
    Base::Result<void> listen(const std::string &path);

    /// Stops accepting, ends subscriptions, closes every connection when what was written is out.
    void close();
    /// Before close(), when a person ends the app: bridges then leave it ended instead of starting
    /// it again.
    void sayGoodbye();
    void disconnectPrincipal(std::string_view principalId);

    /// Who has a connection open that has spoken, sorted by principal.
    std::vector<ConnectedAgent> agents() const;
    std::size_t connectionCount() const;
    bool hasTimer() const;

Q_SIGNALS:
    void agentsChanged();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Mcp
