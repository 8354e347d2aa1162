// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <string>

namespace Turso::SelfHosted
{

/// Says when a database's figures on its server should be looked at: the server forgets them with
/// every full hour. Only what is used is looked at, at most every five minutes and once more before
/// the hour ends; where nothing runs, no timer does. The gateway thread.
class UsageWatch : public QObject
{
public:
    /// `look` is called with a database's name. `clock` must outlive it.
    UsageWatch(const Base::Clock &clock, std::function<void(const std::string &)> look);

    /// A statement has run on it.
    void used(const std::string &name);
    /// Its figures have just been looked at.
    void looked(const std::string &name);
    void forget(const std::string &name);

    /// When the next look is due; 0: none is.
    Base::Millis nextDue() const;
    /// Looks at what is due.
    void lookNow();

private:
    struct Database {
        Base::Millis lookedAt = 0;
        Base::Millis due = 0; ///< 0: it has not been used since
    };
    Base::Millis dueAfter(Base::Millis lookedAt) const;
    void arm();

    const Base::Clock &m_clock;
    const std::function<void(const std::string &)> m_look;
    std::map<std::string, Database> m_databases;
    QTimer m_timer;
};

} // namespace Turso::SelfHosted
