// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "mcp/server/outcome.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Mcp
{

/// One task of the extension io.modelcontextprotocol/tasks.
struct Task {
    enum Status { Working, InputNeeded, Completed, Failed, Cancelled };
    using SteadyTime = std::chrono::steady_clock::time_point;

    std::string id; ///< 256 bits of randomness
    std::string principalId; ///< for everybody else it does not exist
    Status status = Working;
    std::string message = {};
    Base::Millis created = 0;
    Base::Millis updated = 0;
    std::chrono::milliseconds kept{}; ///< ttlMs, from its creation
    std::chrono::milliseconds poll{};
    SteadyTime until = {};
    unsigned long long call = 0; ///< that works on it
    std::vector<InputRequest> wanted = {}; ///< still open
    Inputs inputs = {}; ///< what has come so far
    std::string result = {}; ///< Completed: the text of a CallToolResult
    std::string error = {}; ///< Failed: {"code":...,"message":...}

    bool ended() const { return status >= Completed; }
};

/// The tasks of a server, in memory: a restart of the app ends them. At most 1,000, and 64 MB of
/// results; beyond that the oldest that has ended goes first.
class Tasks
{
public:
    explicit Tasks(const Base::Clock &clock);

    /// Runs after every change of a task's state.
    void onChange(std::function<void(const Task &)> listener) { m_changed = std::move(listener); }

    /// Null if there are too many that have not ended.
    Task *create(std::string principalId, unsigned long long call, const Deferral &deferral);
    Task *find(std::string_view id, std::string_view principalId);

    void say(const std::string &id, std::string message);
    void needInput(const std::string &id, InputRequired &&wanted);
    /// Takes answers to what is wanted, and ignores others. True once nothing is open any more.
    bool answer(Task &task, const Base::Json &responses);
    void work(const std::string &id); ///< goes on after input
    void complete(const std::string &id, std::string result);
    void fail(const std::string &id, const RpcError &error);
    void cancel(Task &task);

    /// Removes what is past its time; the calls of those that had not ended.
    std::vector<unsigned long long> sweep(Task::SteadyTime now);
    Task::SteadyTime next() const;
    std::size_t count() const { return m_tasks.size(); }

private:
    void changed(Task &task);
    void makeRoom();
    Task *byId(const std::string &id);

    const Base::Clock &m_clock;
    std::function<void(const Task &)> m_changed;
    std::unordered_map<std::string, Task> m_tasks;
    std::size_t m_bytes = 0;
};

/// The task's fields without braces: "taskId", "status" ... and for tasks/get (`whole`) what its
/// status brings along.
std::string taskFields(const Task &task, bool whole);

} // namespace Mcp
