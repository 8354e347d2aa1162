// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/apiclient/apiclient.h"

#include "turso/apiclient/apiexchange.h"

#include <QPointer>

#include <algorithm>

namespace Turso
{

namespace
{

constexpr int kAtOnce = 8;

} // namespace

ApiClient::ApiClient(std::string baseUrl, QObject *parent)
    : QObject(parent)
    , m_baseUrl(std::move(baseUrl))
{
    while (m_baseUrl.ends_with('/'))
        m_baseUrl.pop_back();
}

ApiClient::~ApiClient()
{
    m_waiting.clear();
    m_running = kAtOnce; // what ends now makes room for nobody
    const auto exchanges = findChildren<ApiExchange *>(QString(), Qt::FindDirectChildrenOnly);
    for (ApiExchange *exchange : exchanges)
        delete exchange;
}

Base::Pending<ApiAnswer> ApiClient::send(ApiRequest request, Base::CancelToken cancel)
{
    auto *exchange = new ApiExchange(*this, std::move(request), std::move(cancel));
    const auto answer = exchange->answer();
    m_waiting.push_back(exchange);
    startNext();
    return answer;
}

void ApiClient::startNext()
{
    while (m_running < kAtOnce && !m_waiting.empty()) {
        ApiExchange *next = m_waiting.front();
        m_waiting.pop_front();
        ++m_running;
        next->start();
    }
}

void ApiClient::noteBusy(std::chrono::milliseconds pause)
{
    m_notBefore = std::max(m_notBefore, Clock::now() + pause);
}

} // namespace Turso
