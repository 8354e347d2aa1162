// SPDX-License-Identifier: GPL-3.0-or-later
// Input: a script, one step in a line, the first character says which: see play(). Several agents
// on one server, over HTTP and on lines, of all eras. Every request gets its answer once, or is
// still open; everything sent is valid; and whoever hangs up leaves nothing behind.
#include "check.h"
#include "fakes.h"

#include "mcp/server/httpendpoint.h"
#include "mcp/server/lineendpoint.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

namespace
{

using Base::Json;
using Mcp::HttpRequest;

constexpr std::size_t kSteps = 200;

struct Pipe {
    std::unique_ptr<Fuzz::LineAgent> agent;
    std::unique_ptr<Mcp::LineEndpoint> endpoint;
};

class Play
{
public:
    Play()
    {
        for (std::size_t i = 0; i < m_pipes.size(); ++i)
            openPipe(i);
    }

    void play(std::string_view step);
    void settle();

private:
    void openPipe(std::size_t number)
    {
        Pipe &pipe = m_pipes[number];
        pipe.agent = std::make_unique<Fuzz::LineAgent>();
        pipe.endpoint
            = std::make_unique<Mcp::LineEndpoint>(m_server, m_principals[number % 2], *pipe.agent);
    }
    void closePipe(std::size_t number)
    {
        m_server.hungUp(*m_pipes[number].agent);
        m_pipes[number].endpoint.reset();
        m_pipes[number].agent.reset(); // what is sent there now is a use after free
    }
    void line(std::size_t number, std::string_view text);
    void http(std::string_view method, std::string_view body, bool withSession);
    void modernPost(std::string_view body);
    void hangUp(bool oldest);
    void hangUpAll();
    void report(std::string_view text);
    void header(std::string_view text);
    void cancel(const Json &message, Fuzz::Account &account, bool surely);
    Fuzz::HttpAgent &idleAgent();
    void checkCalls() const { CHECK(m_server.callsInFlight() == m_gate.held.size()); }

    Fuzz::Gate m_gate;
    Mcp::Server m_server{m_gate, {"fuzzed", "Fuzzed", "1", "\"Instructions\""}, "0123456789abcdef"};
    Mcp::HttpEndpoint m_endpoint{m_server};
    std::array<Mcp::Principal, 2> m_principals{{{"alice", "Alice"}, {"bob", "Bob"}}};
    std::size_t m_who = 0;
    std::array<Pipe, 2> m_pipes;
    std::vector<std::unique_ptr<Fuzz::HttpAgent>> m_agents;
    HttpRequest m_request; // with the headers for the next request
    std::string m_sessionId;
    bool m_streams = true;
    double m_progress = 0;
};

Fuzz::HttpAgent &Play::idleAgent()
{
    for (const auto &agent : m_agents) {
        if (agent->state == Fuzz::HttpAgent::Idle)
            return *agent;
    }
    return *m_agents.emplace_back(std::make_unique<Fuzz::HttpAgent>());
}

// What a message cancels; nothing if it is no sound cancellation.
std::optional<Json> cancelledBy(const Json &message)
{
    if (Base::stringMember(message, "method") != "notifications/cancelled"
        || Base::stringMember(message, "jsonrpc") != "2.0" || message.contains("id"))
        return std::nullopt;
    const Json &params = Base::member(message, "params");
    return params.contains("requestId") ? std::optional<Json>(params["requestId"]) : std::nullopt;
}

// A number that is kept as it is written; what a cancellation names is kept as a value.
bool isKeptAsText(const Json &id)
{
    return id.is_number_float();
}

void Play::cancel(const Json &message, Fuzz::Account &account, bool surely)
{
    if (message.is_array()) {
        for (const Json &item : message)
            cancel(item, account, false); // the whole batch may be refused
        return;
    }
    const auto id = cancelledBy(message);
    if (id && surely && !isKeptAsText(*id))
        account.cancelled(*id);
    else if (id)
        account.mayBeCancelled(*id);
}

void Play::line(std::size_t number, std::string_view text)
{
    Pipe &pipe = m_pipes[number];
    pipe.agent->account.sent(text);
    if (const auto message = Base::parseJson(text))
        cancel(*message, pipe.agent->account, true);
    pipe.endpoint->serve(text);
}

void Play::http(std::string_view method, std::string_view body, bool withSession)
{
    if (withSession) {
        m_request.session.clear();
        m_request.session.add(m_sessionId);
    }
    m_request.method = method;
    m_request.target = "/mcp";
    m_request.body = body;
    Fuzz::HttpAgent &agent = idleAgent();
    agent.begin(body, m_streams, method != "POST");
    if (const auto message = Base::parseJson(body)) {
        for (const auto &other :
             m_agents) // those of the same session alone, which are not known here
            cancel(*message, other->account, false);
    }
    m_endpoint.serve(m_request, m_principals[m_who], agent);
    if (!agent.sessionId.empty())
        m_sessionId = std::exchange(agent.sessionId, {});
    m_request.clear();
}

// With the headers that 2026-07-28 wants beside this body, unless others were named.
void Play::modernPost(std::string_view body)
{
    const Json message = Base::parseJson(body).value_or(Json());
    const Json &params = Base::member(message, "params");
    const auto repeat = [](Mcp::HeaderField &field, const std::optional<std::string> &value) {
        if (value && !field.present())
            field.add(*value);
    };
    repeat(m_request.protocolVersion, std::string("2026-07-28"));
    repeat(m_request.mcpMethod, Base::stringMember(message, "method"));
    repeat(m_request.mcpName, Base::stringMember(params, "name"));
    http("POST", body, false);
}

void Play::hangUp(bool oldest)
{
    if (m_agents.empty())
        return;
    const auto it = oldest ? m_agents.begin() : std::prev(m_agents.end());
    m_server.hungUp(**it);
    m_agents.erase(it);
}

void Play::hangUpAll()
{
    while (!m_agents.empty())
        hangUp(true);
    for (std::size_t i = 0; i < m_pipes.size(); ++i) {
        closePipe(i);
        openPipe(i);
    }
    CHECK(m_server.subscriptionCount() == 0);
}

void Play::report(std::string_view text)
{
    if (m_gate.held.empty())
        return;
    const std::string number(text);
    char *behind = nullptr;
    const double value = std::strtod(number.c_str(), &behind);
    const Mcp::Progress step{value == 0 ? ++m_progress : value, m_progress + 1, behind};
    m_gate.held.begin()->second.report(step);
    m_gate.held.rbegin()->second.report(step);
}

void Play::header(std::string_view text)
{
    const std::size_t colon = text.find(": ");
    if (colon == std::string_view::npos)
        return;
    const std::string_view name = text.substr(0, colon);
    const std::string_view value = text.substr(colon + 2);
    if (name == "Version")
        m_request.protocolVersion.add(value);
    else if (name == "Method")
        m_request.mcpMethod.add(value);
    else if (name == "Name")
        m_request.mcpName.add(value);
    else if (name == "Session")
        m_request.session.add(value);
}

void Play::play(std::string_view step)
{
    if (step.empty())
        return;
    const std::string_view text = step.substr(1);
    switch (step.front()) {
    case 'L': // a line from the first pipe
        line(0, text);
        break;
    case 'l': // a line from the second pipe
        line(1, text);
        break;
    case 'h': // a header for the next request: "hVersion: 2026-07-28"
        header(text);
        break;
    case 'P': // POST with no headers but those
        http("POST", text, false);
        break;
    case 'M': // POST with the headers of 2026-07-28
        modernPost(text);
        break;
    case 'S': // POST in the last session
        http("POST", text, true);
        break;
    case 'G': // GET in the last session
        http("GET", text, true);
        break;
    case 'D': // DELETE of the last session
        http("DELETE", text, true);
        break;
    case 'g': // GET with the named headers alone
        http("GET", text, false);
        break;
    case 'w': // the other principal speaks HTTP
        m_who = 1 - m_who;
        break;
    case 's': // from now on requests accept event streams, or do not
        m_streams = !m_streams;
        break;
    case 'f': // the oldest call ends
        m_gate.finish(true);
        break;
    case 'F': // the newest call ends
        m_gate.finish(false);
        break;
    case 'p': // calls report their progress: "p0.5 text"
        report(text);
        break;
    case 'x': // the oldest HTTP connection hangs up
        hangUp(true);
        break;
    case 'X': // the newest one
        hangUp(false);
        break;
    case 'k': // a pipe hangs up and comes again
    case 'K':
        closePipe(step.front() == 'k' ? 0 : 1);
        openPipe(step.front() == 'k' ? 0 : 1);
        break;
    case 'A': // everybody hangs up
        hangUpAll();
        break;
    case 't':
        m_server.toolsChanged(text);
        break;
    case 'z':
        m_server.end();
        CHECK(m_server.subscriptionCount() == 0);
        break;
    default:
        break;
    }
    checkCalls();
}

// What is open ends; then nobody may still be waiting, and nothing may be left.
void Play::settle()
{
    while (!m_gate.held.empty())
        m_gate.finish(true);
    CHECK(m_server.callsInFlight() == 0);
    m_server.end();
    for (const auto &agent : m_agents)
        CHECK(agent->state == Fuzz::HttpAgent::Idle);
    for (const Pipe &pipe : m_pipes)
        CHECK(pipe.agent->account.isSettled());
    hangUpAll();
    m_server.toolsChanged();
    CHECK(m_server.callsInFlight() == 0);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    std::string_view script(reinterpret_cast<const char *>(data), size);
    Play play;
    for (std::size_t step = 0; step < kSteps && !script.empty(); ++step)
        play.play(Fuzz::takeLine(script));
    play.settle();
    return 0;
}
