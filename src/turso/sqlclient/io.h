// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/sqlclient/answer.h"
#include "turso/sqlclient/heldstreams.h"
#include "turso/sqlclient/sqlclient.h"
#include "turso/sqlclient/wirepool.h"

#include <QObject>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

namespace Turso::Remote
{

class ScriptJob;

/// What a server has said of a statement's shape, for a short while.
struct Reading {
    std::chrono::steady_clock::time_point until;
    bool isSmall = false; ///< what came last time is worth no cursor
};

/// All that lives on the I/O thread. Its methods are called there, unless they say otherwise.
class Io : public QObject
{
    Q_OBJECT
public:
    /// From the I/O thread: asks for a door once more, as `refused` was not taken.
    using AskAgain
        = std::function<void(std::uint64_t id, const std::shared_ptr<const SqlDoor> &refused)>;

    Io(const SqlClientOptions &options, AskAgain askAgain);
    ~Io() override;

    void take(std::unique_ptr<ScriptJob> job);
    /// Nothing happens where it is over already.
    void withJob(std::uint64_t id, const std::function<void(ScriptJob &)> &fn);
    void forget(ScriptJob &job);
    /// All that runs is given up.
    void stop();

    Reading *readingOf(const std::string &key);
    void noteReading(const std::string &key, bool isSmall);
    void askAgain(std::uint64_t id, const std::shared_ptr<const SqlDoor> &refused)
    {
        m_askAgain(id, refused);
    }

    const SqlClientOptions options;
    WirePool pool;
    HeldStreams streams;
    AnswerReader reader;
    std::set<std::string> onlyHrana2; ///< the origins of servers that have no better

private:
    AskAgain m_askAgain;
    std::unordered_map<std::uint64_t, std::unique_ptr<ScriptJob>> m_jobs;
    std::unordered_map<std::string, Reading> m_readings;
};

} // namespace Turso::Remote
