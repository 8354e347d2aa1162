// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/signin/challenge.h"
#include "turso/signin/servermetadata.h"
#include "turso/signin/signinnetwork.h"

#include <QUrl>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace Turso
{

struct Discovered {
    ProtectedResource resource;
    ServerMetadata server;
    Challenge challenge;
};

struct DiscoveryWish {
    QUrl resource;
    std::string challenge = {}; ///< WWW-Authenticate, where it is known already
    bool tursoIsKnown = true; ///< what is known of Turso counts where it cannot be asked
};

/// Finds out who signs in to a resource: its challenge, its metadata, and those of the server that
/// it names. Only what is not there is looked for elsewhere; what is wrong ends it.
class Discovery : public std::enable_shared_from_this<Discovery>
{
public:
    using Ask = std::function<void(const QUrl &, SignInNetwork::Done)>;
    using Found = std::function<void(Base::Result<Discovered>)>;

    /// Lives until `found` was called, or `ask` forgets its callbacks.
    static void run(DiscoveryWish wish, Ask ask, Found found);

private:
    Discovery(DiscoveryWish wish, Ask ask, Found found);
    using Read = std::function<void(const std::string &document)>;
    using None = std::function<void(const Base::Error &why)>;
    void askChallenge();
    void askResource();
    void askServer();
    void askNext(std::vector<QUrl> places, Base::Error last, Read read, None none);
    void fail(Base::Error error) { m_found(tl::unexpected(std::move(error))); }

    const DiscoveryWish m_wish;
    const Ask m_ask;
    const Found m_found;
    Discovered m_discovered;
};

} // namespace Turso
