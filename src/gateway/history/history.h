// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"
#include "gateway/values.h"

#include <QObject>
#include <QThread>
#include <QTimer>

#include <string>
#include <vector>

namespace Gateway
{

class HistoryFile;

/// Every call, for the person: one SQLite file of the profile, written in batches by a thread of
/// its own. A crash loses at most the last 250 ms, and nothing of what was recorded durably.
/// Methods are called on one thread.
class History : public QObject
{
    Q_OBJECT
public:
    explicit History(std::string file);
    ~History() override; ///< writes what is queued

    /// Opens the file; must be called once before anything else. Pending until the file is usable.
    Base::Pending<bool> open();

    /// Adds or replaces by id, some time soon. After a quiet time at once, then every 250 ms or
    /// 32 calls.
    void record(CallDetail call);
    /// The same, completed when it is on the disk.
    Base::Pending<bool> recordDurably(CallDetail call);

    /// Newest first.
    Base::Pending<std::vector<CallRecord>> find(std::string filter, int limit);
    Base::Pending<CallDetail> call(std::string id);

private:
    void flush();
    template <typename T, typename Work>
    Base::Pending<T> post(Work work);

    HistoryFile *m_file; // lives on m_thread, which deletes it
    std::vector<CallDetail> m_waiting;
    QTimer m_timer;
    QThread m_thread;
};

} // namespace Gateway
