// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "mcp/auth/authorizationserver.h"

#include <QHostAddress>
#include <QUrl>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Mcp::Auth
{

/// What came back for a document's address.
struct FetchedDocument {
    int status = 0;
    std::string contentType;
    std::string cacheControl;
    std::string body;
};

/// The two things that a document needs of the network. Both answer once, later, on the caller's
/// thread; the error is a sentence.
class DocumentNetwork
{
public:
    static constexpr int kMostBytes = 5 * 1024;
    static constexpr int kTimeoutMs = 5'000;

    virtual ~DocumentNetwork() = default;
    using Addresses = std::function<void(Base::Result<std::vector<QHostAddress>>)>;
    virtual void resolve(const QString &host, Addresses found) = 0;
    /// Asks `address` and no other, as `url`'s host: its certificate must be that host's. Follows
    /// no redirect, uses no proxy, reads at most kMostBytes and takes at most kTimeoutMs in all.
    using Fetched = std::function<void(Base::Result<FetchedDocument>)>;
    virtual void fetch(const QUrl &url, const QHostAddress &address, Fetched fetched) = 0;
};

/// Client-id metadata documents (draft-ietf-oauth-client-id-metadata-document): the id is an https
/// address whose document says who the client is. As anybody on this machine, any web page
/// included, can make us look one up, nothing is asked for but names that lead to public addresses
/// on port 443, a few at once, each at most once a minute. Documents are kept for as long as their
/// server allows, at least 5 minutes and at most a day, and a day longer where it cannot be
/// reached. One thread.
class Documents final : public ClientDocuments
{
public:
    static constexpr std::size_t kMostKept = 64;
    static constexpr std::size_t kMostAtOnce = 4;
    static constexpr std::size_t kMostWaiting = 16; ///< for one document

    /// `network` outlives this.
    Documents(DocumentNetwork &network, const Base::Clock &clock)
        : m_network(network)
        , m_clock(clock)
        , m_alive(std::make_shared<int>())
    {
    }

    void find(const std::string &url, Found found) override;

private:
    struct Kept {
        Base::Result<Client> client;
        Base::Millis freshUntil = 0;
        Base::Millis staleUntil = 0;
    };
    void ask(const std::string &url);
    void read(const std::string &url, const QUrl &parsed,
              const Base::Result<std::vector<QHostAddress>> &addresses);
    void finish(const std::string &url, Base::Result<Client> client, Base::Millis fresh);
    void makeRoom();

    DocumentNetwork &m_network;
    const Base::Clock &m_clock;
    std::map<std::string, Kept, std::less<>> m_kept;
    std::map<std::string, std::vector<Found>, std::less<>> m_waiting; ///< by what is being asked
    std::shared_ptr<int> m_alive; ///< for answers that come too late
};

/// The address of a document, or nothing where an id may not look so: https, a name (no address)
/// with a dot in it, no port, a path that is more than "/" and holds no dot segments, no user, no
/// fragment, at most 512 bytes of plain ASCII.
std::optional<QUrl> documentUrl(std::string_view id);

/// True if it is an address of the internet at large: none of this machine, this network, a
/// carrier, documentation, multicast, tunnels that hold such an address, or anything else that is
/// set aside (RFC 6890 and the registries behind it). What is not known to be public is not.
bool isPublicAddress(const QHostAddress &address);

/// How long the document may be kept, in milliseconds, from its Cache-Control (RFC 9111).
Base::Millis freshFor(std::string_view cacheControl);

} // namespace Mcp::Auth
