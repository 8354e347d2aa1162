// SPDX-License-Identifier: GPL-3.0-or-later
#include "toolrun.h"

#include "content.h"

#include <QTimer>

#include <utility>

namespace Conformance
{

ToolRun::ToolRun(Mcp::ToolCall toolCall, Mcp::Responder::Reply reply, Mcp::Responder::Report report,
                 std::function<void()> ended)
    : call(std::move(toolCall))
    , m_reply(std::move(reply))
    , m_report(std::move(report))
    , m_ended(std::move(ended))
{
}

std::string ToolRun::argument(const char *name) const
{
    return Base::stringMember(call.arguments, name).value_or("");
}

void ToolRun::answer(Mcp::Outcome outcome)
{
    const auto reply = std::exchange(m_reply, nullptr);
    if (!reply)
        return;
    reply(std::move(outcome));
    m_ended();
}

void ToolRun::tell(const Mcp::CallEvent &event)
{
    if (m_reply)
        m_report(event);
}

void ToolRun::after(std::chrono::milliseconds wait, std::function<void()> step)
{
    QTimer::singleShot(wait, this, [this, step = std::move(step)] {
        if (m_reply)
            step();
    });
}

void ToolRun::stop()
{
    m_reply = nullptr;
}

FixtureTool fixtureTool(std::string name, std::string description, Base::Json inputSchema,
                        std::function<void(ToolRun &)> run)
{
    FixtureTool tool;
    tool.description.name = name;
    tool.description.title = std::move(name);
    tool.description.description = std::move(description);
    tool.description.inputSchema = std::move(inputSchema);
    tool.run = std::move(run);
    return tool;
}

FixtureTool fixtureTool(std::string name, std::string description, Mcp::ToolResult result)
{
    return fixtureTool(std::move(name), std::move(description), objectSchema(),
                       [result = std::move(result)](ToolRun &run) { run.answer(result); });
}

} // namespace Conformance
