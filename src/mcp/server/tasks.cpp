// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/tasks.h"

#include "base/secret.h"
#include "mcp/protocol/codec.h"

#include <algorithm>
#include <array>

namespace Mcp
{

namespace
{

constexpr std::size_t kTasks = 1'000;
constexpr std::size_t kResultBytes = 64UL * 1024 * 1024;

std::string_view statusName(Task::Status status)
{
    constexpr std::array<std::string_view, 5> kNames{"working", "input_required", "completed",
                                                     "failed", "cancelled"};
    return kNames[status];
}

} // namespace

Tasks::Tasks(const Base::Clock &clock)
    : m_clock(clock)
{
}

Task *Tasks::byId(const std::string &id)
{
    const auto it = m_tasks.find(id);
    return it == m_tasks.end() ? nullptr : &it->second;
}

void Tasks::makeRoom()
{
    while (m_tasks.size() >= kTasks || m_bytes > kResultBytes) {
        auto oldest = m_tasks.end();
        for (auto it = m_tasks.begin(); it != m_tasks.end(); ++it) {
            if (it->second.ended()
                && (oldest == m_tasks.end() || it->second.updated < oldest->second.updated))
                oldest = it;
        }
        if (oldest == m_tasks.end())
            return;
        m_bytes -= oldest->second.result.size();
        m_tasks.erase(oldest);
    }
}

Task *Tasks::create(std::string principalId, unsigned long long call, const Deferral &deferral)
{
    makeRoom();
    if (m_tasks.size() >= kTasks)
        return nullptr;
    Task task;
    task.id = Base::randomToken();
    task.principalId = std::move(principalId);
    task.message = deferral.message;
    task.created = m_clock.now();
    task.updated = task.created;
    task.kept = deferral.kept;
    task.poll = deferral.poll;
    task.until = std::chrono::steady_clock::now() + deferral.kept;
    task.call = call;
    std::string id = task.id;
    return &m_tasks.emplace(std::move(id), std::move(task)).first->second;
}

Task *Tasks::find(std::string_view id, std::string_view principalId)
{
    Task *task = byId(std::string(id));
    return task && task->principalId == principalId ? task : nullptr;
}

void Tasks::changed(Task &task)
{
    task.updated = m_clock.now();
    if (m_changed)
        m_changed(task);
}

void Tasks::say(const std::string &id, std::string message)
{
    Task *task = byId(id);
    if (!task || task->ended() || task->message == message)
        return;
    task->message = std::move(message);
    changed(*task);
}

void Tasks::needInput(const std::string &id, InputRequired &&wanted)
{
    Task *task = byId(id);
    if (!task || task->ended())
        return;
    task->status = Task::InputNeeded;
    task->wanted = std::move(wanted.requests);
    task->inputs = {.answers = {}, .state = std::move(wanted.state)};
    changed(*task);
}

bool Tasks::answer(Task &task, const Base::Json &responses)
{
    if (task.status != Task::InputNeeded)
        return false;
    const std::size_t open = task.wanted.size();
    std::erase_if(task.wanted, [&](const InputRequest &request) {
        const Base::Json &response = Base::member(responses, request.key.c_str());
        if (!response.is_object())
            return false;
        task.inputs.answers[request.key] = response;
        return true;
    });
    if (task.wanted.size() != open)
        changed(task);
    return task.wanted.empty();
}

void Tasks::work(const std::string &id)
{
    Task *task = byId(id);
    if (!task || task->ended())
        return;
    task->status = Task::Working;
    changed(*task);
}

void Tasks::complete(const std::string &id, std::string result)
{
    Task *task = byId(id);
    if (!task || task->ended())
        return;
    task->status = Task::Completed;
    task->message.clear(); // it told what was being waited for
    task->result = std::move(result);
    m_bytes += task->result.size();
    changed(*task);
    makeRoom();
}

void Tasks::fail(const std::string &id, const RpcError &error)
{
    Task *task = byId(id);
    if (!task || task->ended())
        return;
    task->status = Task::Failed;
    task->message.clear();
    task->error = R"({"code":)" + std::to_string(error.code) + R"(,"message":)"
        + Base::quoteJson(error.message) + (error.data.empty() ? "" : ",\"data\":" + error.data)
        + '}';
    changed(*task);
}

void Tasks::cancel(Task &task)
{
    if (task.ended())
        return;
    task.status = Task::Cancelled;
    task.message.clear();
    task.wanted.clear();
    changed(task);
}

std::vector<unsigned long long> Tasks::sweep(Task::SteadyTime now)
{
    std::vector<unsigned long long> calls;
    for (auto it = m_tasks.begin(); it != m_tasks.end();) {
        if (it->second.until > now) {
            ++it;
            continue;
        }
        if (!it->second.ended())
            calls.push_back(it->second.call);
        m_bytes -= it->second.result.size();
        it = m_tasks.erase(it);
    }
    return calls;
}

Task::SteadyTime Tasks::next() const
{
    Task::SteadyTime soonest = Task::SteadyTime::max();
    for (const auto &[id, task] : m_tasks)
        soonest = std::min(soonest, task.until);
    return soonest;
}

std::string taskFields(const Task &task, bool whole)
{
    std::string out = R"("taskId":)" + Base::quoteJson(task.id) + R"(,"status":")";
    out += statusName(task.status);
    out += '"';
    if (!task.message.empty())
        out += R"(,"statusMessage":)" + Base::quoteJson(task.message);
    out += R"(,"createdAt":")" + Base::toRfc3339(task.created) + R"(","lastUpdatedAt":")"
        + Base::toRfc3339(task.updated) + R"(","ttlMs":)" + std::to_string(task.kept.count())
        + R"(,"pollIntervalMs":)" + std::to_string(task.poll.count());
    if (!whole)
        return out;
    if (task.status == Task::InputNeeded)
        out += R"(,"inputRequests":)" + inputRequestsText(task.wanted);
    if (task.status == Task::Completed)
        out += R"(,"result":)" + task.result;
    if (task.status == Task::Failed)
        out += R"(,"error":)" + task.error;
    return out;
}

} // namespace Mcp
