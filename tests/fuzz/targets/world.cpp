// SPDX-License-Identifier: GPL-3.0-or-later
#include "world.h"

#include <utility>

namespace Fuzz
{

// The text was made for this owner; answers what stands behind the mark.
std::string World::isFor(const Json &text, Owner &owner)
{
    CHECK(text.is_string());
    const auto &all = text.get_ref<const std::string &>();
    CHECK(all.starts_with('@'));
    const std::size_t end = all.find('@', 1);
    const std::size_t slash = all.find('/');
    CHECK(slash < end && end != std::string::npos);
    const std::string session = all.substr(slash + 1, end - slash - 1);
    CHECK(all.substr(1, slash - 1) == owner.principal);
    if (session == "*") // for all sessions of a principal
        return {};
    if (owner.onLine && owner.session.empty() && !session.empty()) {
        CHECK(lineSessions.insert(session).second); // no other connection has it
        owner.session = session;
    }
    CHECK(session == owner.session || (owner.onLine && session.empty()));
    return all.substr(end + 1);
}

void World::lookAtAsked(const std::string &method, const Json &params, Owner &owner)
{
    isFor(Base::member(params, "message"), owner);
    CHECK(method == "elicitation/create" || method == "sampling/createMessage"
          || method == "roots/list");
    if (!owner.capabilities)
        return;
    const bool url = Base::stringMember(params, "mode") == "url";
    if (method == "elicitation/create")
        CHECK(url ? owner.capabilities->elicitationUrl : owner.capabilities->elicitation);
    else
        CHECK(method == "roots/list" ? owner.capabilities->roots : owner.capabilities->sampling);
}

void World::lookAtQuestion(const Json &message, Owner &owner)
{
    const Json &params = Base::member(message, "params");
    lookAtAsked(message["method"], params, owner);
    const std::string id = message["id"];
    const std::string key = isFor(Base::member(params, "message"), owner);
    CHECK(questions.emplace(id, std::pair(mark(owner.principal, owner.session), key)).second);
    saw('q', id);
}

void World::lookAtAcknowledged(const Json &filter, const Owner &owner) const
{
    for (const Json &id : Base::member(filter, "taskIds")) {
        const auto task = tasks.find(id.get<std::string>());
        CHECK(task != tasks.end() && task->second == owner.principal);
    }
    for (const Json &uri : Base::member(filter, "resourceSubscriptions"))
        CHECK(mayRead(owner.principal, uri));
}

void World::lookAtTask(const Json &task, Owner &owner)
{
    const auto known = tasks.find(task["taskId"]);
    CHECK(known != tasks.end() && known->second == owner.principal);
    const std::string status = task["status"];
    CHECK(task.contains("statusMessage") == (status == "working" || status == "input_required"));
    if (task.contains("statusMessage"))
        isFor(task["statusMessage"], owner);
    CHECK(task.contains("result") == (status == "completed"));
    CHECK(task.contains("error") == (status == "failed"));
    CHECK(task.contains("inputRequests") == (status == "input_required"));
    if (task.contains("result"))
        lookAtResult(task["result"], owner);
    const auto mine = std::exchange(owner.capabilities, taskCapabilities.at(task["taskId"]));
    for (const Json &asked : Base::member(task, "inputRequests"))
        lookAtAsked(asked["method"], asked["params"], owner);
    owner.capabilities = mine;
}

void World::lookAtResult(const Json &result, Owner &owner)
{
    const auto all = [&](const char *list, const char *key) {
        for (const Json &item : Base::member(result, list))
            isFor(Base::member(item, key), owner);
    };
    if (Base::stringMember(result, "resultType") == "task") {
        CHECK(tasks.emplace(result["taskId"], owner.principal).second);
        taskCapabilities.emplace(result["taskId"], owner.capabilities);
        saw('t', result["taskId"]);
        return lookAtTask(result, owner);
    }
    if (result.contains("taskId"))
        return lookAtTask(result, owner);
    for (const Json &asked : Base::member(result, "inputRequests"))
        lookAtAsked(asked["method"], asked["params"], owner);
    if (result.contains("requestState"))
        saw('r', result["requestState"]);
    // What the server itself says of arguments is for everybody.
    for (const Json &block : Base::member(result, "content")) {
        if (!block["text"].get_ref<const std::string &>().starts_with("\"arguments\""))
            isFor(block["text"], owner);
    }
    for (const Json &message : Base::member(result, "messages"))
        isFor(message["content"]["text"], owner);
    all("contents", "text");
    all("tools", "description");
    all("prompts", "description");
    all("resources", "description");
    all("resourceTemplates", "description");
    for (const Json &value : Base::member(Base::member(result, "completion"), "values"))
        isFor(value, owner);
}

void World::look(const Json &message, Owner &owner)
{
    if (message.is_array()) {
        for (const Json &item : message)
            look(item, owner);
        return;
    }
    const Json &params = Base::member(message, "params");
    const std::string method = Base::stringMember(message, "method").value_or("");
    if (message.contains("result"))
        return lookAtResult(message["result"], owner);
    if (message.contains("error")) {
        const std::string text = message["error"]["message"];
        if (text.starts_with('@'))
            isFor(text, owner);
    } else if (message.contains("id")) {
        lookAtQuestion(message, owner);
    } else if (method == "notifications/progress") {
        if (params.contains("message"))
            isFor(params["message"], owner);
    } else if (method == "notifications/message") {
        isFor(params["data"], owner);
    } else if (method == "notifications/tasks") {
        lookAtTask(params, owner);
    } else if (method == "notifications/resources/updated") {
        CHECK(mayRead(owner.principal, params["uri"]));
    } else if (method == "notifications/subscriptions/acknowledged") {
        lookAtAcknowledged(params["notifications"], owner);
    } else {
        CHECK(method.ends_with("/list_changed"));
        CHECK(onlyFor.empty() || onlyFor == owner.principal);
    }
}

} // namespace Fuzz
