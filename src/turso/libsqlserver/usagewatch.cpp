// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/libsqlserver/usagewatch.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace Turso::SelfHosted
{

namespace
{

constexpr Base::Millis kHour = 3'600'000;
constexpr Base::Millis kPause = 5LL * 60'000;
/// How long before the hour ends the last look at it is.
constexpr Base::Millis kBeforeHour = 20'000;
/// Calls come in bursts: the first look waits for some more of them.
constexpr Base::Millis kFirstPause = 5'000;

} // namespace

UsageWatch::UsageWatch(const Base::Clock &clock, std::function<void(const std::string &)> look)
    : m_clock(clock)
    , m_look(std::move(look))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::CoarseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, this, [this] { lookNow(); });
}

Base::Millis UsageWatch::dueAfter(Base::Millis lookedAt) const
{
    const Base::Millis now = m_clock.now();
    const Base::Millis usual = std::max(lookedAt + kPause, now + kFirstPause);
    const Base::Millis lastLook = now - now % kHour + kHour - kBeforeHour;
    if (lookedAt >= lastLook)
        return usual;
    return std::min(usual, std::max(lastLook, now + kFirstPause));
}

void UsageWatch::used(const std::string &name)
{
    Database &database = m_databases[name];
    if (database.due != 0)
        return;
    database.due = dueAfter(database.lookedAt);
    arm();
}

void UsageWatch::looked(const std::string &name)
{
    m_databases[name] = {m_clock.now(), 0};
    arm();
}

void UsageWatch::forget(const std::string &name)
{
    m_databases.erase(name);
    arm();
}

Base::Millis UsageWatch::nextDue() const
{
    Base::Millis next = 0;
    for (const auto &[name, database] : m_databases) {
        if (database.due != 0 && (next == 0 || database.due < next))
            next = database.due;
    }
    return next;
}

void UsageWatch::lookNow()
{
    const Base::Millis now = m_clock.now();
    std::vector<std::string> due;
    for (auto &[name, database] : m_databases) {
        if (database.due == 0 || database.due > now)
            continue;
        database = {now, 0};
        due.push_back(name);
    }
    for (const std::string &name : due)
        m_look(name);
    arm();
}

void UsageWatch::arm()
{
    const Base::Millis next = nextDue();
    if (next == 0)
        return m_timer.stop();
    const Base::Millis wait = std::clamp<Base::Millis>(next - m_clock.now(), 0, kHour);
    m_timer.start(static_cast<int>(wait) + 1);
}

} // namespace Turso::SelfHosted
