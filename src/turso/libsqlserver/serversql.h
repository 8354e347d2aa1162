// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/json.h"
#include "base/secret.h"
#include "turso/apiclient/apiclient.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace Turso::SelfHosted
{

/// A result's rows; NULL is an empty text.
using Rows = std::vector<std::vector<std::string>>;

/// How many rows each table of a database has.
using TableCounts = std::map<std::string, std::string>;

/// The few statements of this app's own on a server: what tells its state, never an agent's. A name
/// that is empty means whatever the server's address means. The gateway thread.
class ServerSql
{
public:
    ServerSql(const std::string &url, std::shared_ptr<const Base::Secret> token);

    /// "sqld 0.24.32 (40c272de 2025-02-14)". UpstreamError if something else answers.
    Base::Pending<std::string> version();
    /// False if the server says that it has no such namespace. Needs no token: it says that first.
    Base::Pending<bool> exists(const std::string &name, bool withToken = true);
    /// Each statement's rows; the first that fails is the error. One request, not one transaction.
    Base::Pending<std::vector<Rows>>
    run(const std::string &name, const std::vector<std::string> &statements, bool withToken = true);
    /// Writes what is there already, so that the log has a frame more; see createBranch.
    Base::Pending<bool> touch(const std::string &name);
    Base::Pending<TableCounts> counts(const std::string &name);

private:
    Base::Pending<Base::Json> pipeline(const std::string &name, Base::Json requests,
                                       const std::string &baton, bool withToken);
    Base::Pending<TableCounts> countsOf(const std::string &name,
                                        const std::vector<std::string> &tables);

    ApiClient m_api;
    std::shared_ptr<const Base::Secret> m_authorization;
};

/// The value of x-namespace-bin: standard base64, unpadded.
std::string namespaceField(const std::string &name);

} // namespace Turso::SelfHosted
