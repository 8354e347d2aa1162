// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/cancel.h"
#include "base/secret.h"

#include <memory>
#include <string>
#include <vector>

namespace Turso
{

class ApiClient;

/// Who is signed in to Turso's command line on this computer. No secret.
struct CliAccount {
    bool found = false; ///< the command line has been used here and is signed in
    std::string username = {};
    std::string organization = {}; ///< the one it works in; empty: the personal one
    std::string apiUrl = {}; ///< "https://api.turso.tech", no slash at its end

    bool operator==(const CliAccount &) const = default;
};

/// The settings of Turso's command line (settings.json), read and never written. They count only
/// if they are the person's own and nobody else may read or change them. Read anew each time;
/// small.
class CliSettings
{
public:
    /// `folder` as TURSO_CONFIG_FOLDER names it; empty: where the command line has it.
    explicit CliSettings(std::string folder = {});

    /// NotFound never: that is `found`. Unauthorized: others may read or change the file.
    /// InvalidArgument: it is no JSON, or names an address to which no token may be sent.
    Base::Result<CliAccount> account() const;
    /// Its session: opens everything that the person may do, for about a week. Only after the
    /// person has asked for it, and only for mintApiToken(). Errors as above, and NotFound.
    Base::Result<std::shared_ptr<const Base::Secret>> token() const;

    const std::string &file() const { return m_file; }

private:
    std::string m_file;
};

/// A token for the Platform API: of an organization, or with less.
struct ApiTokenWish {
    std::string name; ///< shown in Turso's list; one of a person's may have it
    std::string organization; ///< must not be empty: tokens for everything are not made
    std::string group = {}; ///< only this one; then `scopes` must not be empty
    std::vector<std::string> scopes = {};
};

struct ApiToken {
    std::string name;
    std::string id; ///< may be empty
    std::shared_ptr<const Base::Secret> token;
};

/// Makes one with the person's session, which is not kept. `client` must live until it is done.
/// Errors: Unauthorized (the session has ended), NotGranted, NotFound (no such organization),
/// AlreadyExists (the name is taken), UpstreamError.
Base::Pending<ApiToken> mintApiToken(ApiClient &client, std::shared_ptr<const Base::Secret> session,
                                     ApiTokenWish wish, Base::CancelToken cancel = {});

} // namespace Turso
