// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "turso/apiclient/apiclient.h"

#include <optional>
#include <string>

/// What a self-hosted server's answers mean, in words for a person.
namespace Turso::SelfHosted
{

/// Why an answer of the admin API is no success; nothing if it is one. An unknown path answers 200
/// as gRPC there: no success.
std::optional<Base::Error> adminError(const ApiAnswer &answer);

/// The same for an answer of the SQL side.
std::optional<Base::Error> sqlError(const ApiAnswer &answer);

/// UpstreamError: `what` came in a shape that nobody expected.
tl::unexpected<Base::Error> malformed(const std::string &what, const char *outcome);

Base::Error noSuchDatabase(const std::string &name);

/// The host of "http://host:port/...", without brackets; and whether it is this machine's own.
std::string hostOf(const std::string &url);
bool isLoopback(const std::string &host);

} // namespace Turso::SelfHosted
