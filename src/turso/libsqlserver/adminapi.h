// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/json.h"
#include "base/secret.h"
#include "turso/apiclient/apiclient.h"
#include "turso/libsqlserver/serverstore.h"

#include <memory>
#include <optional>
#include <string>

namespace Turso::SelfHosted
{

/// A namespace's configuration as the server tells it.
struct NamespaceConfig {
    bool blockReads = false;
    bool blockWrites = false;
    /// The server prints it rounded: good for showing, never to be written back.
    std::optional<std::int64_t> roundedSizeLimit = {};
    Base::Json told = {}; ///< an object, all that it said
};

struct NamespaceStats {
    std::optional<std::int64_t> storageBytes = {};
    std::optional<HourSnapshot> hour = {}; ///< none: nothing was counted in this hour
};

/// sqld's admin API, one method a request. Names have been checked (they go into paths). Errors of
/// all: Unauthorized (the key), NotFound (the namespace), UpstreamError with its outcome. The
/// gateway thread.
class AdminApi
{
public:
    /// `key`: null: none is sent.
    AdminApi(const std::string &url, const std::shared_ptr<const Base::Secret> &key);

    Base::Pending<NamespaceConfig> config(const std::string &name);
    /// The whole configuration: what is not in `body` and not kept by the server is reset.
    Base::Pending<bool> setConfig(const std::string &name, const Base::Json &body);
    /// AlreadyExists.
    Base::Pending<bool> create(const std::string &name, std::optional<std::int64_t> sizeLimit);
    Base::Pending<bool> remove(const std::string &name);
    /// AlreadyExists; Unsupported (details {"capability":"point_in_time"}) if there is a timestamp
    /// and the server keeps no backups.
    Base::Pending<bool> fork(const std::string &from, const std::string &to,
                             std::optional<Base::Millis> timestamp);
    Base::Pending<NamespaceStats> stats(const std::string &name);
    /// True if the admin API is there and takes the key; Unauthorized, or UpstreamError if
    /// something else answers.
    Base::Pending<bool> greet();
    /// The namespaces that its metrics name: those in use.
    Base::Pending<std::vector<std::string>> active();

private:
    Base::Pending<ApiAnswer> send(const char *method, std::string path, std::string body = {});

    ApiClient m_api;
    std::shared_ptr<const Base::Secret> m_authorization;
};

/// The body with which setConfig() changes nothing: what a full replacement would reset.
Base::Json replacementOf(const NamespaceConfig &config);

} // namespace Turso::SelfHosted
