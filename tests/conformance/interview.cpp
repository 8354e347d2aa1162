// SPDX-License-Identifier: GPL-3.0-or-later
#include "interview.h"

#include <algorithm>

namespace Conformance
{

namespace
{

constexpr char kElicit[] = "elicitation/create";
constexpr char kSample[] = "sampling/createMessage";
constexpr char kRoots[] = "roots/list";

/// Only what the suite's forms have: texts and booleans must be what they are said to be.
bool fits(const Json &value, const Json &schema)
{
    const std::string type = Base::stringMember(schema, "type").value_or("");
    return (type != "string" || value.is_string()) && (type != "boolean" || value.is_boolean());
}

bool isForm(const Json &answer, const Json &schema)
{
    const auto action = Base::stringMember(answer, "action");
    if (action == "decline" || action == "cancel")
        return true;
    const Json &content = Base::member(answer, "content");
    if (action != "accept" || !content.is_object())
        return false;
    const Json &required = Base::member(schema, "required");
    return std::all_of(required.begin(), required.end(), [&](const Json &name) {
        const auto &key = name.get_ref<const std::string &>();
        return content.contains(key) && fits(content.at(key), schema.at("properties").at(key));
    });
}

bool isAnswerTo(const Mcp::InputRequest &question, const Json &answer)
{
    if (!answer.is_object())
        return false;
    if (question.method == kSample)
        return answer.contains("content");
    if (question.method == kRoots)
        return Base::member(answer, "roots").is_array();
    return isForm(answer, Base::member(question.params, "requestedSchema"));
}

const Json &answerTo(const Answers &answers, const char *key)
{
    static const Json kNone;
    const auto found = answers.find(key);
    return found == answers.end() ? kNone : found->second;
}

} // namespace

tl::expected<Answers, Mcp::InputRequired> proceed(const Interview &interview,
                                                  const Mcp::Inputs &inputs)
{
    const Json earlier = Base::parseJson(inputs.state).value_or(Json::object());
    const bool counts = !interview.needsState || !inputs.state.empty();
    Answers answers;
    Mcp::InputRequired open;
    for (const auto &question : interview.questions) {
        const auto now = inputs.answers.find(question.key);
        if (counts && now != inputs.answers.end() && isAnswerTo(question, now->second))
            answers[question.key] = now->second;
        else if (earlier.contains(question.key))
            answers[question.key] = earlier.at(question.key);
        else if (!interview.oneByOne || open.requests.empty())
            open.requests.push_back(question);
    }
    if (open.requests.empty())
        return answers;
    if (interview.needsState || !answers.empty())
        open.state = Base::dumpJson(answers);
    return tl::unexpected(std::move(open));
}

Mcp::InputRequest elicit(std::string key, std::string message, Json schema)
{
    return {std::move(key),
            kElicit,
            {{"message", std::move(message)}, {"requestedSchema", std::move(schema)}}};
}

Mcp::InputRequest elicitField(std::string key, std::string message, const char *field,
                              const char *type)
{
    return elicit(std::move(key), std::move(message),
                  objectSchema({{field, {{"type", type}}}}, {field}));
}

Mcp::InputRequest sample(std::string key, std::string prompt, int maxTokens)
{
    const Json message = {{"role", "user"}, {"content", textBlock(std::move(prompt))}};
    return {
        std::move(key), kSample, {{"messages", Json::array({message})}, {"maxTokens", maxTokens}}};
}

Mcp::InputRequest listRoots(std::string key)
{
    return {std::move(key), kRoots, Json::object()};
}

std::string fieldOf(const Answers &answers, const char *key, const char *field)
{
    const Json &content = Base::member(answerTo(answers, key), "content");
    return Base::stringMember(content, field).value_or("");
}

std::string formOf(const Answers &answers, const char *key)
{
    const Json &form = answerTo(answers, key);
    return "action=" + Base::stringMember(form, "action").value_or("")
        + ", content=" + Base::dumpJson(Base::member(form, "content"));
}

std::string sampleOf(const Answers &answers, const char *key)
{
    // One block, or since 2025-11-25 a list of them.
    const Json &content = Base::member(answerTo(answers, key), "content");
    const Json &block = content.is_array() && !content.empty() ? content.front() : content;
    return Base::stringMember(block, "text").value_or("");
}

std::string rootsOf(const Answers &answers, const char *key)
{
    std::string uris;
    for (const Json &root : Base::member(answerTo(answers, key), "roots"))
        uris += (uris.empty() ? "" : " ") + Base::stringMember(root, "uri").value_or("");
    return uris;
}

} // namespace Conformance
