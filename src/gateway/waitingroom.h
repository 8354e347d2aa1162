// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway/activecall.h"
#include "gateway/settings.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <set>

namespace Gateway
{

/// Keeps agents patient while a person decides: a task for those who have the extension, progress
/// for those who asked for it, and `pending_approval` before their own time-out for all others. One
/// timer, which runs only while somebody waits for it.
class WaitingRoom : public QObject
{
    Q_OBJECT
public:
    using CallPtr = std::shared_ptr<ActiveCall>;
    /// Answers one waiter with pending_approval and forgets it.
    using GiveUp = std::function<void(const CallPtr &call, Waiter waiter)>;

    WaitingRoom(const Settings &settings, GiveUp giveUp);

    /// The call's waiters are looked after from now on; also to be called when one was added.
    void enter(const CallPtr &call);
    void leave(const CallPtr &call);
    /// It runs now: changes what the tasks say that wait for it.
    void tellRunning(const CallPtr &call) const;

private:
    void tell(Waiter &waiter, const CallPtr &call) const;
    void defer(Waiter &waiter, const char *status) const;
    void look();
    void lookAt(const CallPtr &call, Steady::time_point now);
    void schedule();

    const Settings &m_settings;
    GiveUp m_giveUp;
    std::set<CallPtr> m_calls;
    QTimer m_timer;
};

} // namespace Gateway
