// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that need more than one exchange: rounds of input, and tasks.
#include "mcp/server/calls.h"

#include <algorithm>

namespace Mcp
{

using Base::Json;

namespace
{

// A person fills in a form: that takes as long as it takes, but not for ever.
constexpr std::chrono::minutes kClientAnswers{10};
constexpr std::size_t kLongestState = 64UL * 1024;

// What is asked for, and cannot be: the capability, or empty.
std::string_view lacking(const InputRequest &request, const ClientCapabilities &capabilities,
                         Revision revision)
{
    if (request.method == "sampling/createMessage")
        return capabilities.sampling ? "" : "sampling";
    if (request.method == "roots/list")
        return capabilities.roots ? "" : "roots";
    const bool url = Base::stringMember(request.params, "mode") == "url";
    // Older clients know forms only, and would take the other mode for one.
    const bool canUrl = capabilities.elicitationUrl && revision >= Revision::V2025_11_25;
    return (url ? canUrl : capabilities.elicitation) ? "" : "elicitation";
}

// A form's parameters as the revision has them: before 2025-11-25 there was one mode.
Json paramsFor(const InputRequest &request, Revision revision)
{
    Json params = request.params;
    if (revision < Revision::V2025_11_25)
        params.erase("mode");
    return params;
}

} // namespace

std::optional<Answer> Calls::takeInputs(const Message &request, const Asker &asker,
                                        const std::string &binding, Inputs &inputs) const
{
    const Json &state = Base::member(request.params, "requestState");
    const Json &responses = Base::member(request.params, "inputResponses");
    if (state.is_null() && responses.is_null())
        return std::nullopt;
    if (binding.empty())
        return state.is_null()
            ? std::nullopt
            : std::optional(Answer::error(ErrorCode::kInvalidParams, "Unknown \"requestState\"."));
    if (!state.is_null()) {
        std::optional<std::string> opened;
        if (state.is_string() && state.get_ref<const std::string &>().size() <= kLongestState)
            opened = m_states.open(asker.principal.id + '\n' + binding,
                                   state.get_ref<const std::string &>());
        if (!opened)
            return Answer::error(ErrorCode::kInvalidParams,
                                 "\"requestState\" was changed, belongs to another request, or is "
                                 "too old. Send the request again without it.");
        inputs.state = std::move(*opened);
    }
    if (!responses.is_null() && !responses.is_object())
        return Answer::error(ErrorCode::kInvalidParams, "\"inputResponses\" must be an object.");
    for (const auto &[key, response] : responses.items()) {
        if (response.is_object()) // anything else is no answer, and will be asked for again
            inputs.answers.emplace(key, response);
    }
    return std::nullopt;
}

void Calls::ask(Found it, InputRequired &&required)
{
    Call &call = it->second;
    call.gateId = 0;
    for (const InputRequest &request : required.requests) {
        const std::string_view missing = lacking(request, call.capabilities, call.revision);
        if (!missing.empty())
            return reply(it->first, missingCapability(missing));
    }
    if (!call.taskId.empty()) {
        call.awaited = 1;
        return m_tasks.needInput(call.taskId, std::move(required));
    }
    if (call.revision < kModern)
        return askLegacy(it->first, call, std::move(required));
    const Call done = std::move(call);
    m_calls.erase(it);
    const std::string state = required.state.empty()
        ? std::string()
        : m_states.seal(done.principalId + '\n' + done.work.binding, required.state);
    if (done.outlet)
        done.outlet->finish(
            responseText(done.id, m_codec.inputRequiredResult(required.requests, state)));
}

void Calls::askLegacy(Serial serial, Call &call, InputRequired &&required)
{
    const bool canAsk = call.batch == 0 && call.outlet && call.outlet->canStream();
    if (!canAsk || required.requests.empty())
        return reply(serial,
                     RpcError{ErrorCode::kInternalError,
                              "This needs input from the client, which needs a request of its own "
                              "that accepts text/event-stream."});
    call.inputs = {.answers = {}, .state = std::move(required.state)};
    call.awaited = static_cast<int>(required.requests.size());
    const auto until = std::chrono::steady_clock::now() + kClientAnswers;
    for (InputRequest &request : required.requests) {
        const std::string params = Base::dumpJson(paramsFor(request, call.revision));
        const std::string id = m_asked.add({serial, std::move(request.key), call.sessionId, until});
        call.outlet->notify(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + request.method
                            + R"(","params":)" + params + '}');
    }
    m_wake(until);
}

void Calls::clientAnswered(const Message &response, const Asker &asker)
{
    const auto asked = m_asked.take(response.id, asker.sessionId);
    if (!asked)
        return;
    const auto it = m_calls.find(asked->call);
    if (it == m_calls.end())
        return;
    Call &call = it->second;
    if (response.failed || !response.answer.is_object()) { // a result is always an object
        call.awaited = 0;
        const std::string why
            = Base::stringMember(response.answer, "message").value_or("no reason given");
        return reply(it->first,
                     RpcError{ErrorCode::kInternalError, "The client did not answer: " + why});
    }
    call.inputs.answers[asked->key] = response.answer;
    if (--call.awaited == 0)
        run(it->first, std::exchange(call.inputs, {}));
}

void Calls::defer(Serial serial, Call &call, const Deferral &deferral)
{
    if (!call.taskId.empty())
        return m_tasks.say(call.taskId, deferral.message);
    const bool can = call.work.mayBecomeTask && call.capabilities.tasks && call.outlet
        && call.revision >= kModern && call.batch == 0;
    if (!can)
        return;
    const Task *task = m_tasks.create(call.principalId, serial, deferral);
    if (!task)
        return; // too many: it is held as for everybody else
    call.taskId = task->id;
    Outlet *outlet = std::exchange(call.outlet, nullptr);
    outlet->finish(responseText(call.id, m_codec.taskResult(taskFields(*task, false), true)));
    m_wake(task->until);
}

void Calls::updateTask(Task &task, const Json &responses)
{
    const bool waits = task.status == Task::InputNeeded;
    if (!waits || !m_tasks.answer(task, responses))
        return;
    const auto it = m_calls.find(task.call);
    if (it == m_calls.end())
        return;
    Inputs inputs = std::exchange(task.inputs, {});
    m_tasks.work(task.id);
    it->second.awaited = 0;
    run(it->first, std::move(inputs));
}

void Calls::cancelTask(Task &task)
{
    m_tasks.cancel(task);
    const auto it = m_calls.find(task.call);
    if (it != m_calls.end() && it->second.taskId == task.id)
        drop(it);
}

void Calls::sweep(ClientRequests::Time now)
{
    for (const Serial serial : m_asked.overdue(now)) {
        if (m_calls.contains(serial))
            reply(serial,
                  RpcError{ErrorCode::kInternalError, "The client did not answer in time."});
        m_asked.forget(serial);
    }
    for (const Serial serial : m_tasks.sweep(now)) {
        const auto it = m_calls.find(serial);
        if (it != m_calls.end())
            drop(it);
    }
}

ClientRequests::Time Calls::next() const
{
    return std::min(m_asked.next(), m_tasks.next());
}

} // namespace Mcp
