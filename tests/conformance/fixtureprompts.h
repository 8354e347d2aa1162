// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/server/promptsource.h"

namespace Conformance
{

/// The prompts that the suite gets. All answer at once.
class FixturePrompts final : public Mcp::PromptSource
{
public:
    std::vector<Mcp::PromptDescription> prompts(const Mcp::Principal &principal) const override;
    CallId get(Mcp::PromptGet get, Reply reply, Report report) override;
    CallId complete(Mcp::CompletionQuery query, Reply reply) override;
    void cancel(CallId) override { }
    bool asksForInput() const override { return true; }

private:
    CallId m_last = 0;
};

} // namespace Conformance
