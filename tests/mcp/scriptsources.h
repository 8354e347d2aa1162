// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fakes.h"

#include "mcp/server/promptsource.h"

namespace TestMcp
{

/// The sources that transcripts are played against. What a tool or prompt named "held" or "task"
/// does is said by the transcript, through finish() and tell().
class ScriptGate final : public Mcp::ToolGate
{
public:
    struct Held {
        Reply reply;
        Report report;
    };

    std::vector<Mcp::ToolDescription> tools(const Mcp::Principal &) const override
    {
        std::vector<Mcp::ToolDescription> list;
        for (const char *name : {"ask", "echo", "held", "picture", "region", "task"}) {
            Mcp::ToolDescription tool;
            tool.name = name;
            tool.title = name;
            tool.description = "What the transcript says.";
            tool.inputSchema = {{"type", "object"}, {"properties", Base::Json::object()}};
            if (tool.name == "region")
                tool.inputSchema["properties"]["region"]
                    = {{"type", "string"}, {"x-mcp-header", "Region"}};
            list.push_back(tool);
        }
        return list;
    }
    bool hasTool(const std::string &name) const override
    {
        const auto list = tools({});
        return std::any_of(list.begin(), list.end(),
                           [&](const Mcp::ToolDescription &tool) { return tool.name == name; });
    }
    bool asksForInput() const override { return true; }
    std::vector<Mcp::HeaderParameter> headerParameters(const std::string &name) const override
    {
        for (const Mcp::ToolDescription &tool : tools({})) {
            if (tool.name == name)
                return Mcp::headerParametersOf(tool.inputSchema);
        }
        return {};
    }
    CallId begin(Mcp::ToolCall call, Reply reply, Report report) override
    {
        const CallId id = ++m_last;
        if (call.tool == "ask") {
            ask(call, reply);
        } else if (call.tool == "held" || call.tool == "task") {
            if (call.tool == "task" && !call.capabilities.tasks) {
                reply(Mcp::missingCapability(Mcp::kTasksExtension));
                return id;
            }
            if (call.tool == "task")
                report(Mcp::Deferral{"Waiting"});
            held.emplace(id, Held{std::move(reply), std::move(report)});
        } else if (call.tool == "picture") {
            reply(Mcp::ToolResult{
                {},
                {},
                false,
                Base::Json::array(
                    {{{"type", "image"}, {"data", "AAAA"}, {"mimeType", "image/png"}}})});
        } else {
            const std::string text = Base::dumpJson(call.arguments);
            reply(Mcp::ToolResult{text, text, false, nullptr});
        }
        return id;
    }
    void cancel(CallId call) override { cancelled += int(held.erase(call)); }
    void unheard(CallId call) override { unheardCalls += call == 0 ? 0 : 1; }

    std::map<CallId, Held> held;
    int cancelled = 0;
    int unheardCalls = 0;

private:
    // Two rounds: a name, then a colour; the name travels in the state.
    static void ask(const Mcp::ToolCall &call, const Reply &reply)
    {
        const auto form = [](const char *key) {
            return Mcp::InputRequest{
                key,
                "elicitation/create",
                {{"mode", "form"},
                 {"message", std::string("Your ") + key + "?"},
                 {"requestedSchema",
                  {{"type", "object"}, {"properties", {{key, {{"type", "string"}}}}}}}}};
        };
        const auto answer = [&call](const char *key) {
            const auto it = call.inputs.answers.find(key);
            if (it == call.inputs.answers.end())
                return std::string();
            return Base::stringMember(Base::member(it->second, "content"), key)
                .value_or(std::string());
        };
        if (!call.inputs.state.empty() && !answer("colour").empty()) {
            const std::string text = call.inputs.state + " likes " + answer("colour");
            return reply(Mcp::ToolResult{{}, text, false, nullptr});
        }
        if (!answer("name").empty())
            return reply(Mcp::InputRequired{{form("colour")}, answer("name")});
        reply(Mcp::InputRequired{{form("name")}, {}});
    }

    CallId m_last = 0;
};

/// 250 resources, "res://0" on; all can be read, one level of "res://deep/{part}" by template.
class ScriptResources final : public Mcp::ResourceSource
{
public:
    CallId list(const Mcp::Caller &, Reply reply) override
    {
        Mcp::ResourceList list;
        for (int i = 0; i < 250; ++i)
            list.resources.push_back(
                {.uri = "res://" + std::to_string(i), .name = std::to_string(i), .size = 3});
        reply(std::move(list));
        return ++m_last;
    }
    std::vector<Mcp::ResourceTemplate> templates(const Mcp::Principal &) const override
    {
        return {{.uriTemplate = "res://deep/{part}", .name = "deep"}};
    }
    CallId read(Mcp::ResourceRead read, Reply reply, Report) override
    {
        if (maySubscribe(read.principal, read.uri))
            reply(
                Mcp::ResourceResult{{{.uri = read.uri, .mimeType = "text/plain", .text = "abc"}}});
        else
            reply(Mcp::resourceNotFound(read.uri));
        return ++m_last;
    }
    CallId complete(Mcp::CompletionQuery query, Reply reply) override
    {
        Mcp::Completion completion;
        for (int i = 0; i < 150 && query.argument == "part"; ++i)
            completion.values.push_back(query.value + std::to_string(i));
        reply(std::move(completion));
        return ++m_last;
    }
    bool maySubscribe(const Mcp::Principal &, const std::string &uri) const override
    {
        return uri.starts_with("res://") && uri != "res://none";
    }
    void cancel(CallId) override { }

private:
    CallId m_last = 0;
};

class ScriptPrompts final : public Mcp::PromptSource
{
public:
    std::vector<Mcp::PromptDescription> prompts(const Mcp::Principal &) const override
    {
        return {{.name = "greet",
                 .description = "Greets somebody.",
                 .arguments = {{.name = "who", .description = "Whom?", .required = true}}}};
    }
    CallId get(Mcp::PromptGet get, Reply reply, Report) override
    {
        reply(Mcp::PromptResult{.description = "A greeting"}.user("Greet " + get.arguments["who"]));
        return ++m_last;
    }
    CallId complete(Mcp::CompletionQuery query, Reply reply) override
    {
        Mcp::Completion completion;
        for (const char *name : {"Ada", "Alan", "Grace"}) {
            if (std::string(name).starts_with(query.value))
                completion.values.emplace_back(name);
        }
        reply(std::move(completion));
        return ++m_last;
    }
    void cancel(CallId) override { }

private:
    CallId m_last = 0;
};

} // namespace TestMcp
