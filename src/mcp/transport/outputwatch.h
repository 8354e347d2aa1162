// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mcp/transport/deadline.h"

namespace Mcp
{

/// Tells slow readers from quick ones by what a socket has left to send. No clock runs while there
/// is nothing.
class OutputWatch
{
public:
    OutputWatch(milliseconds stalled, long long unsentBytes)
        : m_stalled(stalled)
        , m_unsentBytes(unsentBytes)
    {
    }

    /// After a write: `added` bytes given to the socket, `unsent` still waiting in it. False: too
    /// much.
    bool wrote(long long added, long long unsent, SteadyTime now)
    {
        m_given += added;
        if (unsent > 0 && !m_watching) {
            m_watching = true;
            m_taken = m_given - unsent;
            m_since = now;
        }
        return unsent <= m_unsentBytes;
    }

    /// When next to look, or SteadyTime::max().
    SteadyTime next() const { return m_watching ? m_since + m_stalled : SteadyTime::max(); }

    /// Looks. False: nothing was taken for too long.
    bool check(long long unsent, SteadyTime now)
    {
        if (!m_watching)
            return true;
        if (unsent == 0) {
            m_watching = false;
            return true;
        }
        if (m_given - unsent != m_taken) {
            m_taken = m_given - unsent;
            m_since = now;
        }
        return now < m_since + m_stalled;
    }

private:
    milliseconds m_stalled;
    long long m_unsentBytes;
    long long m_given = 0;
    long long m_taken = 0;
    SteadyTime m_since;
    bool m_watching = false;
};

} // namespace Mcp
