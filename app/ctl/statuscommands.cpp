// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/codec.h"
#include "ctl/commands.h"
#include "ctl/text.h"

namespace Ctl
{

using Base::Json;

namespace
{

std::string readOnlyText(const Gateway::Status &status)
{
    if (!status.readOnly)
        return "off";
    if (!status.readOnlyUntil)
        return "on, until lifted";
    return "on, ends " + relativeTime(status.readOnlyUntil, Base::SystemClock().now());
}

std::string servedText(const Gateway::ServedWorkspace &served)
{
    if (!served.isOn())
        return "no";
    return shown(served.problem.empty() ? "at " + served.platformUrl : served.problem);
}

std::string connectionTable(const std::vector<Gateway::ConnectionInfo> &connections)
{
    Table table({"ID", "KIND", "NAME", "STATE"});
    for (const auto &connection : connections)
        table.add({connection.id, connection.kind, connection.name, connection.state});
    return table.isEmpty() ? "No connections." : table.text();
}

void setReadOnly(Session &session, Json params)
{
    session.ask("read_only.set", std::move(params), [&session](const Json &result) {
        if (session.printsJson()) {
            session.printJson(result);
        } else if (const auto status = session.decoded(Control::statusFrom(result))) {
            session.print("Read-only is " + readOnlyText(*status) + ".");
        }
        session.finish();
    });
}

} // namespace

void showStatus(Session &session)
{
    session.ask("status", Json::object(), [&session](const Json &result) {
        if (session.printsJson()) {
            session.printJson(result);
        } else if (const auto status = session.decoded(Control::statusFrom(result))) {
            session.print(facts({{"Version", status->version},
                                 {"Endpoint", status->endpoint},
                                 {"Profile", status->profile},
                                 {"Process", std::to_string(status->pid)},
                                 {"Agents connected", std::to_string(status->agents)},
                                 {"Waiting for you", std::to_string(status->approvalsPending)},
                                 {"Read-only", readOnlyText(*status)},
                                 {"Workspace served", servedText(status->served)}})
                          + '\n' + connectionTable(status->connections));
        }
        session.finish();
    });
}

void listAgents(Session &session)
{
    session.ask("agents.list", Json::object(), [&session](const Json &result) {
        if (session.printsJson()) {
            session.printJson(result);
        } else if (const auto agents
                   = session.decoded(Control::listFrom(result, Control::agentFrom))) {
            const Base::Millis now = Base::SystemClock().now();
            Table table({"AGENT", "CONNECTED", "OVER", "CALLS TODAY", "LAST CALL", "PROGRAM"});
            for (const auto &agent : *agents)
                table.add({agent.name, agent.connected ? "yes" : "no", agent.transport,
                           std::to_string(agent.callsToday), relativeTime(agent.lastCallAt, now),
                           agent.program});
            session.print(table.isEmpty() ? "No agent has come yet." : table.text());
        }
        session.finish();
    });
}

void switchReadOnlyOn(Session &session)
{
    Json params = {{"on", true}};
    if (const auto span = session.arguments().value("--for")) {
        const auto duration = Base::parseDuration(*span);
        if (!duration)
            return session.fail(duration.error());
        params["seconds"] = *duration / 1000;
    }
    setReadOnly(session, std::move(params));
}

void switchReadOnlyOff(Session &session)
{
    setReadOnly(session, {{"on", false}});
}

} // namespace Ctl
