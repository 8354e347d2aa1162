// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/server/calls.h"

#include "mcp/server/modernrules.h"

#include <cmath>
#include <utility>
#include <vector>

// A request's way: start, run, report and reply, cancel. Rounds of input and tasks are in
// callrounds.cpp.

namespace Mcp
{

using Base::Json;

namespace
{

constexpr std::size_t kCallsPerOutlet = 1024;
constexpr std::size_t kSessionsWithLevel = 1024;
// A response buffer that one large result has grown is not worth keeping.
constexpr std::size_t kKeptText = 64UL * 1024;
constexpr int kInfoLevel = 1;
constexpr auto kLogLevelKey = "io.modelcontextprotocol/logLevel";

// Codes differ by revision: what a resource is not was a code of its own before 2026-07-28.
void fit(RpcError &error, Revision revision)
{
    if (error.code == ErrorCode::kResourceNotFound && revision >= kModern)
        error.code = ErrorCode::kInvalidParams;
}

} // namespace

Calls::Calls(const Codec &codec, std::string_view key, const Base::Clock &clock,
             std::function<void(ClientRequests::Time)> wake)
    : m_codec(codec)
    , m_states(key, clock)
    , m_wake(std::move(wake))
    , m_tasks(clock)
{
}

Calls::~Calls()
{
    const auto calls = std::exchange(m_calls, {});
    for (const auto &[serial, call] : calls) {
        if (call.gateId != 0)
            call.work.responder->cancel(call.gateId);
    }
}

Answer Calls::start(Message &request, const Asker &asker, Work &&work)
{
    // An HTTP connection holds one request; only a line can pile them up.
    if (!asker.overHttp) {
        std::size_t held = 0;
        for (const auto &[serial, other] : m_calls)
            held += other.outlet == &asker.outlet ? 1 : 0;
        if (held >= kCallsPerOutlet)
            return Answer::error(ErrorCode::kInternalError, "Too many calls are in flight.");
    }
    Inputs inputs;
    if (asker.modern()) {
        if (auto refused = takeInputs(request, asker, work.binding, inputs))
            return *refused;
    }
    const Serial serial = ++m_lastSerial;
    Call &call = m_calls[serial];
    call.outlet = &asker.outlet;
    call.id = std::move(request.id);
    call.sessionId = asker.sessionId;
    call.principalId = asker.principal.id;
    call.overHttp = asker.overHttp;
    call.revision = asker.revision;
    call.capabilities = asker.capabilities;
    call.batch = asker.batch;
    call.work = std::move(work);
    const Json &meta = Base::member(request.params, "_meta");
    if (asker.batch != 0)
        m_batches.expect(asker.batch);
    else if (asker.outlet.canStream())
        call.progressToken = rawToken(Base::member(meta, "progressToken"));
    const Json &level = Base::member(meta, kLogLevelKey);
    if (level.is_string())
        call.logLevel = logLevel(level.get_ref<const std::string &>());
    run(serial, std::move(inputs));
    return {.later = true};
}

void Calls::run(Serial serial, Inputs inputs)
{
    // Out of the call: the reply may come from inside, and end it.
    const Work::Begin begin = std::move(m_calls.find(serial)->second.work.begin);
    const Responder::CallId id = begin(
        std::move(inputs), [this, serial](Outcome outcome) { reply(serial, std::move(outcome)); },
        [this, serial](const CallEvent &event) { report(serial, event); });
    const auto it = m_calls.find(serial);
    if (it == m_calls.end())
        return;
    Call &call = it->second;
    if (call.work.responder->asksForInput())
        call.work.begin = begin;
    if (call.awaited == 0) // else it has been answered already, with a question
        call.gateId = id;
}

std::string Calls::resultText(const Outcome &outcome, Revision revision) const
{
    if (const auto *result = std::get_if<ToolResult>(&outcome))
        return m_codec.toolResult(*result, revision);
    if (const auto *result = std::get_if<PromptResult>(&outcome))
        return m_codec.promptResult(*result, revision);
    if (const auto *result = std::get_if<ResourceResult>(&outcome))
        return m_codec.readResult(*result, revision);
    if (const auto *result = std::get_if<Completion>(&outcome))
        return m_codec.completionResult(*result, revision);
    if (const auto *result = std::get_if<Written>(&outcome))
        return result->text;
    return m_codec.emptyResult(revision);
}

void Calls::reply(Serial serial, Outcome outcome)
{
    const auto it = m_calls.find(serial);
    if (it == m_calls.end())
        return;
    if (auto *required = std::get_if<InputRequired>(&outcome))
        return ask(it, std::move(*required));
    Call call = std::move(it->second);
    m_calls.erase(it);
    m_asked.forget(serial);
    if (call.taskId.empty())
        return send(call, outcome);
    if (auto *error = std::get_if<RpcError>(&outcome)) {
        fit(*error, call.revision);
        m_tasks.fail(call.taskId, *error);
    } else {
        m_tasks.complete(call.taskId, resultText(outcome, call.revision));
    }
}

void Calls::send(Call &call, const Outcome &outcome)
{
    // Only a batch must still hear of a call whose client has gone: so that it is cleared away.
    if (!call.outlet && call.batch == 0)
        return;
    if (const auto *error = std::get_if<RpcError>(&outcome))
        return sendError(call, *error);
    std::string text = std::move(m_text);
    text.clear();
    if (const auto *result = std::get_if<ToolResult>(&outcome))
        m_codec.appendToolResponse(text, call.id, *result, call.revision);
    else
        text = responseText(call.id, resultText(outcome, call.revision));
    if (call.batch != 0) {
        m_batches.add(call.batch, text);
        m_batches.settle(call.batch);
    } else {
        call.outlet->finish(text);
    }
    if (text.capacity() <= kKeptText)
        m_text = std::move(text);
}

void Calls::sendError(Call &call, RpcError error)
{
    fit(error, call.revision);
    error.id = call.id;
    const std::string text = errorText(error);
    if (call.batch != 0) {
        m_batches.add(call.batch, text);
        m_batches.settle(call.batch);
        return;
    }
    if (call.outlet)
        call.outlet->refuse(call.revision >= kModern ? modernStatus(error.code) : 200, text);
}

void Calls::report(Serial serial, const CallEvent &event)
{
    const auto it = m_calls.find(serial);
    if (it == m_calls.end())
        return;
    Call &call = it->second;
    if (const auto *deferral = std::get_if<Deferral>(&event))
        return defer(serial, call, *deferral);
    // A task tells its state by its status message only.
    if (!call.outlet || call.batch != 0 || !call.taskId.empty())
        return;
    if (const auto *step = std::get_if<Progress>(&event))
        progress(call, *step);
    else if (const auto *message = std::get_if<LogMessage>(&event))
        log(call, *message);
    else
        call.outlet->pause();
}

void Calls::progress(Call &call, const Progress &step)
{
    if (call.progressToken.empty() || !std::isfinite(step.progress)
        || (step.total && !std::isfinite(*step.total)))
        return;
    if (call.reported && step.progress <= call.lastProgress)
        return;
    call.reported = true;
    call.lastProgress = step.progress;
    call.outlet->notify(Codec::progressText(call.progressToken, step, call.revision));
}

void Calls::log(Call &call, const LogMessage &message)
{
    const auto level = logLevel(message.level);
    if (!level || !call.outlet->canStream())
        return;
    int wanted = kInfoLevel;
    if (call.revision >= kModern) {
        if (!call.logLevel)
            return;
        wanted = *call.logLevel;
    } else if (const auto it = m_logLevels.find(call.sessionId); it != m_logLevels.end()) {
        wanted = it->second;
    }
    if (*level >= wanted)
        call.outlet->notify(Codec::logText(message));
}

void Calls::setLogLevel(std::string_view sessionId, int level)
{
    if (m_logLevels.size() >= kSessionsWithLevel)
        m_logLevels.clear();
    m_logLevels[std::string(sessionId)] = level;
}

void Calls::endSession(std::string_view sessionId)
{
    m_logLevels.erase(std::string(sessionId));
}

void Calls::drop(Found it)
{
    const Serial serial = it->first;
    const Call gone = std::move(it->second);
    m_calls.erase(it);
    m_asked.forget(serial);
    if (gone.batch != 0)
        m_batches.settle(gone.batch);
    else if (gone.overHttp && gone.outlet)
        // HTTP cannot leave a request unanswered; an event stream without a response says nothing.
        gone.outlet->endStream();
    if (gone.gateId != 0)
        gone.work.responder->cancel(gone.gateId);
}

bool Calls::cancelRequest(const std::string &id, const Asker &asker)
{
    for (auto it = m_calls.begin(); it != m_calls.end(); ++it) {
        const Call &call = it->second;
        const bool mine = asker.overHttp
            ? !asker.sessionId.empty() && call.sessionId == asker.sessionId
            : call.outlet == &asker.outlet;
        if (call.id != id || !mine)
            continue;
        drop(it);
        return true;
    }
    return false;
}

std::vector<Calls::Call> Calls::take(const Outlet &outlet)
{
    m_batches.forget(outlet);
    std::vector<Call> gone;
    for (auto it = m_calls.begin(); it != m_calls.end();) {
        if (it->second.outlet != &outlet) {
            ++it;
            continue;
        }
        m_asked.forget(it->first);
        gone.push_back(std::move(it->second));
        it = m_calls.erase(it);
    }
    return gone;
}

void Calls::hungUp(Outlet &outlet)
{
    for (const Call &call : take(outlet)) {
        if (call.gateId != 0)
            call.work.responder->cancel(call.gateId);
    }
}

void Calls::unheard(Outlet &outlet)
{
    // Not kept here until the reply: a responder that has nobody to answer need not reply. What
    // waits for the client's answer will never get it.
    for (const Call &call : take(outlet)) {
        if (call.gateId != 0)
            call.work.responder->unheard(call.gateId);
    }
}

void Calls::endAll(const RpcError &error)
{
    auto calls = std::exchange(m_calls, {});
    for (auto &[serial, call] : calls) {
        m_asked.forget(serial);
        if (call.gateId != 0)
            call.work.responder->cancel(call.gateId);
        if (call.taskId.empty())
            sendError(call, error);
        else
            m_tasks.fail(call.taskId, error);
    }
}

} // namespace Mcp
