// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include <chrono>
#include <functional>

namespace Http
{

using SteadyTime = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

/// The one timer behind all time limits of a listener. It fires at the earliest limit and sleeps
/// altogether when there is none, so that an idle app is never woken.
class Deadline final : public QObject
{
    Q_OBJECT

public:
    /// `sweep` acts on every limit that has passed, and answers the next one, or SteadyTime::max().
    explicit Deadline(std::function<SteadyTime(SteadyTime now)> sweep);

    /// Sees to it that the sweep runs at `time` or earlier. Cheap when it already will.
    void notLaterThan(SteadyTime time)
    {
        if (time < m_armedFor)
            arm(time);
    }
    /// True while a wake-up is due.
    bool isArmed() const { return m_timer.isActive(); }
    void stop();

private:
    void arm(SteadyTime time);
    void fire();

    std::function<SteadyTime(SteadyTime)> m_sweep;
    QTimer m_timer;
    SteadyTime m_armedFor = SteadyTime::max();
};

} // namespace Http
