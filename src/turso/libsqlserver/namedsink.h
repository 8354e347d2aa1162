// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/statistics/execution.h"

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace Turso::SelfHosted
{

/// Passes executions on with the id of the database that has the name they come with, so that one
/// which takes a deleted one's name begins anew. Any thread.
class NamedSink final : public ExecutionSink
{
public:
    /// `sink` must outlive it.
    explicit NamedSink(ExecutionSink &sink)
        : m_sink(sink)
    {
    }

    void name(const std::string &name, const std::string &id)
    {
        const std::lock_guard lock(m_mutex);
        m_ids[name] = id;
    }

    void record(std::span<const Execution> executions) override
    {
        std::vector<Execution> named(executions.begin(), executions.end());
        {
            const std::lock_guard lock(m_mutex);
            for (Execution &execution : named) {
                if (const auto id = m_ids.find(execution.databaseId); id != m_ids.end())
                    execution.databaseId = id->second;
            }
        }
        m_sink.record(named);
    }

private:
    ExecutionSink &m_sink;
    std::mutex m_mutex;
    std::map<std::string, std::string> m_ids;
};

} // namespace Turso::SelfHosted
