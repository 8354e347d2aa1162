// SPDX-License-Identifier: GPL-3.0-or-later
// The tools, resources and prompts of the fuzzed server; what they do is played on the stage.
#pragma once

#include "stage.h"

#include "mcp/server/promptsource.h"

namespace Fuzz
{

inline std::string markOf(const Mcp::Caller &caller)
{
    CHECK(!caller.principal.id.empty());
    CHECK(!caller.modern || caller.sessionId.empty());
    return mark(caller.principal.id, caller.sessionId);
}

/// Tools by what they do if their arguments have no "do".
class Gate final : public Mcp::ToolGate
{
public:
    explicit Gate(Stage &stage)
        : m_stage(stage)
    {
    }

    std::vector<Mcp::ToolDescription> tools(const Mcp::Principal &principal) const override
    {
        Mcp::ToolDescription tool{.name = "echo", .title = "Echo"};
        tool.description = mark(principal.id, "*");
        tool.inputSchema = {{"type", "object"}};
        return {tool};
    }
    bool hasTool(const std::string &name) const override { return kTools.contains(name); }
    bool asksForInput() const override { return true; }
    CallId begin(Mcp::ToolCall call, Reply reply, Report report) override
    {
        CHECK(hasTool(call.tool) && call.arguments.is_object());
        const std::string text = Base::dumpJson(call.arguments);
        const std::string binding = call.tool + std::to_string(std::hash<std::string>{}(text));
        const std::string letters
            = Base::stringMember(call.arguments, "do").value_or(kTools.at(call.tool));
        return m_stage.begin(
            {Work::Tool, markOf(call), text, binding, letters, std::move(reply), std::move(report)},
            call.inputs, call.modern);
    }
    void cancel(CallId call) override { m_stage.cancel(call, Work::Tool, Work::Tool); }
    void unheard(CallId call) override { m_stage.unheard(call); }

private:
    inline static const std::map<std::string, std::string> kTools{
        {"echo", "r"},  {"fails", "f"}, {"held", ""},   {"chatty", "p"},
        {"ask", "iIr"}, {"task", "d"},  {"pause", "s"}, {"log", "l"}};
    Stage &m_stage;
};

/// "res://PRINCIPAL/LETTERS", or res://all/LETTERS.
class Resources final : public Mcp::ResourceSource
{
public:
    explicit Resources(Stage &stage)
        : m_stage(stage)
    {
    }

    bool asksForInput() const override { return true; }
    CallId list(const Mcp::Caller &caller, Reply reply) override
    {
        return m_stage.begin(
            {Work::List, markOf(caller), {}, {}, listLater ? "" : "r", std::move(reply)}, {},
            caller.modern);
    }
    std::vector<Mcp::ResourceTemplate> templates(const Mcp::Principal &principal) const override
    {
        return {{.uriTemplate = "res://all/{letters}",
                 .name = "t",
                 .description = mark(principal.id, "*")}};
    }
    CallId read(Mcp::ResourceRead read, Reply reply, Report report) override
    {
        std::string letters = read.uri.substr(read.uri.rfind('/') + 1);
        if (!mayRead(read.principal.id, read.uri))
            letters = "n";
        return m_stage.begin({Work::Resource, markOf(read), read.uri, read.uri, letters,
                              std::move(reply), std::move(report)},
                             read.inputs, read.modern);
    }
    CallId complete(Mcp::CompletionQuery query, Reply reply) override
    {
        return m_stage.begin(
            {Work::Completions, markOf(query), query.argument, {}, query.value, std::move(reply)},
            {}, query.modern);
    }
    bool maySubscribe(const Mcp::Principal &principal, const std::string &uri) const override
    {
        return mayRead(principal.id, uri);
    }
    void cancel(CallId call) override
    {
        const auto it = m_stage.held.find(call);
        const bool list = it != m_stage.held.end() && it->second.kind == Work::List;
        m_stage.cancel(call, list ? Work::List : Work::Resource, Work::Completions);
    }
    void unheard(CallId call) override { m_stage.unheard(call); }

    bool listLater = false;

private:
    Stage &m_stage;
};

/// The prompt `act`, whose required argument says what it does.
class Prompts final : public Mcp::PromptSource
{
public:
    explicit Prompts(Stage &stage)
        : m_stage(stage)
    {
    }

    std::vector<Mcp::PromptDescription> prompts(const Mcp::Principal &principal) const override
    {
        return {{.name = "act",
                 .description = mark(principal.id, "*"),
                 .arguments = {{.name = "do", .required = true}}}};
    }
    bool asksForInput() const override { return true; }
    CallId get(Mcp::PromptGet get, Reply reply, Report report) override
    {
        CHECK(get.name == "act" && get.arguments.contains("do"));
        const std::string binding
            = std::to_string(std::hash<std::string>{}(Base::dumpJson(Json(get.arguments))));
        return m_stage.begin({Work::Prompt, markOf(get), "p", binding, get.arguments["do"],
                              std::move(reply), std::move(report)},
                             get.inputs, get.modern);
    }
    CallId complete(Mcp::CompletionQuery query, Reply reply) override
    {
        return m_stage.begin(
            {Work::Completions, markOf(query), query.argument, {}, query.value, std::move(reply)},
            {}, query.modern);
    }
    void cancel(CallId call) override { m_stage.cancel(call, Work::Prompt, Work::Completions); }
    void unheard(CallId call) override { m_stage.unheard(call); }

private:
    Stage &m_stage;
};

} // namespace Fuzz
