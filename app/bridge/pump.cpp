// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/pump.h"

#include "base/socketpath.h"
#include "bridge/appstart.h"
#include "bridge/linescanner.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace Bridge
{

namespace
{

constexpr std::size_t kHighWater = 1024 * 1024; // beyond this the other side is not read any more
constexpr std::chrono::seconds kDrain{2};
constexpr int kInvalidRequest = -32600; // JSON-RPC 2.0 section 5.1
constexpr int kInternalError = -32603;
constexpr std::string_view kOwnLine = "{\"turso_companion_bridge\":";

bool isBlank(std::string_view line)
{
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool isTemporary(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

// Writes without ever blocking and without changing the descriptor's flags, which the host may
// share: sockets can be asked; a pipe that poll() calls writable takes PIPE_BUF bytes.
ssize_t writeSome(int descriptor, const char *bytes, std::size_t size)
{
    const ssize_t sent = ::send(descriptor, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 || errno != ENOTSOCK)
        return sent;
    return write(descriptor, bytes, std::min<std::size_t>(size, PIPE_BUF));
}

} // namespace

Pump::Pump(Options options)
    : m_options(std::move(options))
    , m_socketPath(Base::agentSocketPath(m_options.profile))
{
}

Pump::~Pump()
{
    if (m_app >= 0)
        close(m_app);
    stopWatching();
}

int Pump::run()
{
    // An app that runs sees the agent at once. One that does not is started when the agent has said
    // something: hosts start bridges just to see whether they start.
    if (!connectApp())
        watchFolder();
    while (step()) { }
    return 0;
}

int Pump::timeout() const
{
    auto until = Clock::time_point::max();
    if (m_starting)
        until = std::min(m_nextTry, m_startUntil);
    if (m_agentEnded && !m_starting)
        until = std::min(until, m_drainUntil);
    if (until == Clock::time_point::max())
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 60'000));
}

bool Pump::step()
{
    if (isFinished())
        return false;
    const bool wantsAgent = !m_agentEnded && m_toAppBytes < kHighWater;
    const bool wantsApp = m_toAgent.size() - m_toAgentWritten < kHighWater;
    const bool hasForAgent = m_toAgentWritten < m_toAgent.size();
    pollfd polled[4] = {
        {wantsAgent ? STDIN_FILENO : -1, POLLIN, 0},
        {m_outputGone ? -1 : STDOUT_FILENO, static_cast<short>(hasForAgent ? POLLOUT : 0), 0},
        {m_app, static_cast<short>((wantsApp ? POLLIN : 0) | (m_toApp.empty() ? 0 : POLLOUT)), 0},
        {m_watch, POLLIN, 0},
    };
    if (m_app >= 0 && polled[2].events == 0)
        polled[2].fd = -1; // else a hang-up that is not read yet would wake us without end
    if (poll(polled, 4, timeout()) < 0)
        return errno == EINTR;
    if ((polled[1].revents & (POLLERR | POLLNVAL)) != 0)
        m_outputGone = true;
    if ((polled[1].revents & POLLOUT) != 0)
        writeAgent();
    const short app = polled[2].revents;
    if ((app & POLLOUT) != 0)
        writeApp();
    if ((app & (POLLIN | POLLHUP | POLLERR)) != 0 && m_app >= 0)
        readApp();
    if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) != 0)
        readAgent();
    if ((polled[3].revents & POLLIN) != 0)
        readWatch();
    if (m_starting && Clock::now() >= m_nextTry)
        tryAgain();
    return true;
}

// True when there is nothing left to do for the agent.
bool Pump::isFinished()
{
    if (m_outputGone)
        return true;
    if (!m_agentEnded || m_starting)
        return false;
    const bool allTold = m_toAgentWritten == m_toAgent.size();
    const bool allSent = m_toApp.empty();
    // No half close: an app whose sockets take the end of reading for the end of all would drop the
    // answers.
    const bool allAnswered = std::all_of(m_inFlight.begin(), m_inFlight.end(),
                                         [](const auto &one) { return one.second.isEndless; });
    if (allTold && allSent && allAnswered)
        return true;
    return Clock::now() >= m_drainUntil;
}

void Pump::readAgent()
{
    const long count = m_fromAgent.readFrom(STDIN_FILENO);
    if (count < 0 && isTemporary(errno))
        return;
    if (count <= 0) {
        m_agentEnded = true;
        m_drainUntil = Clock::now() + kDrain;
        return;
    }
    std::string_view line;
    bool skipped = false;
    while (m_fromAgent.next(line, skipped)) {
        if (skipped)
            answerError({}, kInvalidRequest, "The line is longer than 32 MiB.");
        else if (!isBlank(line))
            takeAgentLine(line);
    }
}

void Pump::takeAgentLine(std::string_view line)
{
    const LineFacts facts = factsOf(line);
    noteFromAgent(facts, line);
    Outgoing outgoing{.bytes = std::string(line) + '\n'};
    if (facts.isRequest())
        outgoing.id = facts.id;
    outgoing.isEndless = facts.method == "subscriptions/listen";
    if (!facts.cancelled.empty())
        outgoing.cancelled = idKey(facts.cancelled);
    send(std::move(outgoing));
    if (m_app < 0 && !m_starting)
        reachApp();
}

void Pump::noteFromAgent(const LineFacts &facts, std::string_view line)
{
    if (facts.method == "initialize" && facts.isRequest()) {
        m_initialize = line;
        m_initialized.clear();
    } else if (facts.method == "notifications/initialized") {
        m_initialized = line;
    }
}

void Pump::readApp()
{
    const long count = m_fromApp.readFrom(m_app);
    if (count < 0 && isTemporary(errno))
        return;
    if (count <= 0) {
        m_wasReset = m_wasReset || (count < 0 && errno == ECONNRESET);
        return loseApp();
    }
    std::string_view line;
    bool skipped = false;
    while (m_fromApp.next(line, skipped)) {
        if (skipped)
            takeLongAppLine(line);
        else if (!isBlank(line))
            takeAppLine(line);
    }
}

void Pump::takeAppLine(std::string_view line)
{
    if (line.starts_with(kOwnLine)) {
        // Not MCP: the app says that the person has quit it, so a further request must not start it
        // again.
        m_appSaidGoodbye = line.find("\"goodbye\":true") != std::string_view::npos;
        return;
    }
    const LineFacts facts = factsOf(line);
    if (facts.isAnswer && !facts.id.empty()) {
        const std::string key = idKey(facts.id);
        if (key == m_replayId) {
            m_replayId.clear();
            return;
        }
        m_inFlight.erase(key);
        if (!m_lastSent.id.empty() && idKey(m_lastSent.id) == key)
            m_lastSent = {};
    }
    toAgent(line);
}

void Pump::takeLongAppLine(std::string_view beginning)
{
    const LineFacts facts = factsOf(beginning);
    std::fputs("turso-companion-mcp: an answer of more than 32 MiB was dropped.\n", stderr);
    if (facts.id.empty() || !facts.isAnswer)
        return;
    m_inFlight.erase(idKey(facts.id));
    answerError(facts.id, kInternalError, "The answer is larger than 32 MiB. Ask for fewer rows.");
}

void Pump::writeAgent()
{
    const ssize_t count = writeSome(STDOUT_FILENO, m_toAgent.data() + m_toAgentWritten,
                                    m_toAgent.size() - m_toAgentWritten);
    if (count < 0) {
        m_outputGone = !isTemporary(errno);
        return;
    }
    m_toAgentWritten += static_cast<std::size_t>(count);
    if (m_toAgentWritten < m_toAgent.size())
        return;
    m_toAgentWritten = 0;
    m_toAgent.clear();
    if (m_toAgent.capacity() > kHighWater)
        m_toAgent.shrink_to_fit();
}

void Pump::writeApp()
{
    while (!m_toApp.empty()) {
        Outgoing &next = m_toApp.front();
        const ssize_t count = ::send(m_app, next.bytes.data() + next.written,
                                     next.bytes.size() - next.written, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) {
            // unix(7) reports the reset only once, to whoever asks first.
            m_wasReset = m_wasReset || errno == ECONNRESET;
            // What the app said before it went is still to be read; readApp() notices its end.
            if (!isTemporary(errno) && errno != EPIPE && errno != ECONNRESET)
                loseApp();
            else if (!isTemporary(errno))
                readApp();
            return;
        }
        next.written += static_cast<std::size_t>(count);
        if (next.written < next.bytes.size())
            return;
        if (!next.id.empty())
            m_inFlight[idKey(next.id)] = {next.id, next.isEndless};
        if (!next.cancelled.empty())
            m_inFlight.erase(next.cancelled); // there may be no answer to it
        m_toAppBytes -= next.bytes.size();
        m_lastSent = std::move(next);
        m_toApp.pop_front();
    }
}

void Pump::send(Outgoing line)
{
    m_toAppBytes += line.bytes.size();
    m_toApp.push_back(std::move(line));
}

void Pump::toAgent(std::string_view line)
{
    // Room is made only when half of the buffer is free, so that each byte moves a bounded number
    // of times.
    if (m_toAgentWritten > m_toAgent.size() / 2) {
        m_toAgent.erase(0, m_toAgentWritten);
        m_toAgentWritten = 0;
    }
    m_toAgent += line;
    m_toAgent += '\n';
}

void Pump::answerError(std::string_view rawId, int code, const std::string &message)
{
    // Spelled anew: an id with raw control characters must not spoil our line.
    const std::string id = rawId.starts_with('"') ? quoted(std::string_view(idKey(rawId)).substr(1))
                                                  : std::string(rawId);
    toAgent("{\"jsonrpc\":\"2.0\"," + (id.empty() ? id : "\"id\":" + id + ',')
            + "\"error\":{\"code\":" + std::to_string(code) + ",\"message\":" + quoted(message)
            + "}}");
}

} // namespace Bridge
