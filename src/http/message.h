// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace Http
{

/// One header field: its value without the spaces around it. Several of the same name are joined
/// with ", ".
struct HeaderField {
    std::string text;
    int count = 0;

    bool present() const { return count > 0; }
    void add(std::string_view value)
    {
        if (count++ > 0)
            text += ", ";
        text += value;
    }
    void clear()
    {
        text.clear();
        count = 0;
    }
};

/// What the parser fills. One object serves a connection's requests one after another and keeps its
/// buffers; which fields it remembers is its own affair.
struct Message {
    virtual ~Message() = default;

    std::string method;
    std::string target;
    bool http10 = false;
    bool keepAlive = true;
    bool expectsContinue = false;
    std::string body;

    /// `name` as it was sent, `value` without the spaces around it. False: too many.
    virtual bool addField(std::string_view name, std::string_view value) = 0;
    virtual void clear();

protected:
    Message() = default;
    Message(const Message &) = default;
    Message(Message &&) = default;
    Message &operator=(const Message &) = default;
    Message &operator=(Message &&) = default;
};

/// ASCII; `lowerCase` is that already.
bool equalsLower(std::string_view text, std::string_view lowerCase);
bool equalIgnoringCase(std::string_view a, std::string_view b);

} // namespace Http
