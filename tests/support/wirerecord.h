// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace Support
{

/// Writes down what a server sent, for the check against the specification's schemas that runs
/// after the tests: one line of JSON per message in $WIRE_RECORD_FOLDER/NAME-PID.jsonl. Without the
/// variable nothing is written.
class WireRecord
{
public:
    /// The Mcp-Session-Id that the next request carries: it tells the session's revision.
    void session(std::string_view id);
    /// What the client sends, so that an answer is known by its request: a message, or a batch.
    void sent(std::string_view request);
    /// What the server sends. What is no JSON, and a result whose request was not seen, is left to
    /// the tests.
    void received(std::string_view message);

private:
    struct Asked {
        std::string method;
        std::string revision;
    };
    std::map<std::string, Asked> m_open; // by raw id
    std::string m_revision = "2025-11-25"; // of the session
};

} // namespace Support
