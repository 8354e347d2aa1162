// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/lines.h"
#include "bridge/options.h"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace Bridge
{

class StartLock;
struct LineFacts;

/// Moves lines between the agent (stdin, stdout) and the app (local socket), in one thread around
/// one poll(). Knows which requests are unanswered, so that each gets an answer even if the app
/// goes away.
class Pump
{
public:
    explicit Pump(Options options);
    ~Pump();

    /// Until the agent has gone. Returns the exit code.
    int run();

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds kDrain{2}; ///< for answers, once the agent has ended

    /// A line on its way to the app. Until its last byte has been written the app cannot have acted
    /// on it.
    struct Outgoing {
        std::string bytes = {};
        std::string id = {}; ///< raw id of a request, or empty
        std::string cancelled = {}; ///< key of the id that this line cancels, or empty
        bool isEndless = false; ///< subscriptions/listen: answered when it ends, if at all
        bool isOurs = false; ///< hello or replay: not sent again to another app
        std::size_t written = 0;
        int losses = 0; ///< connections that broke before it was read
    };

    bool step();
    int timeout() const;
    void readAgent();
    void readApp();
    void writeAgent();
    void writeApp();
    void readWatch();

    void takeAgentLine(std::string_view line);
    void takeAppLine(std::string_view line);
    void takeLongAppLine(std::string_view beginning);
    void noteFromAgent(const LineFacts &facts, std::string_view line);

    bool connectApp();
    void reachApp();
    void tryAgain();
    void giveUp(const std::string &why);
    void loseApp();
    void takeBackUnread();
    void dropOftenLost();
    std::string startAppIfOurs();
    void replay();
    void watchFolder();
    void stopWatching();

    void send(Outgoing line);
    void toAgent(std::string_view line);
    void answerError(std::string_view rawId, int code, const std::string &message);
    bool isFinished();

    const Options m_options;
    const std::string m_socketPath;
    int m_app = -1;
    int m_watch = -1; ///< inotify on the socket's folder while there is no app
    bool m_agentEnded = false;
    bool m_outputGone = false;
    bool m_appSaidGoodbye = false;

    LineBuffer m_fromAgent;
    LineBuffer m_fromApp;
    std::deque<Outgoing> m_toApp;
    std::size_t m_toAppBytes = 0;
    std::string m_toAgent;
    std::size_t m_toAgentWritten = 0;
    struct InFlight {
        std::string rawId;
        bool isEndless = false;
    };
    std::map<std::string, InFlight> m_inFlight; ///< by the key of the id
    Outgoing m_lastSent; ///< the line whose bytes went last, until it is answered
    bool m_wasReset = false; ///< the app went without having read all that was sent

    // A legacy session lives in the app's connection; a new one needs its first two lines again.
    std::string m_initialize;
    std::string m_initialized;
    std::string m_replayId; ///< key of the id whose answer is swallowed
    int m_replays = 0;

    std::unique_ptr<StartLock> m_startLock;
    bool m_starting = false;
    Clock::time_point m_startUntil{};
    Clock::time_point m_nextTry{};
    Clock::time_point m_nextStart{};
    Clock::duration m_startPause{};
    Clock::time_point m_noStartBefore{};
    Clock::time_point m_drainUntil{};
};

} // namespace Bridge
