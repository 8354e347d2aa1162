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
    using Access = Turso::Hrana::Access;
    tl::expected<Access, Turso::Hrana::Refusal>
    authorize(std::string_view authorization, const Turso::Hrana::AskedDatabase &) override
    {
        if (authorization == "Bearer expired")
            return tl::unexpected<Turso::Hrana::Refusal>(Turso::Hrana::Refusal{
                401, R"({"error":"Unauthorized: `The JWT has expired`"})", true});
        return authorization == "Bearer read-only" ? Access::ReadOnly : Access::FullAccess;
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
