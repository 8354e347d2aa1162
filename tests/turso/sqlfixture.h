// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/server.h"
#include "turso/hrana/service.h"
#include "turso/workspace/workspace.h"

#include <memory>
#include <string>

/// Tokens for tests: nobody checks more of them than their name.
class NamedTokens final : public Turso::Hrana::Authorizer
{
public:
    Turso::Hrana::Authorization authorize(std::string_view bearer, std::string_view) override
    {
        using Turso::Hrana::Access;
        if (bearer == "expired")
            return {Access::None, "The JWT has expired"};
        if (bearer == "foreign")
            return {};
        return {bearer == "read-only" ? Access::ReadOnly : Access::FullAccess};
    }
};

/// A workspace with its SQL over HTTP, on a port of its own.
struct SqlFace {
    explicit SqlFace(Turso::Workspace &workspace, const Http::ConnectionLimits &limits = {})
        : service(workspace, tokens)
        , server({.hostSuffix = "localhost", .limits = limits})
    {
        server.add(service);
        const auto listening = server.listen();
        port = listening ? *listening : 0;
    }

    NamedTokens tokens;
    Turso::Hrana::Service service;
    Http::Server server;
    std::uint16_t port = 0;
};
