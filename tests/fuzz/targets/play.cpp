// SPDX-License-Identifier: GPL-3.0-or-later
#include "play.h"

#include <QCoreApplication>
#include <QThread>

#include <optional>

namespace Fuzz
{

namespace
{

constexpr std::string_view kKey = "0123456789abcdef";
constexpr int kMostElapsed = 3;

// The name of what a message cancels; nothing if it is no sound cancellation.
std::optional<std::string> cancelledBy(const Json &message, std::string_view text)
{
    if (Base::stringMember(message, "method") != "notifications/cancelled"
        || Base::stringMember(message, "jsonrpc") != "2.0" || message.contains("id"))
        return std::nullopt;
    const Json &id = Base::member(Base::member(message, "params"), "requestId");
    if (!isUsableId(id))
        return std::nullopt;
    return idName(id, text.empty() ? text : Mcp::rawMember(text, "params"), "requestId");
}

bool namesVersion(const Json &message)
{
    const Json &meta = Base::member(Base::member(message, "params"), "_meta");
    return meta.contains("io.modelcontextprotocol/protocolVersion");
}

} // namespace

Play::Play(bool isTight)
    : m_world(isTight)
    , m_sessions(kKey)
{
    if (isTight)
        m_limits = {.kept = std::chrono::milliseconds(0),
                    .streams = 2,
                    .bytes = 600,
                    .streamBytes = 500,
                    .streamEvents = 8};
    start();
}

void Play::start()
{
    m_server = std::make_unique<Mcp::Server>(
        Mcp::Sources(m_gate, &m_resources, &m_prompts),
        Mcp::ServerInfo{"fuzzed", "Fuzzed", "1", "\"Instructions\""}, kKey, m_limits);
    m_endpoint = std::make_unique<Mcp::HttpEndpoint>(*m_server);
    for (std::size_t i = 0; i < m_pipes.size(); ++i)
        openPipe(i);
}

void Play::openPipe(std::size_t number)
{
    Pipe &pipe = m_pipes[number];
    pipe.agent = std::make_unique<LineAgent>(m_world, Owner{.principal = m_principals[number].id});
    pipe.endpoint
        = std::make_unique<Mcp::LineEndpoint>(*m_server, m_principals[number], *pipe.agent);
}

void Play::closePipe(std::size_t number)
{
    m_server->hungUp(*m_pipes[number].agent);
    m_pipes[number].endpoint.reset();
    m_pipes[number].agent.reset(); // what is sent there now is a use after free
}

HttpAgent &Play::idleAgent()
{
    for (const auto &agent : m_agents) {
        if (agent->state == HttpAgent::Idle)
            return *agent;
    }
    return *m_agents.emplace_back(std::make_unique<HttpAgent>(m_world));
}

void Play::line(std::size_t number, const std::string &text)
{
    LineAgent &agent = *m_pipes[number].agent;
    agent.account.sent(text);
    if (const auto message = Base::parseJson(text)) {
        if (message->is_array()) {
            for (const Json &item : *message) {
                m_world.answers(item, agent.owner);
                if (const auto id = cancelledBy(item, {}))
                    agent.account.mayBeCancelled(*id); // the whole batch may be refused
            }
        } else {
            m_world.answers(*message, agent.owner);
            if (const auto id = cancelledBy(*message, text))
                agent.account.cancelled(*id);
            if (m_world.isForbidden(*message, agent.owner))
                agent.account.mustFail(idName(Base::member(*message, "id"), text));
        }
    }
    m_pipes[number].endpoint->serve(text);
}

// What is known of a request by itself.
HttpAgent::Exchange Play::exchange(const Json &message, const std::string &body)
{
    HttpAgent::Exchange result{.owner = {.principal = m_principals[m_who].id},
                               .streams = m_streams,
                               .isRpc = m_request.method == "POST",
                               .sessionId = m_request.session.text,
                               .lastEventId = m_request.lastEventId.text};
    const Json &id = Base::member(message, "id");
    if (result.isRpc && isRequest(message)) // a GET's body is nobody's
        result.request = idName(id, body);
    if (namesVersion(message) || m_request.protocolVersion.text == "2026-07-28") {
        result.era = HttpAgent::Modern;
        result.owner.capabilities = Mcp::ClientCapabilities::from(
            Base::member(Base::member(Base::member(message, "params"), "_meta"),
                         "io.modelcontextprotocol/clientCapabilities"));
    } else if (m_request.session.present()) {
        result.era = HttpAgent::Legacy;
        const auto session = m_sessions.find(m_request.session.text, m_principals[m_who].id);
        result.owner.session = session ? session->nonce : "?";
        result.owner.revision = session ? session->revision : Mcp::kNewestLegacy;
        if (session)
            result.owner.capabilities = session->capabilities;
    }
    return result;
}

// All that is open in a legacy session, as far as its client knows.
std::vector<Play::Open> Play::openOf(const Owner &owner) const
{
    std::vector<Open> result;
    const auto add = [&](const Open &open) {
        for (const Open &known : result) {
            if (known.account == open.account)
                return;
        }
        if (open.owner.sameAs(owner))
            result.push_back(open);
    };
    for (const auto &agent : m_agents) {
        if (agent->state != HttpAgent::Idle && agent->exchange.isRpc)
            add({agent->exchange.owner, agent->account, agent.get()});
    }
    for (const auto &[name, stream] : m_world.streams) {
        if (!stream->forgotten)
            add({stream->owner, stream->account});
    }
    for (const Open &open : m_lost)
        add(open);
    return result;
}

// Before it is sent: answers who must not wait any longer once it is accepted, if that is sure.
HttpAgent *Play::cancels(const Json &message, const std::string &body, const Owner &owner)
{
    std::vector<std::string> names;
    for (const Json &item : message.is_array() ? message : Json::array({message})) {
        if (const auto id = cancelledBy(item, message.is_array() ? std::string() : body))
            names.push_back(*id);
        m_world.answers(item, owner);
    }
    HttpAgent *sure = nullptr;
    std::size_t known = 0;
    for (const std::string &name : names) {
        for (const Open &open : openOf(owner)) {
            known += open.account->known(name);
            if (open.live && open.account->due(name) > 0)
                sure = open.live;
            open.account->mayBeCancelled(name);
        }
    }
    return known == 1 && !message.is_array() ? sure : nullptr;
}

HttpAgent &Play::http(std::string_view method, const std::string &body, bool withSession)
{
    if (withSession) {
        m_request.session.clear();
        m_request.session.add(m_world.newest('s'));
    }
    m_request.method = method;
    m_request.target = "/mcp";
    m_request.body = body;
    const Json message = Base::parseJson(body).value_or(Json());
    HttpAgent::Exchange next = exchange(message, body);
    HttpAgent *waiting = nullptr;
    if (next.era == HttpAgent::Legacy && next.isRpc)
        waiting = cancels(message, body, next.owner);
    const auto stream = m_world.streams.find(eventName(next.lastEventId).stream);
    if (!next.isRpc && stream != m_world.streams.end() && stream->second->owner.sameAs(next.owner))
        m_world.resuming = stream->first;
    HttpAgent &agent = idleAgent();
    agent.begin(std::move(next), body);
    if (agent.exchange.isRpc && m_world.isForbidden(message, agent.exchange.owner))
        agent.account->mustFail(agent.exchange.request);
    m_endpoint->serve(m_request, m_principals[m_who], agent);
    if (waiting && agent.status == 202)
        CHECK(waiting->state == HttpAgent::Idle);
    if (method == "GET")
        lookAtResumed(agent);
    m_world.resuming.clear();
    m_request.clear();
    return agent;
}

// Nothing that was kept may be missing for who comes back.
void Play::lookAtResumed(const HttpAgent &agent) const
{
    const auto [name, number, unanswered] = eventName(agent.exchange.lastEventId);
    const auto it = m_world.streams.find(name);
    const bool refused = agent.status != 0;
    if (m_world.tight || refused || it == m_world.streams.end()
        || !it->second->owner.sameAs(agent.exchange.owner))
        return;
    const Stream &stream = *it->second;
    if (stream.forgotten) {
        CHECK(agent.account->lostRequest() == (unanswered ? stream.request : std::string()));
        return;
    }
    CHECK(agent.streamName.empty() || agent.streamName == name);
    const unsigned long long newest
        = stream.events.empty() ? 0 : std::prev(stream.events.end())->first;
    CHECK(agent.lastNumber >= newest || number >= newest);
}

// With the headers that 2026-07-28 wants beside this body, unless others were named.
void Play::modernPost(const std::string &body)
{
    const Json message = Base::parseJson(body).value_or(Json());
    const Json &params = Base::member(message, "params");
    const auto repeat = [](Mcp::HeaderField &field, const std::optional<std::string> &value) {
        if (value && !field.present())
            field.add(*value);
    };
    repeat(m_request.protocolVersion, std::string("2026-07-28"));
    const auto method = Base::stringMember(message, "method");
    repeat(m_request.mcpMethod, method);
    const bool task = method && method->starts_with("tasks/");
    repeat(m_request.mcpName,
           Base::stringMember(params,
                              task                             ? "taskId"
                                  : method == "resources/read" ? "uri"
                                                               : "name"));
    http("POST", body, false);
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
    else if (name == "Last-Event-ID")
        m_request.lastEventId.add(value);
}

void Play::hangUp(bool oldest)
{
    if (m_agents.empty())
        return;
    const auto it = oldest ? m_agents.begin() : std::prev(m_agents.end());
    HttpAgent &agent = **it;
    if (agent.state != HttpAgent::Idle && agent.exchange.era == HttpAgent::Legacy)
        m_lost.push_back({agent.exchange.owner, agent.account});
    m_server->hungUp(agent);
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
}

// The app ends without a word, and begins again.
void Play::restart()
{
    hangUpAll();
    for (Pipe &pipe : m_pipes)
        pipe = {};
    m_endpoint.reset();
    m_server.reset();
    CHECK(m_stage.heard() == 0);
    m_stage.forgetAll();
    m_lost.clear();
    for (const auto &[name, stream] : m_world.streams)
        stream->forgotten = true;
    start();
}

// Time passes: what is kept for no time at all goes.
void Play::elapse()
{
    if (++m_elapsed > kMostElapsed)
        return;
    QThread::msleep(2);
    QCoreApplication::processEvents();
}

void Play::checkCounts() const
{
    CHECK(m_server->callsInFlight() >= m_stage.heard());
    std::size_t live = 0;
    for (const auto &agent : m_agents)
        live += agent->state != HttpAgent::Idle ? 1 : 0;
    CHECK(m_server->keptStreams() <= live + m_limits.streams);
    CHECK(live > 0 || m_server->streams().bytes() <= m_limits.bytes);
}

void Play::toServer(char kind, const std::string &text)
{
    const std::size_t space = text.find(' ');
    switch (kind) {
    case 't': // lists change, for all or a principal: "t", "talice"
    case 'c':
    case 'C':
        m_world.onlyFor = text;
        if (kind == 't')
            m_server->toolsChanged(text);
        else if (kind == 'c')
            m_server->promptsChanged(text);
        else
            m_server->resourcesChanged(text);
        break;
    case 'u': // a resource changes, for all or a principal: "ures://all/r", "ures://all/r bob"
        m_world.onlyFor = space == std::string::npos ? std::string() : text.substr(space + 1);
        m_server->resourceUpdated(text.substr(0, space), m_world.onlyFor);
        break;
    case 'z': // everything ends
        m_server->end();
        CHECK(m_server->callsInFlight() == 0 && m_server->subscriptionCount() == 0);
        break;
    case 'R':
        restart();
        break;
    case 'e':
        elapse();
        break;
    default:
        break;
    }
    m_world.onlyFor.clear();
}

void Play::toSources(char kind, const std::string &text)
{
    switch (kind) {
    case 'f': // the oldest call ends
        return m_stage.go(true, "r");
    case 'F': // the newest call ends
        return m_stage.go(false, "r");
    case 'p': // both report their progress
        m_stage.go(true, "p");
        return m_stage.go(false, "p");
    case 'o': // the oldest call goes on: letters of Stage
        return m_stage.go(true, text);
    case 'O': // the newest one
        return m_stage.go(false, text);
    case 'n': // from now on lists come later, or at once
        m_resources.listLater = !m_resources.listLater;
        return;
    case 'q': // what was cancelled answers all the same
        return m_stage.goLate();
    default:
        return;
    }
}

void Play::toConnections(char kind)
{
    switch (kind) {
    case 'w': // the other principal speaks HTTP
        m_who = 1 - m_who;
        break;
    case 's': // from now on requests accept event streams, or do not
        m_streams = !m_streams;
        break;
    case 'x': // the oldest HTTP connection hangs up
        hangUp(true);
        break;
    case 'X': // the newest one
        hangUp(false);
        break;
    case 'k': // a pipe hangs up and comes again
    case 'K':
        closePipe(kind == 'k' ? 0 : 1);
        openPipe(kind == 'k' ? 0 : 1);
        break;
    case 'A': // everybody hangs up
        hangUpAll();
        break;
    default:
        break;
    }
}

void Play::play(std::string_view step)
{
    if (step.empty())
        return;
    const std::string text = m_world.filled(step.substr(1));
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
    default:
        toServer(step.front(), text);
        toSources(step.front(), text);
        toConnections(step.front());
    }
    checkCounts();
}

// Whoever has lost a stream finds its answer there.
void Play::comeBackForAll()
{
    const auto streams = m_world.streams;
    for (const auto &[name, stream] : streams) {
        if (stream->request.empty() || stream->forgotten || stream->account->isSettled())
            continue;
        m_request.clear();
        m_request.session.add(stream->sessionId);
        m_request.lastEventId.add(name + "-0");
        m_streams = true;
        m_who = stream->owner.principal == m_principals[0].id ? 0 : 1;
        const HttpAgent &agent = http("GET", {}, false);
        CHECK(agent.status == 404 || stream->account->isSettled());
    }
}

void Play::settle()
{
    while (!m_stage.held.empty())
        m_stage.go(true, "r");
    m_server->end();
    CHECK(m_server->callsInFlight() == 0 && m_server->subscriptionCount() == 0);
    m_stage.goLate();
    for (const auto &agent : m_agents)
        CHECK(agent->state == HttpAgent::Idle);
    for (const Pipe &pipe : m_pipes)
        CHECK(pipe.agent->account.isSettled());
    if (!m_world.tight)
        comeBackForAll();
    hangUpAll();
    CHECK(m_server->callsInFlight() == 0 && m_server->subscriptionCount() == 0);
    m_server->toolsChanged();
    checkCounts();
}

} // namespace Fuzz
