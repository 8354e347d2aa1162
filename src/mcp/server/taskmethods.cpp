// SPDX-License-Identifier: GPL-3.0-or-later
// The methods of the extension io.modelcontextprotocol/tasks.
#include "mcp/server/server.h"

namespace Mcp
{

using Base::Json;

Task *Server::taskOf(const Message &request, const Asker &asker, Answer &refusal)
{
    if (!asker.capabilities.tasks) {
        refusal = answerFor(missingCapability(kTasksExtension));
        return nullptr;
    }
    const auto id = Base::stringMember(request.params, "taskId");
    Task *task = id ? m_calls.tasks().find(*id, asker.principal.id) : nullptr;
    if (!task)
        refusal = Answer::error(ErrorCode::kInvalidParams,
                                "There is no such task. Tasks end with the app, and with their "
                                "time (ttlMs).");
    return task;
}

Answer Server::getTask(Message &request, const Asker &asker)
{
    Answer refusal;
    const Task *task = taskOf(request, asker, refusal);
    if (!task)
        return refusal;
    return {.result = m_codec.taskResult(taskFields(*task, true), false)};
}

Answer Server::updateTask(Message &request, const Asker &asker)
{
    Answer refusal;
    Task *task = taskOf(request, asker, refusal);
    if (!task)
        return refusal;
    const Json &responses = Base::member(request.params, "inputResponses");
    if (!responses.is_object())
        return Answer::error(ErrorCode::kInvalidParams, "\"inputResponses\" must be an object.");
    m_calls.updateTask(*task, responses);
    return {.result = m_codec.emptyResult(asker.revision)};
}

Answer Server::cancelTask(Message &request, const Asker &asker)
{
    Answer refusal;
    Task *task = taskOf(request, asker, refusal);
    if (!task)
        return refusal;
    m_calls.cancelTask(*task);
    return {.result = m_codec.emptyResult(asker.revision)};
}

} // namespace Mcp
