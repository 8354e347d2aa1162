// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/statistics/statistics.h"

namespace Turso::Embedded
{

void Statistics::record(std::span<const Execution> executions)
{
    const std::lock_guard lock(m_mutex);
    for (const Execution &execution : executions)
        ++m_counts[execution.databaseId];
}

std::int64_t Statistics::executionsOf(const std::string &databaseId) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_counts.find(databaseId);
    return found == m_counts.end() ? 0 : found->second;
}

} // namespace Turso::Embedded
