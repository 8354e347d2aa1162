// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/pipeline.h"

#include <map>
#include <vector>

namespace Gateway
{

/// The requests that a source has not answered yet, each with the pipeline's calls that it waits
/// for. Must go before the pipeline.
class Jobs
{
public:
    using Id = Mcp::Responder::CallId;

    explicit Jobs(Pipeline &pipeline)
        : m_pipeline(pipeline)
    {
    }
    Jobs(const Jobs &) = delete;
    Jobs &operator=(const Jobs &) = delete;
    ~Jobs()
    {
        while (!m_open.empty())
            cancel(m_open.begin()->first);
    }

    /// What to do when nobody will hear the answer.
    enum class Unheard { Ends, GoesOn };

    Id open(Unheard unheard = Unheard::Ends)
    {
        m_open.emplace(++m_last, Job{unheard});
        return m_last;
    }
    /// Nothing if the job has ended in the meantime; 0 is no call.
    void add(Id job, Id call)
    {
        if (const auto it = m_open.find(job); it != m_open.end() && call != 0)
            it->second.calls.push_back(call);
    }
    /// True once: whoever gets it answers.
    bool close(Id job) { return m_open.erase(job) > 0; }
    void cancel(Id job)
    {
        const auto found = m_open.extract(job);
        if (found.empty())
            return;
        for (const Id call : found.mapped().calls)
            m_pipeline.cancel(call);
    }
    void unheard(Id job)
    {
        const auto it = m_open.find(job);
        if (it == m_open.end() || it->second.unheard == Unheard::Ends)
            return cancel(job);
        const auto found = m_open.extract(it);
        for (const Id call : found.mapped().calls)
            m_pipeline.unheard(call);
    }

private:
    struct Job {
        Unheard unheard = Unheard::Ends;
        std::vector<Id> calls = {};
    };

    Pipeline &m_pipeline;
    std::map<Id, Job> m_open;
    Id m_last = 0;
};

} // namespace Gateway
