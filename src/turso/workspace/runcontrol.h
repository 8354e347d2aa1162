// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/cancel.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace Turso::Embedded
{

/// What may end a running statement early. SQLite's progress and busy handlers ask it, on the
/// working thread.
class RunControl
{
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class End { None, Cancelled, TimedOut, Stopped, Blocked, OverBudget, TooManyChanges };

    /// `stopped`: the database is closing; `blocked`: its configuration no longer allows this.
    RunControl(Base::CancelToken cancel, Time deadline, const std::atomic<bool> &stopped,
               const std::atomic<bool> &blocked)
        : m_cancel(std::move(cancel))
        , m_deadline(deadline)
        , m_stopped(stopped)
        , m_blocked(blocked)
    {
    }

    /// True once the run has to end; the first reason stays.
    bool shouldEnd()
    {
        if (m_end != End::None)
            return true;
        if (m_cancel.isCancelled())
            m_end = End::Cancelled;
        else if (m_stopped.load(std::memory_order_relaxed))
            m_end = End::Stopped;
        else if (m_blocked.load(std::memory_order_relaxed))
            m_end = End::Blocked;
        else if (m_changes > m_maxChanges)
            m_end = End::TooManyChanges;
        else if (const Time now = std::chrono::steady_clock::now(); now > m_deadline)
            m_end = End::TimedOut;
        else if (m_budget && now > *m_budget)
            m_end = End::OverBudget;
        return m_end != End::None;
    }
    End end() const { return m_end; }

    /// A tighter limit for a part that may be left out, such as counting.
    void setBudget(std::optional<Time> budget)
    {
        m_budget = budget;
        if (m_end == End::OverBudget)
            m_end = End::None;
    }

    std::optional<Time> budget() const { return m_budget; }

    /// More changed rows than `most` end the run.
    void setMaxChanges(std::int64_t most) { m_maxChanges = most; }
    void addChange() { ++m_changes; }

private:
    Base::CancelToken m_cancel;
    Time m_deadline;
    std::optional<Time> m_budget;
    const std::atomic<bool> &m_stopped;
    const std::atomic<bool> &m_blocked;
    std::int64_t m_changes = 0;
    std::int64_t m_maxChanges = INT64_MAX;
    End m_end = End::None;
};

} // namespace Turso::Embedded
