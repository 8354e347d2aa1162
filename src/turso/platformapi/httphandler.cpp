// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/platformapi/httphandler.h"

#include <utility>

namespace Turso::PlatformApi
{

namespace
{

void answer(Http::Exchange &exchange, Answer answered)
{
    Http::Response response{answered.status, "application/json", std::move(answered.body), {}};
    if (answered.status == 401)
        response.fields.emplace_back("www-authenticate", "Bearer");
    exchange.answer(std::move(response));
}

} // namespace

void HttpHandler::serve(std::shared_ptr<Http::Exchange> exchange)
{
    const Http::Request &asked = exchange->request();
    if (!Service::owns(asked.path))
        return answer(*exchange, {404, R"({"error":"not found"})"});
    Request request{
        asked.method, asked.path, asked.header("authorization"), asked.header("user-agent"), {}};
    if (!asked.query.empty())
        request.target += '?' + asked.query;
    request.body = exchange->takeBody();
    m_service.handle(std::move(request),
                     [exchange](Answer answered) { answer(*exchange, std::move(answered)); });
}

} // namespace Turso::PlatformApi
