// SPDX-License-Identifier: GPL-3.0-or-later
#include "fixturegate.h"

#include "content.h"

#include <algorithm>
#include <iterator>

namespace Conformance
{

namespace
{

/// The first required argument that is not there, or empty.
std::string missingArgument(const Json &schema, const Json &arguments)
{
    const Json &required = Base::member(schema, "required");
    if (!required.is_array())
        return {};
    const auto missing = std::find_if(required.begin(), required.end(), [&](const Json &name) {
        return !arguments.contains(name.get_ref<const std::string &>());
    });
    return missing == required.end() ? std::string() : missing->get<std::string>();
}

} // namespace

FixtureGate::FixtureGate(const Triggers &triggers)
{
    for (auto &tools : {plainTools(triggers), askingTools(), taskTools()})
        m_tools.insert(m_tools.end(), tools.begin(), tools.end());
}

std::vector<Mcp::ToolDescription> FixtureGate::tools(const Mcp::Principal &) const
{
    std::vector<Mcp::ToolDescription> list;
    std::transform(m_tools.begin(), m_tools.end(), std::back_inserter(list),
                   [](const FixtureTool &tool) { return tool.description; });
    return list;
}

bool FixtureGate::hasTool(const std::string &name) const
{
    return find(name) != nullptr;
}

Mcp::Responder::CallId FixtureGate::begin(Mcp::ToolCall call, Reply reply, Report report)
{
    const CallId id = ++m_last;
    const FixtureTool *tool = find(call.tool);
    const std::string missing = missingArgument(tool->description.inputSchema, call.arguments);
    if (!missing.empty()) {
        reply(failure("The argument \"" + missing + "\" is missing."));
        return id;
    }
    auto *run = new ToolRun(std::move(call), std::move(reply), std::move(report),
                            [this, id] { m_runs.erase(id); });
    m_runs.emplace(id, run);
    tool->run(*run);
    return id;
}

void FixtureGate::cancel(CallId call)
{
    m_runs.erase(call);
}

std::vector<Mcp::HeaderParameter> FixtureGate::headerParameters(const std::string &tool) const
{
    const FixtureTool *found = find(tool);
    return found ? Mcp::headerParametersOf(found->description.inputSchema)
                 : std::vector<Mcp::HeaderParameter>();
}

void FixtureGate::DeleteLater::operator()(ToolRun *run) const
{
    run->stop();
    run->deleteLater();
}

const FixtureTool *FixtureGate::find(const std::string &name) const
{
    const auto found = std::find_if(m_tools.begin(), m_tools.end(), [&](const FixtureTool &tool) {
        return tool.description.name == name;
    });
    return found == m_tools.end() ? nullptr : &*found;
}

} // namespace Conformance
