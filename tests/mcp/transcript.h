// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scriptsources.h"

#include "mcp/server/httpendpoint.h"
#include "mcp/server/lineendpoint.h"
#include "support/wirerecord.h"

#include <QString>

#include <deque>
#include <memory>

namespace TestMcp
{

/// One thing that the server let out on a connection.
struct Output {
    int status = 0; ///< of an answer; 0: an event of its stream, or a line
    std::string eventId = {};
    std::string body = {};
    std::string session = {};
    bool end = false; ///< the stream's end
};

/// A connection without a socket.
class Wire final : public Mcp::HttpOutlet
{
public:
    bool canStream() const override { return streams; }
    void notify(std::string_view message) override { event({}, message); }
    void finish(std::string_view message) override;
    void refuse(int status, std::string_view message) override;
    void endStream() override;
    void answer(const Mcp::HttpAnswer &answer) override;
    void openStream() override { m_open = true; }
    void sendEvent(std::string_view id, std::string_view message) override { event(id, message); }

    std::deque<Output> out;
    bool streams = true;
    std::unique_ptr<Mcp::LineEndpoint> line;

private:
    void event(std::string_view id, std::string_view message);
    bool m_open = false;
};

/// Plays one transcript file; see tests/mcp/transcripts/README.md for how one is written.
class Transcript
{
public:
    explicit Transcript(const QString &file);

    /// Empty, or what went otherwise than written, with the line's number.
    QString play();

private:
    void startServer();
    QString playLine(const QString &line);
    QString send(const QString &text);
    QString sendHttp(const QString &method, const QString &text);
    QString expect(const QString &text);
    QString command(const QString &text);
    QString check(const QString &text);
    Wire &wire(const std::string &name);
    std::string filled(std::string text) const;
    bool matches(const Base::Json &pattern, const Base::Json &value);
    void record(const Output &output);

    QString m_file;
    ScriptGate m_gate;
    ScriptResources m_resources;
    ScriptPrompts m_prompts;
    std::unique_ptr<Mcp::Server> m_server;
    std::unique_ptr<Mcp::HttpEndpoint> m_endpoint;
    std::map<std::string, std::unique_ptr<Wire>> m_wires;
    std::string m_wire = "main";
    std::map<std::string, std::string> m_values; // $name -> raw text
    std::vector<std::pair<std::string, std::string>> m_headers; // for the next request
    Support::WireRecord m_record;
};

} // namespace TestMcp
