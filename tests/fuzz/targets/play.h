// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agents.h"
#include "sources.h"

#include "mcp/server/httpendpoint.h"
#include "mcp/server/lineendpoint.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace Fuzz
{

/// Two principals on one server, over HTTP and on a line each.
class Play
{
public:
    explicit Play(bool isTight);

    /// One step of a script; the first character says which: see play.cpp.
    void play(std::string_view step);
    /// What is open ends; then nobody may still be waiting, and nothing may be left.
    void settle();

private:
    struct Pipe {
        std::unique_ptr<LineAgent> agent;
        std::unique_ptr<Mcp::LineEndpoint> endpoint;
    };
    struct Open {
        Owner owner;
        std::shared_ptr<Account> account;
        HttpAgent *live = nullptr;
    };

    void start();
    void openPipe(std::size_t number);
    void closePipe(std::size_t number);
    void toServer(char kind, const std::string &text);
    void toSources(char kind, const std::string &text);
    void toConnections(char kind);
    void line(std::size_t number, const std::string &text);
    HttpAgent &http(std::string_view method, const std::string &body, bool withSession);
    void modernPost(const std::string &body);
    void header(std::string_view text);
    HttpAgent::Exchange exchange(const Json &message, const std::string &body);
    std::vector<Open> openOf(const Owner &owner) const;
    HttpAgent *cancels(const Json &message, const std::string &body, const Owner &owner);
    void lookAtResumed(const HttpAgent &agent) const;
    void hangUp(bool oldest);
    void hangUpAll();
    void restart();
    void elapse();
    void comeBackForAll();
    HttpAgent &idleAgent();
    void checkCounts() const;

    World m_world;
    Stage m_stage{m_world};
    Gate m_gate{m_stage};
    Resources m_resources{m_stage};
    Prompts m_prompts{m_stage};
    Mcp::ReplayLimits m_limits;
    Mcp::Sessions m_sessions; // which says what is in a session id
    std::unique_ptr<Mcp::Server> m_server;
    std::unique_ptr<Mcp::HttpEndpoint> m_endpoint;
    std::array<Mcp::Principal, 2> m_principals{{{"alice", "Alice"}, {"bob", "Bob"}}};
    std::size_t m_who = 0;
    std::array<Pipe, 2> m_pipes;
    std::vector<std::unique_ptr<HttpAgent>> m_agents;
    std::vector<Open> m_lost; // requests that go on although nobody hears them
    Mcp::HttpRequest m_request; // with the headers for the next request
    bool m_streams = true;
    int m_elapsed = 0;
};

} // namespace Fuzz
