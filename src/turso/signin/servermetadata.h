// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QUrl>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Turso
{

/// RFC 9728: whom a resource trusts to sign people in.
struct ProtectedResource {
    std::string resource; ///< its name for itself, to be sent byte for byte
    std::string issuer; ///< the first that it names
    std::vector<std::string> scopes; ///< empty: it names none
};

/// RFC 8414, or OpenID Connect Discovery.
struct ServerMetadata {
    std::string issuer;
    std::string authorizationEndpoint;
    std::string tokenEndpoint;
    std::string registrationEndpoint = {}; ///< empty: nobody registers there
    std::string revocationEndpoint = {};
    std::vector<std::string> scopes = {};
    std::vector<std::string> authMethods = {}; ///< of its token endpoint; empty: it does not say
    bool namesItself = false; ///< `iss` stands in each of its answers (RFC 9207)
    bool takesDocuments = false; ///< client-id metadata documents

    bool operator==(const ServerMetadata &) const = default;
};

/// Where a resource's metadata may be, in the order in which it is looked for. `named`: by its
/// challenge, may be empty.
std::vector<QUrl> resourcePlaces(const QUrl &resource, std::string_view named);
/// Where an issuer's metadata may be, in that order.
std::vector<QUrl> serverPlaces(const QUrl &issuer);

/// Unauthorized: the document is about something else than `resource`, or says what cannot be
/// used.
Base::Result<ProtectedResource> readResource(std::string_view document, const QUrl &resource);
/// Unauthorized: it is not `issuer`'s, byte for byte, knows no PKCE with S256, or names an endpoint
/// that secrets may not be sent to.
Base::Result<ServerMetadata> readServer(std::string_view document, std::string_view issuer,
                                        const QUrl &resource);

/// What is known of Turso itself, for when it does not tell (as of August 2026); of nobody else.
std::optional<ProtectedResource> knownResource(std::string_view resource);
std::optional<ServerMetadata> knownServer(std::string_view issuer);

} // namespace Turso
