// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/adminapi.h"

#include "turso/libsqlserver/serverfigures.h"
#include "turso/libsqlserver/serverwords.h"
#include "turso/sizelimit.h"
#include "turso/workspace/names.h"

#include <set>
#include <utility>

namespace Turso::SelfHosted
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Result;

namespace
{

constexpr std::chrono::milliseconds kForkTime{300'000};

/// "98.3 KB", "1000.0 PB": powers of 1000. The largest is how the server says that there is none.
std::optional<std::int64_t> roundedSize(const std::optional<std::string> &text)
{
    if (!text || text->ends_with(" PB") || text->ends_with(" EB"))
        return std::nullopt;
    const auto bytes = parseSizeLimit(*text);
    return bytes ? std::optional<std::int64_t>(*bytes) : std::nullopt;
}

Result<NamespaceConfig> configIn(const ApiAnswer &answer)
{
    const auto json = Base::parseJson(answer.body);
    const auto reads = json ? Base::boolMember(*json, "block_reads") : std::nullopt;
    const auto writes = json ? Base::boolMember(*json, "block_writes") : std::nullopt;
    if (!reads || !writes)
        return malformed("a namespace's configuration", "not_run");
    NamespaceConfig config;
    config.blockReads = *reads;
    config.blockWrites = *writes;
    config.roundedSizeLimit = roundedSize(Base::stringMember(*json, "max_db_size"));
    config.told = *json;
    return config;
}

/// Naive, which sqld takes for UTC: with a zone it would be ignored, and the newest state answered.
std::string naiveUtc(Base::Millis time)
{
    std::string text = Base::toRfc3339(time);
    if (text.ends_with('Z'))
        text.pop_back();
    return text;
}

std::string pathOf(const std::string &name, const char *what = "")
{
    return "/v1/namespaces/" + name + what;
}

/// A request that answers nothing but that it was done.
Base::Pending<bool> done(const Base::Pending<ApiAnswer> &answer)
{
    return Base::mapped(answer, [](const Result<ApiAnswer> &got) -> Result<bool> {
        if (!got)
            return tl::unexpected(got.error());
        if (auto error = adminError(*got))
            return tl::unexpected(std::move(*error));
        return true;
    });
}

template <typename T, typename Read>
Base::Pending<T> readAs(const Base::Pending<ApiAnswer> &answer, Read read)
{
    return Base::mapped(answer, [read](const Result<ApiAnswer> &got) -> Result<T> {
        if (!got)
            return tl::unexpected(got.error());
        if (auto error = adminError(*got))
            return tl::unexpected(std::move(*error));
        return read(*got);
    });
}

Result<NamespaceStats> statsIn(const ApiAnswer &answer)
{
    const auto json = Base::parseJson(answer.body);
    if (!json || !json->is_object())
        return malformed("a namespace's statistics", "not_run");
    NamespaceStats stats;
    if (const auto bytes = Base::integerMember(*json, "storage_bytes_used"); bytes && *bytes >= 0)
        stats.storageBytes = *bytes;
    stats.hour = snapshotIn(Base::member(*json, "queries"));
    return stats;
}

/// Prometheus' text: every value of the label `namespace`.
std::vector<std::string> namesIn(const std::string &metrics)
{
    static constexpr std::string_view kLabel = "namespace=\"";
    std::set<std::string> names;
    for (std::size_t at = metrics.find(kLabel); at != std::string::npos;
         at = metrics.find(kLabel, at)) {
        at += kLabel.size();
        const std::size_t end = metrics.find('"', at);
        if (end == std::string::npos)
            break;
        std::string name = metrics.substr(at, end - at);
        if (Embedded::checkName(name))
            names.insert(std::move(name));
        at = end;
    }
    return {names.begin(), names.end()};
}

} // namespace

AdminApi::AdminApi(const std::string &url, const std::shared_ptr<const Base::Secret> &key)
    : m_api(url)
{
    if (key && !key->isEmpty())
        m_authorization = std::make_shared<const Base::Secret>("Basic " + key->revealForUse());
}

Base::Pending<ApiAnswer> AdminApi::send(const char *method, std::string path, std::string body)
{
    ApiRequest request;
    request.method = method;
    request.path = std::move(path);
    request.body = std::move(body);
    request.authorization = m_authorization;
    return m_api.send(std::move(request));
}

Base::Pending<NamespaceConfig> AdminApi::config(const std::string &name)
{
    return readAs<NamespaceConfig>(send("GET", pathOf(name, "/config")), configIn);
}

Base::Pending<bool> AdminApi::setConfig(const std::string &name, const Json &body)
{
    return done(send("POST", pathOf(name, "/config"), Base::dumpJson(body)));
}

Base::Pending<bool> AdminApi::create(const std::string &name, std::optional<std::int64_t> sizeLimit)
{
    Json body = Json::object();
    if (sizeLimit)
        body["max_db_size"] = *sizeLimit;
    return done(send("POST", pathOf(name, "/create"), Base::dumpJson(body)));
}

Base::Pending<bool> AdminApi::remove(const std::string &name)
{
    return done(send("DELETE", pathOf(name)));
}

Base::Pending<bool> AdminApi::fork(const std::string &from, const std::string &to,
                                   std::optional<Base::Millis> timestamp)
{
    ApiRequest request;
    request.method = "POST";
    request.path = pathOf(from, "/fork/") + to;
    if (timestamp)
        request.body = Base::dumpJson({{"timestamp", naiveUtc(*timestamp)}});
    request.authorization = m_authorization;
    request.timeout = kForkTime;
    return done(m_api.send(std::move(request)));
}

Base::Pending<NamespaceStats> AdminApi::stats(const std::string &name)
{
    return readAs<NamespaceStats>(send("GET", pathOf(name, "/stats")), statsIn);
}

Base::Pending<bool> AdminApi::greet()
{
    return readAs<bool>(send("GET", "/"), [](const ApiAnswer &answer) -> Result<bool> {
        if (answer.body.find("sqld admin API") != std::string::npos)
            return true;
        return fail(ErrorKind::UpstreamError,
                    "What answers at the admin address is not sqld's admin API.",
                    "Give the address of --admin-listen-addr.", R"({"outcome":"not_run"})");
    });
}

Base::Pending<std::vector<std::string>> AdminApi::active()
{
    return readAs<std::vector<std::string>>(
        send("GET", "/metrics"), [](const ApiAnswer &answer) -> Result<std::vector<std::string>> {
            return namesIn(answer.body);
        });
}

Json replacementOf(const NamespaceConfig &config)
{
    Json body = {{"block_reads", config.blockReads}, {"block_writes", config.blockWrites}};
    for (const char *key : {"block_reason", "jwt_key", "allow_attach", "txn_timeout_s"}) {
        const Json &value = Base::member(config.told, key);
        if (!value.is_null())
            body[key] = value;
    }
    return body;
}

} // namespace Turso::SelfHosted
