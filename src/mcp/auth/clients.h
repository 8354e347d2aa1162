// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Mcp::Auth
{

/// A program that may ask for authorization. What it says of itself is only that.
struct Client {
    std::string id;
    std::string name; ///< for people; no control characters, at most 100 bytes
    std::vector<std::string> redirectUris;
    /// The name comes from the document at the https address that is its id; otherwise from
    /// whoever registered.
    bool isDocument = false;
    Base::Millis registeredAt = 0;
    Base::Millis authorizedAt = 0; ///< when a person last said yes; 0: never

    bool operator==(const Client &) const = default;
};

/// The error of a registration (RFC 7591 section 3.2.2).
struct RegistrationError {
    std::string code; ///< "invalid_redirect_uri" or "invalid_client_metadata"
    std::string description;
};

/// The clients that registered themselves (RFC 7591). Anybody may, as registering grants nothing;
/// of those that were never authorized the oldest go when there are too many. One thread.
class Clients
{
public:
    static constexpr std::size_t kMost = 200;

    explicit Clients(const Base::Clock &clock)
        : m_clock(clock)
    {
    }

    /// Reads what matters of the metadata and ignores the rest.
    tl::expected<Client, RegistrationError> registered(std::string_view metadata);
    std::optional<Client> find(std::string_view id) const;
    /// A person has said yes: the client stays, even if it had to make room meanwhile.
    void noteAuthorized(const Client &client);
    std::size_t count() const { return m_clients.size(); }

    Base::Json toJson() const;
    /// False if it cannot be understood; nothing is taken over then.
    bool fromJson(const Base::Json &json);

private:
    void makeRoom();

    const Base::Clock &m_clock;
    std::map<std::string, Client, std::less<>> m_clients;
};

/// The same checks for the metadata of a registration and for a client-id metadata document.
tl::expected<Client, RegistrationError> clientFromMetadata(const Base::Json &metadata);

} // namespace Mcp::Auth
