// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/content/jobs.h"
#include "gateway/content/names.h"
#include "mcp/server/promptsource.h"

#include <string>
#include <vector>

namespace Gateway
{

/// Three things that people ask for again and again, as prompts. They read nothing: whether there
/// is such a database shows when the agent follows them. One thread.
class DatabasePrompts final : public Mcp::PromptSource
{
public:
    /// All must outlive this.
    DatabasePrompts(Pipeline &pipeline, Names &names, const Connections &connections)
        : m_names(names)
        , m_connections(connections)
        , m_jobs(pipeline)
    {
    }

    std::vector<Mcp::PromptDescription> prompts(const Mcp::Principal &principal) const override;
    CallId get(Mcp::PromptGet get, Reply reply, Report report) override;
    CallId complete(Mcp::CompletionQuery query, Reply reply) override;
    void cancel(CallId call) override { m_jobs.cancel(call); }

private:
    Mcp::Outcome written(const Mcp::PromptGet &get) const;

    Names &m_names;
    const Connections &m_connections;
    Jobs m_jobs;
};

} // namespace Gateway
