// SPDX-License-Identifier: GPL-3.0-or-later
// What an agent has asked and what it has been told: every request gets one answer.
#pragma once

#include "check.h"

#include "base/json.h"
#include "mcp/jsonrpc/message.h"

#include <set>
#include <string>
#include <string_view>

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

/// An id as it was written, where its digits may exceed what a number holds. `text` is the object
/// that `id` is the member `key` of, or empty.
inline std::string idName(const Json &id, std::string_view text, std::string_view key = "id")
{
    if (id.is_number_float() && !text.empty())
        return std::string(Mcp::rawMember(text, key));
    return id.dump();
}

/// The ids that an agent still waits for, and the answers that it would put up with.
class Account
{
public:
    enum Kind { Response, Notification, Question };

    /// Before `text` is handed to the server.
    void sent(std::string_view text)
    {
        const auto parsed = Base::parseJson(text);
        if (!parsed) {
            ++m_nameless;
        } else if (parsed->is_array()) {
            ++m_nameless; // the whole batch may be refused
            for (const Json &item : *parsed)
                note(item, {}, false);
        } else {
            note(*parsed, text, true);
        }
    }
    /// Every message from the server, once.
    Kind got(const Json &message, std::string_view text)
    {
        CHECK(text.find('\n') == std::string_view::npos);
        CHECK(text.find('\r') == std::string_view::npos);
        if (!message.is_array())
            return gotOne(message, text);
        CHECK(!message.empty());
        for (const Json &item : message)
            CHECK(gotOne(item, {}) == Response);
        return Response;
    }
    /// The agent cancels a request: it is not answered any more.
    void cancelled(const std::string &name)
    {
        if (m_due.count(name) > 1)
            mayBeCancelled(name); // one of them
        else
            m_due.erase(name);
    }
    /// The same where it cannot be known whether the server still knows of it.
    void mayBeCancelled(const std::string &name)
    {
        while (!m_due.extract(name).empty())
            m_possible.insert(name);
    }
    /// Only an error may answer this request.
    void mustFail(const std::string &name)
    {
        if (m_due.count(name) == 1)
            m_refused.insert(name);
    }
    /// A GET that cannot be resumed is told once what has become of its request.
    void mayBeLost() { ++m_lost; }

    std::size_t due(const std::string &name) const { return m_due.count(name); }
    std::size_t known(const std::string &name) const
    {
        return m_due.count(name) + m_possible.count(name);
    }
    bool isSettled() const { return m_due.empty(); }
    const std::string &lostRequest() const { return m_lostRequest; }

private:
    void note(const Json &message, std::string_view text, bool alone)
    {
        const Json &id = Base::member(message, "id");
        if (isUsableId(id))
            (alone && isRequest(message) ? m_due : m_possible).insert(idName(id, text));
        else
            ++m_nameless;
    }
    Kind gotOne(const Json &message, std::string_view text)
    {
        CHECK(message.is_object() && message.value("jsonrpc", "") == "2.0");
        if (message.contains("method")) {
            CHECK(message["method"].is_string());
            CHECK(!message.contains("params") || message["params"].is_object());
            CHECK(!message.contains("id") || message["id"].is_string());
            return message.contains("id") ? Question : Notification;
        }
        CHECK(message.contains("result") != message.contains("error"));
        if (message.contains("error"))
            CHECK(message["error"]["code"].is_number_integer()
                  && message["error"]["message"].is_string());
        else
            CHECK(message["result"].is_object() && message.contains("id"));
        if (!message.contains("id")) {
            CHECK(m_nameless-- > 0);
            return Response;
        }
        CHECK(isUsableId(message["id"]));
        answered(message, idName(message["id"], text));
        return Response;
    }
    void answered(const Json &message, const std::string &name)
    {
        if (m_refused.contains(name) && m_due.contains(name))
            CHECK(message.contains("error"));
        if (!m_due.extract(name).empty() || !m_possible.extract(name).empty())
            return;
        CHECK(m_lost-- > 0 && message.contains("error")
              && message["error"]["code"] == Mcp::ErrorCode::kInternalError);
        m_lostRequest = name;
    }

    std::multiset<std::string> m_due;
    std::multiset<std::string> m_possible;
    std::set<std::string> m_refused;
    int m_nameless = 0; // what may be answered without an id
    int m_lost = 0;
    std::string m_lostRequest;
};

} // namespace Fuzz
