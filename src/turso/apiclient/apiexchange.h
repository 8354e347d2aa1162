// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/apiclient/apiclient.h"

#include <QPromise>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>

#include <memory>

namespace Turso
{

class ApiResponse;

/// One request from its place in the queue to its answer. Owned by its client; deletes itself.
class ApiExchange final : public QObject
{
    Q_OBJECT
public:
    ApiExchange(ApiClient &client, ApiRequest request, Base::CancelToken cancel);
    ~ApiExchange() override;

    Base::Pending<ApiAnswer> answer() { return m_promise.future(); }
    /// Its turn has come.
    void start();

private:
    void connectNow();
    void sendHead();
    void readMore();
    void connectionEnded();
    void answered();
    /// `again`: a GET may be asked once more.
    void failed(const std::string &sentence, bool again);
    bool tryAgain(std::chrono::milliseconds leastPause);
    void finish(Base::Result<ApiAnswer> result);
    void drop();
    std::string head() const;

    ApiClient &m_client;
    const ApiRequest m_request;
    const QUrl m_url;
    QPromise<Base::Result<ApiAnswer>> m_promise;
    std::unique_ptr<QTcpSocket> m_socket;
    std::unique_ptr<ApiResponse> m_response;
    QTimer m_timeout;
    QTimer m_pause;
    int m_tries = 0;
    bool m_running = false; // counts in its client
    bool m_sent = false; // the server may have seen it
    bool m_done = false;
    Base::CancelToken::Registration m_cancel; // last: its callback uses the rest
};

} // namespace Turso
