// SPDX-License-Identifier: GPL-3.0-or-later
// The pump's way to the app: reaching it, losing it, and what the agent is told meanwhile.
#include "base/socketpath.h"
#include "bridge/appstart.h"
#include "bridge/linescanner.h"
#include "bridge/pump.h"

#include <algorithm>
#include <cstdio>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>

namespace Bridge
{

namespace
{

constexpr int kInternalError = -32603;
constexpr std::chrono::seconds kStartPatience{8};
constexpr std::chrono::seconds kBetweenStarts{30};
// There may be no folder to watch yet, so the socket is looked for by time; only while the app
// starts.
constexpr std::chrono::milliseconds kBetweenTries{25};
// One that is being killed holds its lock and its socket for a moment after it seems gone; an app
// that is started then ends at once. So it is started again, each time after twice the pause.
constexpr std::chrono::milliseconds kFirstStartPause{400};
constexpr int kMostLosses = 4;

} // namespace

bool Pump::connectApp()
{
    m_app = connectToApp(m_socketPath);
    if (m_app < 0)
        return false;
    stopWatching();
    m_lastSent = {};
    m_wasReset = false;
    m_starting = false;
    m_startLock.reset();
    m_appSaidGoodbye = false;
    m_drainUntil = Clock::now() + kDrain; // counts only once the agent has ended
    replay();
    return true;
}

// The first lines of a connection go before those that wait already.
void Pump::replay()
{
    std::deque<Outgoing> waiting = std::exchange(m_toApp, {});
    m_toAppBytes = 0;
    const std::string agent = quoted(m_options.agent);
    send({.bytes = "{\"turso_companion_bridge\":1,\"agent\":" + agent + "}\n", .isOurs = true});
    const bool isWaiting
        = std::any_of(waiting.begin(), waiting.end(), [this](const Outgoing &line) {
              return line.bytes.size() == m_initialize.size() + 1
                  && line.bytes.starts_with(m_initialize);
          });
    if (!m_initialize.empty() && !isWaiting) {
        // Under an id of our own: the answer is not for the agent, which has had it.
        const LineFacts facts = factsOf(m_initialize);
        const std::string id = "\"turso-companion-bridge-" + std::to_string(++m_replays) + '"';
        const auto at = static_cast<std::size_t>(facts.id.data() - m_initialize.data());
        std::string line = m_initialize;
        line.replace(at, facts.id.size(), id);
        m_replayId = idKey(id);
        send({.bytes = line + '\n', .isOurs = true});
        if (!m_initialized.empty())
            send({.bytes = m_initialized + '\n', .isOurs = true});
    }
    for (Outgoing &line : waiting) {
        // The replay has said this already.
        if (!isWaiting && !m_initialized.empty() && line.id.empty()
            && line.bytes == m_initialized + '\n')
            continue;
        send(std::move(line));
    }
}

// A line waits and there is no connection: connect, or start the app and wait for it.
void Pump::reachApp()
{
    if (connectApp())
        return;
    if (m_appSaidGoodbye)
        return giveUp("it was quit. Start it again from the applications menu");
    if (!m_options.mayStartApp)
        return giveUp("start it from the applications menu, or with: turso-companion");
    const auto now = Clock::now();
    if (now < m_noStartBefore)
        return giveUp("it was started, but does not answer. Look at its window, or run: "
                      "turso-companion --headless");
    const std::string folder = Base::socketFolder(m_options.profile);
    if (const std::string problem = Base::prepareSocketFolder(folder); !problem.empty())
        return giveUp(problem);
    if (const std::string problem = startAppIfOurs(); !problem.empty())
        return giveUp(problem);
    if (m_app >= 0)
        return;
    m_starting = true;
    m_startPause = kFirstStartPause;
    m_nextStart = now + m_startPause;
    m_startUntil = now + kStartPatience;
    m_nextTry = now + kBetweenTries;
}

// Starts the app unless another bridge is at it. Returns a problem, or nothing.
std::string Pump::startAppIfOurs()
{
    if (!m_startLock || !m_startLock->isHeld())
        m_startLock = std::make_unique<StartLock>(Base::socketFolder(m_options.profile));
    if (!m_startLock->isHeld())
        return {};
    // Between our last try and the lock another bridge may have started it, and let the lock go.
    if (connectApp())
        return {};
    const std::string problem = startApp(m_options.profile);
    return problem.empty() ? problem : problem + ". Is Turso Companion installed?";
}

void Pump::tryAgain()
{
    if (connectApp())
        return;
    const auto now = Clock::now();
    m_nextTry = now + kBetweenTries;
    if (now < m_startUntil) {
        if (now < m_nextStart)
            return;
        m_startPause *= 2;
        m_nextStart = now + m_startPause;
        if (const std::string problem = startAppIfOurs(); !problem.empty())
            giveUp(problem); // connected or not: the next round sees
        return;
    }
    m_noStartBefore = now + kBetweenStarts;
    giveUp("it was started, but did not answer within 8 seconds. Look at its window, or run: "
           "turso-companion --headless");
}

void Pump::giveUp(const std::string &why)
{
    m_starting = false;
    m_startLock.reset();
    m_drainUntil = Clock::now() + kDrain;
    watchFolder();
    for (const Outgoing &line : std::exchange(m_toApp, {})) {
        if (!line.id.empty())
            answerError(line.id, kInternalError,
                        "Turso Companion is not running: " + why + (why.ends_with('.') ? "" : "."));
        // An agent whose initialize failed has no session that could be resumed.
        if (!m_initialize.empty() && line.bytes.starts_with(m_initialize)) {
            m_initialize.clear();
            m_initialized.clear();
        }
    }
    m_toAppBytes = 0;
}

void Pump::loseApp()
{
    close(std::exchange(m_app, -1));
    m_fromApp.clear();
    m_replayId.clear();
    takeBackUnread();
    for (const auto &[key, request] : std::exchange(m_inFlight, {})) {
        answerError(
            request.rawId, kInternalError,
            "Turso Companion ended or was restarted while this request was running. Its outcome is "
            "unknown: look before repeating it.");
        if (!m_initialize.empty() && idKey(factsOf(m_initialize).id) == key) {
            m_initialize.clear();
            m_initialized.clear();
        }
    }
    // What had not left completely cannot have been acted on; the next app gets it from its
    // beginning.
    std::erase_if(m_toApp, [](const Outgoing &line) { return line.isOurs; });
    m_toAppBytes = 0;
    for (Outgoing &line : m_toApp) {
        line.written = 0;
        m_toAppBytes += line.bytes.size();
    }
    dropOftenLost();
    if (m_agentEnded)
        return giveUp("it has ended");
    if (!m_toApp.empty())
        return reachApp();
    watchFolder();
}

// A local socket that is closed with unread bytes resets its peer (unix(7)), and bytes are read in
// their order: the last line that went was not read to its end, so nobody has acted on it.
void Pump::takeBackUnread()
{
    Outgoing last = std::exchange(m_lastSent, {});
    const bool wasLast = m_toApp.empty() || m_toApp.front().written == 0;
    if (!std::exchange(m_wasReset, false) || !wasLast || last.id.empty()
        || m_inFlight.erase(idKey(last.id)) == 0)
        return;
    m_toApp.push_front(std::move(last));
}

// An app that ends whenever it is started must not be started without end.
void Pump::dropOftenLost()
{
    for (Outgoing &line : std::exchange(m_toApp, {})) {
        if (++line.losses <= kMostLosses) {
            m_toApp.push_back(std::move(line));
            continue;
        }
        m_toAppBytes -= line.bytes.size();
        if (line.id.empty())
            continue;
        answerError(line.id, kInternalError,
                    "Turso Companion ended each time before it had read this request, which was "
                    "not carried out. Look at its window, or run: turso-companion --headless");
        if (!m_initialize.empty() && line.bytes.starts_with(m_initialize)) {
            m_initialize.clear();
            m_initialized.clear();
        }
    }
}

void Pump::watchFolder()
{
    if (m_watch >= 0)
        return;
    m_watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    const std::string folder = Base::socketFolder(m_options.profile);
    if (m_watch >= 0
        && inotify_add_watch(m_watch, folder.c_str(), IN_CREATE | IN_MOVED_TO | IN_ATTRIB) < 0)
        stopWatching();
}

void Pump::stopWatching()
{
    if (m_watch >= 0)
        close(std::exchange(m_watch, -1));
}

// Something has appeared in the folder: if it is the app's socket, be there before the agent needs
// it.
void Pump::readWatch()
{
    alignas(inotify_event) char events[4096];
    while (read(m_watch, events, sizeof events) > 0) { }
    if (m_app < 0 && !m_starting)
        connectApp();
}

} // namespace Bridge
