// SPDX-License-Identifier: GPL-3.0-or-later
// The two ends of the protocol as the fuzzer plays them: agents that keep a strict account of what
// they get, and tools that answer when they are told to.
#pragma once

#include "check.h"

#include "mcp/server/outlet.h"
#include "mcp/server/toolgate.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace Fuzz
{

using Base::Json;

inline bool isUsableId(const Json &id)
{
    return id.is_string() || id.is_number();
}

inline bool isRequest(const Json &message)
{
    return message.is_object() && Base::stringMember(message, "jsonrpc") == "2.0"
        && isUsableId(Base::member(message, "id")) && Base::member(message, "method").is_string()
        && (!message.contains("params") || message["params"].is_object());
}

/// The ids that an agent still waits for, and the answers that it would put up with.
class Account
{
public:
    /// Before `text` is handed to the server.
    void sent(std::string_view text)
    {
        const auto parsed = Base::parseJson(text);
        if (!parsed) {
            ++m_nameless;
        } else if (parsed->is_array()) {
            ++m_nameless; // the whole batch may be refused
            for (const Json &item : *parsed)
                note(item, false);
        } else {
            note(*parsed, true);
        }
    }
    /// Every message from the server. True: it was a response, or a batch of them.
    bool got(std::string_view text)
    {
        CHECK(text.find('\n') == std::string_view::npos);
        const Json message = Json::parse(text, nullptr, false);
        CHECK(!message.is_discarded());
        if (!message.is_array())
            return gotOne(message);
        CHECK(!message.empty());
        for (const Json &item : message)
            CHECK(gotOne(item));
        return true;
    }
    /// The agent cancels a request: it is not answered any more.
    void cancelled(const Json &id) { m_due.extract(id.dump()); }
    /// The same where it cannot be known whether the server still knows of it.
    void mayBeCancelled(const Json &id)
    {
        const std::string name = id.dump();
        while (!m_due.extract(name).empty())
            m_possible.insert(name);
    }
    void clear() { *this = {}; }
    bool isSettled() const { return m_due.empty(); }

private:
    void note(const Json &message, bool alone)
    {
        const Json &id = Base::member(message, "id");
        if (isUsableId(id))
            (alone && isRequest(message) ? m_due : m_possible).insert(id.dump());
        else
            ++m_nameless;
    }
    bool gotOne(const Json &message)
    {
        CHECK(message.is_object() && message.value("jsonrpc", "") == "2.0");
        if (message.contains("method")) {
            CHECK(!message.contains("id") && message["method"].is_string());
            CHECK(!message.contains("params") || message["params"].is_object());
            return false;
        }
        CHECK(message.contains("result") != message.contains("error"));
        if (message.contains("error"))
            CHECK(message["error"]["code"].is_number_integer()
                  && message["error"]["message"].is_string());
        else
            CHECK(message["result"].is_object() && message.contains("id"));
        if (!message.contains("id")) {
            CHECK(m_nameless-- > 0);
            return true;
        }
        const std::string name = message["id"].dump();
        CHECK(!m_due.extract(name).empty() || !m_possible.extract(name).empty());
        return true;
    }

    std::multiset<std::string> m_due;
    std::multiset<std::string> m_possible;
    int m_nameless = 0; // what may be answered without an id
};

/// The outlet of a line connection.
class LineAgent final : public Mcp::Outlet
{
public:
    bool canStream() const override { return true; }
    void notify(std::string_view message) override { CHECK(!account.got(message)); }
    void finish(std::string_view message) override { CHECK(account.got(message)); }
    void endStream() override { }

    Account account;
};

/// The outlet of an HTTP connection, which takes one request after another.
class HttpAgent final : public Mcp::HttpOutlet
{
public:
    enum State { Idle, Holding, Streaming };

    /// Before a request is served.
    void begin(std::string_view body, bool streams, bool mayEndUnanswered)
    {
        CHECK(state == Idle);
        state = Holding;
        m_streams = streams;
        m_mayEndUnanswered = mayEndUnanswered;
        account.clear();
        if (!mayEndUnanswered)
            account.sent(body);
    }

    bool canStream() const override
    {
        CHECK(state != Idle);
        return m_streams;
    }
    void openStream() override
    {
        CHECK(state == Holding && m_streams);
        state = Streaming;
    }
    void notify(std::string_view message) override
    {
        CHECK(state != Idle && m_streams);
        CHECK(!account.got(message));
        state = Streaming;
    }
    void finish(std::string_view message) override
    {
        CHECK(state != Idle);
        CHECK(account.got(message));
        CHECK(account.isSettled());
        state = Idle;
    }
    void endStream() override
    {
        CHECK(state != Idle);
        CHECK(m_mayEndUnanswered || account.isSettled());
        state = Idle;
    }
    void answer(const Mcp::HttpAnswer &answer) override
    {
        CHECK(state == Holding);
        CHECK(answer.status >= 200 && answer.status < 500);
        CHECK(answer.status != 202 || answer.body.empty());
        CHECK((answer.status == 405) == !answer.allow.empty());
        if (m_mayEndUnanswered)
            CHECK(answer.body.empty() || Json::accept(answer.body));
        else if (!answer.body.empty())
            CHECK(account.got(answer.body));
        CHECK(m_mayEndUnanswered || account.isSettled());
        state = Idle;
        if (!answer.sessionId.empty())
            sessionId = answer.sessionId;
    }

    State state = Idle;
    Account account;
    std::string sessionId; // the last one that was given

private:
    bool m_streams = false;
    bool m_mayEndUnanswered = false; // GET and DELETE: not JSON-RPC
};

/// `echo` and `fails` answer at once, `held` and `chatty` when they are told to.
class Gate final : public Mcp::ToolGate
{
public:
    struct Held {
        Reply reply;
        Report report;
        bool reportsProgress = false;
        std::string structured;
    };

    std::vector<Mcp::ToolDescription> tools(const Mcp::Principal &principal) const override
    {
        CHECK(!principal.id.empty());
        Mcp::ToolDescription tool{.name = "echo", .title = "Echo", .description = principal.agent};
        tool.inputSchema = {{"type", "object"}};
        return {tool};
    }
    bool hasTool(const std::string &name) const override
    {
        return name == "echo" || name == "fails" || name == "held" || name == "chatty";
    }
    CallId begin(Mcp::ToolCall call, Reply reply, Report report) override
    {
        CHECK(hasTool(call.tool) && call.arguments.is_object());
        CHECK(!call.principal.id.empty());
        CHECK(!call.modern || call.sessionId.empty());
        const CallId id = ++m_last;
        const std::string text = Base::dumpJson(call.arguments);
        if (call.tool == "echo" || call.tool == "fails") {
            reply({text, text, call.tool == "fails"});
            return id;
        }
        if (call.tool == "chatty")
            report({0.5, 2.0, "begun"});
        held.emplace(id, Held{std::move(reply), std::move(report), call.reportsProgress, text});
        return id;
    }
    void cancel(CallId call) override { held.erase(call); }
    void unheard(CallId call) override { CHECK(held.erase(call) == 1); }

    void finish(bool oldest)
    {
        if (held.empty())
            return;
        auto node = held.extract(oldest ? held.begin() : std::prev(held.end()));
        node.mapped().reply({node.mapped().structured, "done", false});
    }

    std::map<CallId, Held> held;

private:
    CallId m_last = 0;
};

} // namespace Fuzz
