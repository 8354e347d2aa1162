// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/authenticator.h"
#include "mcp/server/server.h"
#include "mcp/server/toolgate.h"

#include <map>
#include <set>

namespace TestMcp
{

/// A gate with three tools. `echo` answers at once with its arguments; `held` waits for finish();
/// `big` answers with `bytes` bytes of text.
class FakeGate final : public Mcp::ToolGate
{
public:
    struct Held {
        Mcp::ToolCall call;
        Reply reply;
        Report report;
    };

    std::vector<Mcp::ToolDescription> tools(const Mcp::Principal &principal) const override
    {
        std::vector<Mcp::ToolDescription> list;
        for (const char *name : {"echo", "held", "big"}) {
            Mcp::ToolDescription tool;
            tool.name = name;
            tool.title = std::string("Title of ") + name;
            tool.description = "For " + principal.id;
            tool.inputSchema = {{"type", "object"}, {"properties", Base::Json::object()}};
            tool.outputSchema = {{"type", "object"}};
            list.push_back(tool);
        }
        return list;
    }
    bool hasTool(const std::string &name) const override
    {
        return name == "echo" || name == "held" || name == "big";
    }
    CallId begin(Mcp::ToolCall call, Reply reply, Report report) override
    {
        const CallId id = ++last;
        ++begun;
        if (call.tool == "held") {
            held.emplace(id, Held{std::move(call), std::move(reply), std::move(report)});
            return id;
        }
        Mcp::ToolResult result;
        result.structured = Base::dumpJson(call.arguments);
        result.text = result.structured;
        if (call.tool == "big")
            result.text = std::string(
                static_cast<std::size_t>(Base::integerMember(call.arguments, "bytes").value_or(0)),
                'x');
        lastCall = std::move(call);
        reply(std::move(result));
        return id;
    }
    void cancel(CallId call) override
    {
        if (held.erase(call) > 0)
            cancelled.insert(call);
    }

    void unheard(CallId call) override { unheardCalls.push_back(call); }

    /// Answers the oldest held call.
    void finishOldest(const std::string &text = "done")
    {
        auto node = held.extract(held.begin());
        node.mapped().reply(Mcp::ToolResult{R"({"held":true})", text, false, nullptr});
    }

    CallId last = 0;
    int begun = 0;
    std::map<CallId, Held> held;
    std::set<CallId> cancelled;
    std::vector<CallId> unheardCalls;
    Mcp::ToolCall lastCall;
};

/// Tokens "alice" and "bob"; peers are known by what they announced.
class FakeAuthenticator final : public Mcp::Authenticator
{
public:
    std::optional<Mcp::Principal> byBearer(std::string_view token) override
    {
        if (token != "alice" && token != "bob")
            return std::nullopt;
        return Mcp::Principal{std::string(token), "Agent of " + std::string(token)};
    }
    Mcp::Principal byPeer(const Mcp::PeerProgram &peer) override
    {
        lastPeer = peer;
        return {"peer-" + peer.announced, peer.announced};
    }

    Mcp::PeerProgram lastPeer;
};

inline Mcp::ServerInfo serverInfo()
{
    return {"turso-companion", "Turso Companion", "1.2.3", "Writes may wait for the person."};
}

} // namespace TestMcp
