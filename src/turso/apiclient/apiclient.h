// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/cancel.h"
#include "base/secret.h"

#include <QObject>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

class QNetworkAccessManager;

namespace Turso
{

struct ApiRequest {
    std::string method = "GET";
    std::string path; ///< from the slash on, percent-encoded, with its query
    std::string body = {}; ///< JSON text; empty: none is sent
    /// As the Authorization field has it, with its scheme; null: none is sent.
    std::shared_ptr<const Base::Secret> authorization = {};
    /// Further fields by name: none that is a secret.
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::chrono::milliseconds timeout{30'000};
    std::size_t maxBytes = 16 * 1024 * 1024; ///< a longer answer is an UpstreamError
};

struct ApiAnswer {
    int status = 0; ///< any, 3xx, 4xx and 5xx included
    std::string contentType;
    std::string body;
};

/// Asks one web API, over QNetworkAccessManager: no redirect is followed, no cookie is kept,
/// nothing is compressed. A GET is sent again (three times at most, with growing pauses) after a
/// failure to connect, a 429 (Retry-After is honoured up to a minute), 502, 503 or 504; nothing
/// else ever is. While a server says 429, further requests wait. No secret is logged. The gateway
/// thread.
class ApiClient : public QObject
{
    Q_OBJECT
public:
    /// `baseUrl`: "https://api.turso.tech", no slash at its end.
    explicit ApiClient(std::string baseUrl, QObject *parent = nullptr);
    ~ApiClient() override;

    /// Errors: UpstreamError with details {"outcome":"not_run"} (it cannot have arrived) or
    /// {"outcome":"unknown"}, Cancelled. Every status is an answer.
    Base::Pending<ApiAnswer> send(ApiRequest request, Base::CancelToken cancel = {});

    const std::string &baseUrl() const { return m_baseUrl; }

private:
    std::string m_baseUrl;
    std::unique_ptr<QNetworkAccessManager> m_network;
};

} // namespace Turso
