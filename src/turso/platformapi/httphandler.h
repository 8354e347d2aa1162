// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/exchange.h"
#include "turso/platformapi/service.h"

namespace Turso::PlatformApi
{

/// The service as a handler of the HTTP layer. Serves whatever no handler before it does: what
/// nobody knows is a 404 with this API's error body.
class HttpHandler final : public Http::Handler
{
public:
    explicit HttpHandler(Service &service)
        : m_service(service)
    {
    }

    bool serves(const Http::Request &) const override { return true; }
    void serve(std::shared_ptr<Http::Exchange> exchange) override;

private:
    Service &m_service;
};

} // namespace Turso::PlatformApi
