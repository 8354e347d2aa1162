// SPDX-License-Identifier: GPL-3.0-or-later
#include "stage.h"

#include "mcp/server/resourcesource.h"

namespace Fuzz
{

namespace
{

constexpr std::string_view kAnswers = "rfenciIumE";

} // namespace

// How often this has been asked for input already; from the state, where there is one.
std::size_t Stage::round(const Work &work, const Mcp::Inputs &inputs, bool modern) const
{
    if (!modern) {
        for (const auto &[key, answer] : inputs.answers) {
            const auto known = m_world.keys.find(key);
            CHECK(known != m_world.keys.end() && known->second == work.mark);
            CHECK(m_world.answered.contains(key) && answer.is_object());
        }
    }
    if (inputs.state.empty())
        return inputs.answers.empty() ? 0 : 1;
    const std::size_t bar = inputs.state.rfind('|');
    CHECK(bar != std::string::npos);
    CHECK(inputs.state.substr(0, bar) == work.mark + work.binding);
    return std::stoul(inputs.state.substr(bar + 1));
}

Stage::CallId Stage::begin(Work work, const Mcp::Inputs &inputs, bool modern)
{
    const CallId id = ++m_last;
    std::size_t rounds = round(work, inputs, modern);
    work.binding += '|' + std::to_string(rounds + 1); // of the next state
    for (; rounds > 0; --rounds) {
        const std::size_t end = work.letters.find_first_of(kAnswers);
        work.letters.erase(0, end == std::string::npos ? end : end + 1);
    }
    const std::string letters = work.letters;
    held.emplace(id, work);
    act(id, work, letters);
    return id;
}

void Stage::act(CallId id, const Work &work, const std::string &letters)
{
    for (const char letter : letters) {
        if (!held.contains(id)) // cancelled meanwhile
            return;
        if (kAnswers.find(letter) == std::string_view::npos) {
            if (work.report)
                tell(work, letter);
            continue;
        }
        Mcp::Outcome answer = outcome(work, letter);
        held.erase(id); // a reply is the last thing that happens to it
        return work.reply(std::move(answer));
    }
}

void Stage::tell(const Work &work, char letter)
{
    switch (letter) {
    case 'p':
        m_progress += 1;
        return work.report(Mcp::Progress{m_progress, m_progress + 1, work.mark + "\n\x01\xff"});
    case 'P': // numbers that are no progress
        work.report(Mcp::Progress{-1, {}, work.mark});
        return work.report(Mcp::Progress{1.0 / 0.0, 0.0 / 0.0, work.mark});
    case 'l':
        return work.report(Mcp::LogMessage{"info", "stage", work.mark});
    case 'L':
        return work.report(Mcp::LogMessage{"emergency", "", work.mark + "\r\n"});
    case 'd':
        return work.report(Mcp::Deferral{work.mark + std::to_string(m_progress)});
    case 'D': // a task that is kept for no time at all
        return work.report(Mcp::Deferral{work.mark, std::chrono::milliseconds(0)});
    case 's':
        m_world.pausing = true;
        work.report(Mcp::StreamPause{});
        m_world.pausing = false;
        return;
    default:
        return;
    }
}

Mcp::Outcome Stage::result(const Work &work, bool isError) const
{
    const std::string text = work.mark + work.text;
    switch (work.kind) {
    case Work::Tool:
        return Mcp::ToolResult{Base::dumpJson({{"said", text}}), text, isError, nullptr};
    case Work::Prompt:
        return Mcp::PromptResult{.description = work.mark}.user(text);
    case Work::Resource:
        return Mcp::ResourceResult{{{.uri = work.text, .text = text}}};
    case Work::List:
        return Mcp::ResourceList{{{.uri = "res://all/", .name = "a", .description = text},
                                  {.uri = "res://all/r", .name = "b", .description = text}}};
    case Work::Completions:
        return Mcp::Completion{{text, work.mark}, {}};
    }
    return Mcp::Written{"{}"};
}

Mcp::InputRequest Stage::question(const Work &work, const char *method, const char *mode)
{
    Mcp::InputRequest request{"k" + std::to_string(++m_lastKey), method, {}};
    m_world.keys.emplace(request.key, work.mark);
    request.params = {{"message", work.mark + request.key}};
    if (mode)
        request.params["mode"] = mode;
    return request;
}

Mcp::Outcome Stage::outcome(const Work &work, char letter)
{
    const std::string state = work.mark + work.binding;
    const bool asks = work.kind != Work::List && work.kind != Work::Completions;
    switch (asks || std::islower(letter) ? letter : 'r') {
    case 'e':
        return Mcp::RpcError{Mcp::ErrorCode::kInternalError, work.mark + "failed"};
    case 'n':
        return Mcp::resourceNotFound(work.text);
    case 'c':
        return Mcp::missingCapability("sampling");
    case 'i':
        if (asks)
            return Mcp::InputRequired{{question(work, "elicitation/create", "form")}, {}};
        break;
    case 'I':
        return Mcp::InputRequired{{question(work, "elicitation/create", "form")}, state};
    case 'u':
        if (asks)
            return Mcp::InputRequired{{question(work, "elicitation/create", "url")}, state};
        break;
    case 'm':
        if (asks)
            return Mcp::InputRequired{
                {question(work, "sampling/createMessage"), question(work, "roots/list")}, state};
        break;
    case 'E':
        return Mcp::InputRequired{{}, state};
    default:
        break;
    }
    return result(work, letter == 'f');
}

} // namespace Fuzz
