// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "base/cancel.h"
#include "base/secret.h"

#include <QObject>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace Turso
{

struct ApiRequest {
    std::string method = "GET";
    std::string path; ///< from the slash on, percent-encoded, with its query
    std::string body = {}; ///< JSON text; empty: none is sent
    /// As the Authorization field has it, with its scheme; null: none is sent.
    std::shared_ptr<const Base::Secret> authorization = {};
    /// Further fields by name: none that is a secret. `Host` replaces the address's own.
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::chrono::milliseconds timeout{30'000}; ///< all in all, waiting and trying again included
    std::size_t maxBytes = 16 * 1024 * 1024; ///< a longer answer is an UpstreamError
};

struct ApiAnswer {
    int status = 0; ///< any, 3xx, 4xx and 5xx included
    std::string contentType; ///< lower case, without parameters
    std::string body;
};

class ApiExchange;

/// Asks one web API. Each request has a connection of its own, and goes out once: not over
/// QNetworkAccessManager, which sends a POST again by itself when the server closes the connection
/// instead of answering, so that nobody can tell how often it was carried out. No redirect is
/// followed, nothing is compressed, https checks certificate and name. Eight at once; the others
/// wait. A GET is asked again (three times at most, with growing pauses) after a failure to
/// connect, a cut, 429 (Retry-After is honoured up to a minute), 502, 503 and 504; nothing else
/// ever is. While a server says 429, further requests wait. No secret is logged. The gateway
/// thread.
class ApiClient : public QObject
{
    Q_OBJECT
public:
    /// `baseUrl`: "https://api.turso.tech", without a path.
    explicit ApiClient(std::string baseUrl, QObject *parent = nullptr);
    /// What is under way ends with Cancelled.
    ~ApiClient() override;

    /// Errors: UpstreamError with details {"outcome":"not_run"} (it cannot have arrived) or
    /// {"outcome":"unknown"}, InvalidArgument (the base URL is none), Cancelled. Every status is an
    /// answer.
    Base::Pending<ApiAnswer> send(ApiRequest request, Base::CancelToken cancel = {});

    const std::string &baseUrl() const { return m_baseUrl; }

private:
    friend class ApiExchange;
    using Clock = std::chrono::steady_clock;
    void startNext();
    void noteBusy(std::chrono::milliseconds pause);
    Clock::time_point notBefore() const { return m_notBefore; }

    std::string m_baseUrl;
    std::deque<ApiExchange *> m_waiting; // children
    int m_running = 0;
    Clock::time_point m_notBefore;
};

} // namespace Turso
