// SPDX-License-Identifier: GPL-3.0-or-later
#include "transcript.h"

#include "mcp/protocol/headervalue.h"

#include <QFile>
#include <QTextStream>

namespace TestMcp
{

using Base::Json;

void Wire::event(std::string_view id, std::string_view message)
{
    m_open = true;
    out.push_back({.eventId = std::string(id), .body = std::string(message)});
}

void Wire::finish(std::string_view message)
{
    if (line || m_open)
        event({}, message);
    else
        return answer({.status = 200, .body = message});
    if (!line)
        endStream();
}

void Wire::refuse(int status, std::string_view message)
{
    if (line || m_open)
        return finish(message);
    answer({.status = status, .body = message});
}

void Wire::endStream()
{
    if (line)
        return;
    if (!m_open)
        return answer({.status = 202});
    m_open = false;
    out.push_back({.end = true});
}

void Wire::answer(const Mcp::HttpAnswer &answer)
{
    out.push_back({.status = answer.status,
                   .body = std::string(answer.body),
                   .session = std::string(answer.sessionId)});
}

Transcript::Transcript(const QString &file)
    : m_file(file)
{
    startServer();
}

void Transcript::startServer()
{
    for (auto &[name, wire] : m_wires) {
        wire->line.reset();
        m_server->hungUp(*wire);
    }
    m_wires.clear();
    m_gate.held.clear();
    m_endpoint.reset();
    m_server = std::make_unique<Mcp::Server>(Mcp::Sources(m_gate, &m_resources, &m_prompts),
                                             serverInfo(), "0123456789abcdef");
    m_endpoint = std::make_unique<Mcp::HttpEndpoint>(*m_server);
}

Wire &Transcript::wire(const std::string &name)
{
    auto &wire = m_wires[name];
    if (!wire)
        wire = std::make_unique<Wire>();
    return *wire;
}

// $name, wherever it stands, is what was saved under it.
std::string Transcript::filled(std::string text) const
{
    for (const auto &[name, value] : m_values) {
        const std::string mark = '$' + name;
        for (std::size_t at = text.find(mark); at != std::string::npos;
             at = text.find(mark, at + value.size()))
            text.replace(at, mark.size(), value);
    }
    return text;
}

// Objects must have at least the pattern's members, arrays exactly its items. "*" is anything,
// "absent" nothing at all, "=name" anything that is saved as $name.
bool Transcript::matches(const Json &pattern, const Json &value)
{
    if (pattern.is_string()) {
        const auto &text = pattern.get_ref<const std::string &>();
        if (text == "*")
            return true;
        if (text.starts_with('=')) {
            m_values[text.substr(1)]
                = value.is_string() ? value.get<std::string>() : Base::dumpJson(value);
            return true;
        }
    }
    if (pattern.is_object() && value.is_object()) {
        for (const auto &[key, expected] : pattern.items()) {
            const bool there = value.contains(key);
            if (expected == "absent" ? there : !there || !matches(expected, value[key]))
                return false;
        }
        return true;
    }
    if (pattern.is_array() && value.is_array()) {
        if (pattern.size() != value.size())
            return false;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            if (!matches(pattern[i], value[i]))
                return false;
        }
        return true;
    }
    return pattern == value;
}

QString Transcript::sendHttp(const QString &method, const QString &text)
{
    Mcp::HttpRequest request;
    request.method = method == "GET" || method == "DELETE" ? method.toStdString() : "POST";
    request.accept.add("application/json, text/event-stream");
    request.body = filled(text.toStdString());
    if (method == "modern") {
        auto json = Base::parseJson(request.body);
        if (!json)
            return "not valid JSON";
        Json &params = (*json)["params"];
        if (params.is_null())
            params = Json::object();
        Json &meta = params["_meta"];
        meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28";
        if (!meta.contains("io.modelcontextprotocol/clientCapabilities"))
            meta["io.modelcontextprotocol/clientCapabilities"] = Json::object();
        request.protocolVersion.add("2026-07-28");
        request.mcpMethod.add(Base::stringMember(*json, "method").value_or(""));
        for (const char *key : {"name", "uri", "taskId"}) {
            const auto name = Base::stringMember(params, key);
            if (name && request.mcpMethod.text != "completion/complete")
                request.mcpName.add(*name);
        }
        request.body = Base::dumpJson(*json);
    } else if (method != "POST" && m_values.contains("session")) {
        request.session.add(m_values["session"]);
    }
    const std::map<std::string, Mcp::HeaderField *> fields{
        {"Accept", &request.accept},
        {"Last-Event-ID", &request.lastEventId},
        {"MCP-Protocol-Version", &request.protocolVersion},
        {"Mcp-Method", &request.mcpMethod},
        {"Mcp-Name", &request.mcpName},
        {"Mcp-Session-Id", &request.session},
        {"Mcp-Param-Region", &request.mcpParams["region"]}};
    for (const auto &[name, value] : std::exchange(m_headers, {})) {
        const auto field = fields.find(name);
        if (field == fields.end())
            return "unknown header";
        field->second->clear();
        if (value != "-") // "-" takes the header away
            field->second->add(filled(value));
    }
    std::erase_if(request.mcpParams, [](const auto &item) { return !item.second.present(); });
    Wire &to = wire(m_wire);
    to.streams = request.acceptsEventStream();
    if (request.session.present())
        m_record.session(request.session.text);
    m_record.sent(request.body);
    m_endpoint->serve(request, {"alice", "Alice"}, to);
    return {};
}

QString Transcript::send(const QString &text)
{
    const QString method = text.section(' ', 0, 0);
    const QString body = text.section(' ', 1);
    if (method != "line")
        return sendHttp(method, body);
    Wire &to = wire(m_wire);
    if (!to.line)
        to.line
            = std::make_unique<Mcp::LineEndpoint>(*m_server, Mcp::Principal{"alice", "Alice"}, to);
    const std::string line = filled(body.toStdString());
    m_record.sent(line);
    to.line->serve(line);
    return {};
}

void Transcript::record(const Output &output)
{
    if (!output.body.empty())
        m_record.received(output.body);
}

QString Transcript::expect(const QString &text)
{
    std::deque<Output> &out = wire(m_wire).out;
    if (text == "nothing")
        return out.empty() ? QString() : "there is: " + QString::fromStdString(out.front().body);
    if (out.empty())
        return "nothing came";
    const Output got = out.front();
    out.pop_front();
    record(got);
    const QString shown = QString("came: %1 %2%3")
                              .arg(got.status)
                              .arg(QString::fromStdString(got.body), got.end ? "end" : "");
    QString kind = text.section(' ', 0, 0);
    QString pattern = text.section(' ', 1);
    if (kind == "end")
        return got.end ? QString() : shown;
    const bool event = kind == "event" || kind == "line";
    if (got.end || got.status != (event ? 0 : kind.toInt()))
        return shown;
    if (!got.session.empty())
        m_values["session"] = got.session;
    if (event && pattern.startsWith('=')) { // the event's id is saved
        m_values[pattern.section(' ', 0, 0).mid(1).toStdString()] = got.eventId;
        pattern = pattern.section(' ', 1);
    } else if (event && kind == "event" && pattern.startsWith("without-id ")) {
        if (!got.eventId.empty())
            return "it has an id: " + QString::fromStdString(got.eventId);
        pattern = pattern.section(' ', 1);
    }
    m_values["body"] = got.body;
    if (pattern.isEmpty())
        return got.body.empty() ? QString() : shown;
    const auto expected = Base::parseJson(filled(pattern.toStdString()));
    if (!expected)
        return "the pattern is not valid JSON";
    const auto value = Base::parseJson(got.body);
    return value && matches(*expected, *value) ? QString() : shown;
}

QString Transcript::command(const QString &text)
{
    const QString verb = text.section(' ', 0, 0);
    const QString rest = text.section(' ', 1);
    const auto oldest = m_gate.held.begin();
    const bool needsCall = verb == "finish" || verb == "progress" || verb == "log"
        || verb == "pause" || verb == "fail" || verb == "say";
    if (needsCall && oldest == m_gate.held.end())
        return "no call is held";
    if (verb == "finish" || verb == "fail") {
        auto node = m_gate.held.extract(oldest);
        if (verb == "finish")
            node.mapped().reply(Mcp::ToolResult{{}, rest.toStdString(), false, nullptr});
        else
            node.mapped().reply(Mcp::RpcError{-32603, rest.toStdString()});
    } else if (verb == "progress") {
        oldest->second.report(Mcp::Progress{rest.toDouble(), {}, {}});
    } else if (verb == "log") {
        oldest->second.report(Mcp::LogMessage{rest.toStdString(), "test", "words"});
    } else if (verb == "pause") {
        oldest->second.report(Mcp::StreamPause{});
    } else if (verb == "say") {
        oldest->second.report(Mcp::Deferral{rest.toStdString()});
    } else if (verb == "tools-changed") {
        m_server->toolsChanged(rest.toStdString());
    } else if (verb == "prompts-changed") {
        m_server->promptsChanged();
    } else if (verb == "resources-changed") {
        m_server->resourcesChanged();
    } else if (verb == "updated") {
        m_server->resourceUpdated(rest.toStdString());
    } else if (verb == "end") {
        m_server->end();
    } else if (verb == "hang-up") {
        m_server->hungUp(wire(m_wire));
        m_wires.erase(m_wire);
    } else if (verb == "restart") {
        startServer();
    } else {
        return "unknown command";
    }
    return {};
}

QString Transcript::check(const QString &text)
{
    const QString what = text.section(' ', 0, 0);
    const std::string wanted = filled(text.section(' ', 1).toStdString());
    if (what == "raw-id") {
        const std::string_view id = Mcp::rawMember(m_values["body"], "id");
        return id == wanted ? QString() : "the id is " + QString::fromStdString(std::string(id));
    }
    if (what == "differ") { // two saved values
        const QString pair = QString::fromStdString(wanted);
        return pair.section(' ', 0, 0) != pair.section(' ', 1) ? QString() : "they are the same";
    }
    const std::map<QString, std::size_t> counts{{"calls", m_server->callsInFlight()},
                                                {"held", m_gate.held.size()},
                                                {"cancelled", std::size_t(m_gate.cancelled)},
                                                {"unheard", std::size_t(m_gate.unheardCalls)},
                                                {"subscriptions", m_server->subscriptionCount()},
                                                {"kept-streams", m_server->keptStreams()}};
    const auto count = counts.find(what);
    if (count == counts.end())
        return "unknown check";
    return std::to_string(count->second) == wanted
        ? QString()
        : QString("there are %1").arg(qulonglong(count->second));
}

QString Transcript::playLine(const QString &line)
{
    const QString text = line.section(' ', 1);
    if (line.startsWith("-> "))
        return send(text);
    if (line.startsWith("<- "))
        return expect(text);
    if (line.startsWith("! "))
        return command(text);
    if (line.startsWith("? "))
        return check(text);
    if (line.startsWith("@ ")) {
        m_wire = text.toStdString();
        return {};
    }
    if (line.startsWith("+ ")) {
        m_headers.emplace_back(text.section(": ", 0, 0).toStdString(),
                               text.section(": ", 1).toStdString());
        return {};
    }
    return "this line cannot be read";
}

QString Transcript::play()
{
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text))
        return file.errorString();
    const QStringList lines = QTextStream(&file).readAll().split('\n');
    int played = 0;
    for (int i = 0; i < lines.size(); ++i) {
        QString line = lines[i];
        if (line.trimmed().isEmpty() || line.startsWith('#'))
            continue;
        const int number = i + 1;
        while (i + 1 < lines.size() && lines[i + 1].startsWith(' '))
            line += lines[++i].trimmed();
        const QString problem = playLine(line);
        if (!problem.isEmpty())
            return QString("line %1: %2\n%3").arg(number).arg(line, problem);
        ++played;
    }
    for (const auto &[name, wire] : m_wires) {
        for (const Output &output : wire->out) {
            if (!output.end)
                return QString("left over on %1: %2")
                    .arg(QString::fromStdString(name), QString::fromStdString(output.body));
        }
    }
    return played > 0 ? QString() : "nothing was played";
}

} // namespace TestMcp
