// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/toolgate.h"

#include <QObject>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace Conformance
{

using namespace std::chrono_literals;

/// One call of a fixture on its way. Lives until the event loop is back after its answer, so that
/// a fixture may answer anywhere.
class ToolRun final : public QObject
{
public:
    ToolRun(Mcp::ToolCall toolCall, Mcp::Responder::Reply reply, Mcp::Responder::Report report,
            std::function<void()> ended);

    const Mcp::ToolCall call;

    std::string argument(const char *name) const;

    /// The end. Once is enough: more is ignored.
    void answer(Mcp::Outcome outcome);
    void tell(const Mcp::CallEvent &event);
    /// Runs `step` after `wait`, unless the call has been answered or cancelled by then.
    void after(std::chrono::milliseconds wait, std::function<void()> step);
    /// Nobody wants the answer any more.
    void stop();

private:
    Mcp::Responder::Reply m_reply;
    Mcp::Responder::Report m_report;
    std::function<void()> m_ended;
};

/// One row of the tables of fixtures.
struct FixtureTool {
    Mcp::ToolDescription description;
    std::function<void(ToolRun &)> run;
};

FixtureTool fixtureTool(std::string name, std::string description, Base::Json inputSchema,
                        std::function<void(ToolRun &)> run);
/// A tool that always answers the same.
FixtureTool fixtureTool(std::string name, std::string description, Mcp::ToolResult result);

/// What tools can make the server tell.
struct Triggers {
    std::function<void()> toolsChanged;
    std::function<void()> promptsChanged;
};

std::vector<FixtureTool> plainTools(const Triggers &triggers);
std::vector<FixtureTool> askingTools();
std::vector<FixtureTool> taskTools();

} // namespace Conformance
