// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/workspace/statistics/execution.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace Turso::Embedded
{

/// How much has run, per database. Any thread.
class Statistics final : public ExecutionSink
{
public:
    void record(std::span<const Execution> executions) override;
    std::int64_t executionsOf(const std::string &databaseId) const;

private:
    mutable std::mutex m_mutex;
    std::map<std::string, std::int64_t> m_counts;
};

} // namespace Turso::Embedded
