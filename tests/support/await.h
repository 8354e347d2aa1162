// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"

#include <QEventLoop>
#include <QFutureWatcher>
#include <QTimer>

#include <chrono>

namespace Support
{

/// The result, waited for with a turning event loop. QTest::qWaitFor sleeps 10 ms between any two
/// looks, which a chain of requests pays for at each step.
template <typename T>
Base::Result<T> awaited(const Base::Pending<T> &pending,
                        std::chrono::milliseconds most = std::chrono::milliseconds(60'000))
{
    if (!pending.isFinished()) {
        QEventLoop loop;
        QFutureWatcher<Base::Result<T>> watcher;
        QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
        watcher.setFuture(pending);
        QTimer::singleShot(most, &loop, &QEventLoop::quit);
        loop.exec();
    }
    if (!pending.isFinished())
        return Base::fail(Base::ErrorKind::Internal, "There was no answer.");
    return Base::resultOf(pending);
}

} // namespace Support
