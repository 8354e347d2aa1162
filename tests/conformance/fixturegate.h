// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "toolrun.h"

#include <memory>
#include <unordered_map>

namespace Conformance
{

/// The gate to all tools that the suite calls. Nobody is asked for anything: there is no person.
class FixtureGate final : public Mcp::ToolGate
{
public:
    explicit FixtureGate(const Triggers &triggers);

    std::vector<Mcp::ToolDescription> tools(const Mcp::Principal &principal) const override;
    bool hasTool(const std::string &name) const override;
    CallId begin(Mcp::ToolCall call, Reply reply, Report report) override;
    void cancel(CallId call) override;
    bool asksForInput() const override { return true; }
    std::vector<Mcp::HeaderParameter> headerParameters(const std::string &tool) const override;

private:
    struct DeleteLater {
        void operator()(ToolRun *run) const;
    };

    const FixtureTool *find(const std::string &name) const;

    std::vector<FixtureTool> m_tools;
    std::unordered_map<CallId, std::unique_ptr<ToolRun, DeleteLater>> m_runs;
    CallId m_last = 0;
};

} // namespace Conformance
