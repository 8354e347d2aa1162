// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>

#include <memory>
#include <type_traits>
#include <utility>

namespace Base
{

/// A Result that arrives later. Cancelling it is a wish; whoever made it decides.
template <typename T>
using Pending = QFuture<Result<T>>;

/// A Pending that is there already.
template <typename T>
Pending<T> readyNow(Result<T> result)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(std::move(result));
    promise.finish();
    return promise.future();
}

/// The result of a finished future, or Cancelled if its promise was dropped. A copy on purpose:
/// QFuture::takeResult of Qt 6.4 resets the shared state, and a QPromise that is destroyed after
/// that believes it was never finished and runs its continuation a second time.
template <typename T>
Result<T> resultOf(const QFuture<Result<T>> &finished)
{
    if (finished.resultCount() == 0)
        return fail(ErrorKind::Cancelled, "The work was given up.");
    return finished.result();
}

/// Calls fn(Result<T>) once on `owner`'s thread, never before this function has returned, and never
/// after `owner` has gone. A promise that was dropped
/// arrives as ErrorKind::Cancelled, not as silence. The only continuation with an object behind it:
/// QFuture::then(context, ...) of Qt 6.4 uses the context after it died.
template <typename T, typename Fn>
void whenDone(const QFuture<Result<T>> &future, QObject *owner, Fn fn)
{
    auto *watcher = new QFutureWatcher<Result<T>>(owner);
    QObject::connect(watcher, &QFutureWatcherBase::finished, owner,
                     [watcher, fn = std::move(fn)]() mutable {
                         watcher->deleteLater();
                         fn(resultOf(watcher->future()));
                     });
    watcher->setFuture(future);
}

/// What fn makes of the Result, on the calling thread, which needs an event loop. Instead of
/// QFuture::then: that of Qt 6.4 runs a continuation twice, and crashes, if it is attached at the
/// moment in which another thread finishes the promise.
template <typename T, typename Fn>
auto mapped(const QFuture<Result<T>> &future, Fn fn)
{
    using Mapped = std::invoke_result_t<Fn &, const Result<T> &>;
    auto promise = std::make_shared<QPromise<Mapped>>();
    promise->start();
    QFuture<Mapped> made = promise->future();
    auto *watcher = new QFutureWatcher<Result<T>>();
    QObject::connect(watcher, &QFutureWatcherBase::finished, watcher,
                     [watcher, promise, fn = std::move(fn)]() mutable {
                         watcher->deleteLater();
                         promise->addResult(fn(resultOf(watcher->future())));
                         promise->finish();
                     });
    watcher->setFuture(future);
    return made;
}

} // namespace Base
