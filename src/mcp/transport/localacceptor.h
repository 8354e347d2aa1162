// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QObject>

#include <memory>
#include <string>

namespace Mcp
{

/// A listening local socket. Not QLocalServer, which stops listening for good when a process runs
/// out of descriptors for a moment.
class LocalAcceptor final : public QObject
{
    Q_OBJECT

public:
    LocalAcceptor();
    ~LocalAcceptor() override;

    /// Listens at `path`, which must not exist; the socket is 0600 from its first moment.
    Base::Result<void> listen(const std::string &path);
    /// Removes the socket, unless another one has taken its place. Idempotent.
    void close();

Q_SIGNALS:
    /// A connected socket, non-blocking; the receiver owns the descriptor.
    void accepted(qintptr descriptor);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Mcp
