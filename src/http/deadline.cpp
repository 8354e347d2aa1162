// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/deadline.h"

#include <algorithm>

namespace Http
{

Deadline::Deadline(std::function<SteadyTime(SteadyTime)> sweep)
    : m_sweep(std::move(sweep))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Deadline::fire);
}

void Deadline::stop()
{
    m_timer.stop();
    m_armedFor = SteadyTime::max();
}

void Deadline::arm(SteadyTime time)
{
    m_armedFor = time;
    // Rounded up: firing a moment early would only mean firing twice.
    const auto left = std::chrono::ceil<milliseconds>(time - std::chrono::steady_clock::now());
    m_timer.start(std::clamp(left, milliseconds(1), milliseconds(24 * 3600 * 1000)));
}

void Deadline::fire()
{
    m_armedFor = SteadyTime::max();
    const SteadyTime next = m_sweep(std::chrono::steady_clock::now());
    if (next != SteadyTime::max())
        notLaterThan(next);
}

} // namespace Http
